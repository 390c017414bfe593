"""The worker's calendar for other calendar programs, under a secret address. No sign-in: the address is the right."""

from datetime import timedelta
from hashlib import sha256

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from assignments.ical import feed
from common import clock, limits
from workers.feeds import worker_by

KEPT_SECONDS = 300


@require_safe
def ical(request: HttpRequest, token: str) -> HttpResponseBase:
    """The calendar, or a missing page for every other address, closed ones too."""
    worker = worker_by(token)
    if worker is None:
        raise Http404
    limits.spend("calendar-feed", worker.pk, times=60, within=timedelta(minutes=10))
    body = feed(worker, clock.now())
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="onsite.ics"'
    response["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    response["ETag"] = f'"{sha256(body).hexdigest()[:32]}"'
    response["X-Robots-Tag"] = "noindex"
    response["X-Content-Type-Options"] = "nosniff"
    answer = get_conditional_response(request, etag=response["ETag"], response=response)
    return answer or response
