"""Pages of nobody in particular: what went wrong, and the style guide."""

import logging

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import get_template

from common.errors import DomainError
from common.styleguide import samples

log = logging.getLogger(__name__)
LAST_RESORT = "Something went wrong on our side. It has been recorded. Try again in a minute."


def handler400(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The request makes no sense to us."""
    return render(request, "400.html", status=400)


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


def handler500(request: HttpRequest) -> HttpResponse:
    """Our fault. Drawn without database, session or context processors: one may be the cause."""
    try:
        return HttpResponseServerError(get_template("500.html").render())
    except Exception:
        log.exception("the page for errors failed itself")
        return HttpResponseServerError(LAST_RESORT, content_type="text/plain; charset=utf-8")


def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component once, for developers and staff. Raises Http404 for everybody else."""
    user = getattr(request, "user", None)
    if not settings.DEBUG and not getattr(user, "is_staff", False):
        raise Http404
    return render(request, "styleguide.html", samples())
