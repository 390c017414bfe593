"""Two questions of a load balancer: does the web server answer, and is the portal whole?"""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config import metrics
from config.watch import readiness
from config.watch.patience import Asked, Unanswered
from config.watch.readiness import Reason

WITHIN_SECONDS: Final = 3.0
"""After this everybody is answered, whatever hangs."""

_look: Final = Asked(readiness.look)


def plain(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(text + "\n", content_type="text/plain; charset=utf-8", status=status)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: touches nothing, so that a slow database does not get the web server killed."""
    return plain("ok")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Ready, or 503 with one line for each thing that does not hold: "name: sentence".

    The lines name no host, version, person or count; who carries ONSITE_METRICS_TOKEN reads the details too.
    """
    try:
        reasons = _look.within(WITHIN_SECONDS)
    except Unanswered:
        reasons = [Reason("database", f"There is no answer within {WITHIN_SECONDS:g} s.")]
    if not reasons:
        return plain("ready")
    knows = metrics.is_allowed(request)
    return plain("\n".join(line(reason, with_detail=knows) for reason in reasons), 503)


def line(reason: Reason, *, with_detail: bool) -> str:
    detail = f" {reason.detail}" if with_detail and reason.detail else ""
    return f"{reason.name}: {reason.sentence}{detail}"
