"""Pages of nobody in particular: what went wrong, and the style guide."""

import logging
import sys

from django.conf import settings
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template

from common.again import too_many
from common.busy import is_away
from common.errors import DomainError
from common.styleguide import samples

log = logging.getLogger(__name__)
LAST_RESORT = "Something went wrong on our side. It has been recorded. Try again in a minute."
BACK_IN = 10
"""Seconds after which a database that was away is worth another try."""


def handler400(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The request makes no sense to us, or is larger than any that our forms ask for: then the page says so."""
    sentence = next((words for kind, words in _too_much() if isinstance(exception, kind)), "")
    return render(request, "400.html", {"sentence": sentence}, status=400)


def _too_much() -> tuple[tuple[type[Exception], str], ...]:
    """The limits of one request that a person can reach, each with what to do."""
    most, fields = settings.DATA_UPLOAD_MAX_NUMBER_FILES, settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    return (
        (TooManyFilesSent, f"At most {most} files can be sent at once. Go back and send them in parts."),
        (TooManyFieldsSent, f"At most {fields:,} fields can be sent at once. Go back and use fewer lines."),
        (RequestDataTooBig, "There is more text here than one page can send. Go back and shorten it."),
    )


def handler403(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Signed in, and not allowed. Shows the rule's own sentence and never an internal message."""
    sentence = exception.sentence if isinstance(exception, DomainError) else _plain(exception)
    return render(request, "403.html", {"sentence": sentence}, status=403)


def _plain(exception: Exception | None) -> str:
    """The words of PermissionDenied("..."), which our code writes for the reader; "" for anything else."""
    return str(exception) if isinstance(exception, PermissionDenied) else ""


def handler404(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Missing, or not for this person: the page does not tell which."""
    return render(request, "404.html", status=404)


def handler429(request: HttpRequest) -> HttpResponse:
    """Too many tries at the pages of sign-in, whose limits are counted by allauth (ACCOUNT_RATE_LIMITS)."""
    return too_many(request)


def handler500(request: HttpRequest) -> HttpResponse:
    """Our fault. Drawn without database, session or context processors: one may be the cause.

    A database that is away for a moment is told as that, with 503: Django calls this while it handles the error.
    """
    if not is_away(sys.exc_info()[1]):
        return _drawn("500.html", 500)
    page = _drawn("away.html", 503)
    page["Retry-After"] = str(BACK_IN)
    return page


def _drawn(template: str, status: int) -> HttpResponse:
    try:
        return HttpResponse(get_template(template).render(), status=status)
    except Exception:
        log.exception("the page for errors failed itself")
        return HttpResponse(LAST_RESORT, status=status, content_type="text/plain; charset=utf-8")


def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component once, for developers and staff. Raises Http404 for everybody else."""
    user = getattr(request, "user", None)
    if not settings.DEBUG and not getattr(user, "is_staff", False):
        raise Http404
    return render(request, "styleguide.html", samples())
