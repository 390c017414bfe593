"""Where the payment provider calls: signed events, without a session, and answers that tell a stranger nothing."""

import hmac
import json
from typing import Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from common import clock
from payments import actions
from payments.actions import Event
from payments.gateway.provider import configured, signature

LARGEST: Final = 64 * 1024
WINDOW: Final = 300
"""Seconds by which the stamp of an event may differ from the clock."""


@method_decorator(csrf_exempt, name="dispatch")
class ProviderHook(View):
    """`Onsite-Timestamp` and `Onsite-Signature` over the timestamp and the raw body (docs/money/payouts.md)."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        if configured() is None:
            raise Http404
        body = _body(request)
        if body is None or not _is_signed(request, body):
            return HttpResponse(status=401)
        event = _event(body)
        if event is None:
            return HttpResponse(status=400)
        actions.hear(event)
        return HttpResponse(status=200)


def _body(request: HttpRequest) -> bytes | None:
    """The raw body; None when it is too long."""
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
            return None
        body = request.read(LARGEST + 1)
    except (ValueError, RequestDataTooBig, OSError):
        return None
    return body if len(body) <= LARGEST else None


def _is_signed(request: HttpRequest, body: bytes) -> bool:
    stamp = request.headers.get("Onsite-Timestamp", "")
    given = request.headers.get("Onsite-Signature", "")
    expected = signature(settings.ONSITE_PROVIDER_WEBHOOK_SECRET, stamp, body)
    is_ours = hmac.compare_digest(expected.encode(), given.encode())
    if not is_ours or not (stamp.isascii() and stamp.isdigit() and len(stamp) < 13):
        return False
    return abs(clock.now().timestamp() - int(stamp)) <= WINDOW


def _event(body: bytes) -> Event | None:
    """The event, or None for what is none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    identity, kind, data = found.get("id"), found.get("type"), found.get("data")
    if not (isinstance(identity, str) and isinstance(kind, str) and isinstance(data, dict)):
        return None
    if not (0 < len(identity) <= 100 and 0 < len(kind) <= 40) or "\x00" in body.decode(errors="replace"):
        return None
    return Event(identity, kind, data)
