"""One request seen from outside: its id, how long it took, and the line that it leaves in the log."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from common import logs
from config import metrics

log = logging.getLogger("onsite.request")

HEADER: Final = "X-Request-ID"
GIVEN: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
"""What a proxy may call a request; anything else gets an id of ours, so that no header writes lines into the log."""
UNTOLD: Final = frozenset({"healthz", "readyz", "metrics", "static"})
"""Asked every few seconds by machines, or files: measured, but without a line each."""
ASSIGNMENT_KEYS: Final = ("pk", "assignment_id")


class RequestMiddleware:
    """The outermost middleware: whatever is logged or measured inside belongs to one request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        request_id = given if GIVEN.fullmatch(given) else uuid.uuid4().hex
        with logs.afresh(request_id=request_id, user_id=lambda: known_user(request)):
            begun = time.perf_counter()
            response = self.get_response(request)
            seconds = time.perf_counter() - begun
            view = view_of(request)
            metrics.observe_request(view, str(request.method), response.status_code, seconds)
            if view not in UNTOLD:
                told = {"method": request.method, "view": view, "status": response.status_code}
                words = (request.method, view, response.status_code, seconds * 1000)
                log.info("%s %s %s in %.0f ms", *words, extra={**told, "ms": round(seconds * 1000, 1)})
        response[HEADER] = request_id
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        """From here on the lines name the assignment that the address names."""
        match = request.resolver_match
        if match is None or match.app_name != "assignments":
            return
        found = next((kwargs[key] for key in ASSIGNMENT_KEYS if key in kwargs), None)
        if found is not None and match.route.startswith("assignments/"):
            logs.bind(assignment_id=found)


def known_user(request: HttpRequest) -> str:
    """The id of who is signed in, as far as the request asked so far: a log line never causes a query."""
    user = getattr(request, "_cached_user", None)
    return str(user.pk) if user is not None and user.pk else ""


def view_of(request: HttpRequest) -> str:
    """The name of the address, never the address itself: it may be a key, and labels must stay few."""
    match = request.resolver_match
    if match is not None:
        return match.view_name or "unnamed"
    return "static" if request.path.startswith(settings.STATIC_URL) else "unresolved"
