"""Turns a rule's refusal, and a database that is busy, into a calm page, once for all views (decisions.md D25)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import is_valid_path

from common.again import too_many
from common.busy import is_busy
from common.errors import DomainError, Invalid, NotAllowed
from common.limits import TooMany
from common.unreadable import is_unreadable

STATUS: tuple[tuple[type[DomainError], int], ...] = ((NotAllowed, 403), (Invalid, 422))
"""Which page answers which refusal; every other one (WrongState, Conflict, ...) is answered by 409."""
RETRY_AFTER = 5
"""Seconds after which a busy row is worth another try."""


def way_back(path: str) -> str:
    """The page above an address: of the thing that it names (".../10482/"), else the nearest one; "" for none.

    The address of a verb is no page to go back to, and neither is each part of it: `money/3/` is none.
    """
    nearest, parts = "", path.strip("/").split("/")
    for end in range(len(parts) - 1, 0, -1):
        above = f"/{'/'.join(parts[:end])}/"
        if is_valid_path(above):
            if parts[end - 1].isdecimal():
                return above
            nearest = nearest or above
    return nearest


def _only_sent(request: HttpRequest, refused: HttpResponse) -> HttpResponse:
    """The address of a button, opened like a page: a typed address, or the way back after signing in again."""
    page = render(request, "405.html", {"back_url": way_back(request.path)}, status=405)
    if refused.has_header("Allow"):
        page["Allow"] = refused["Allow"]
    return page


class DomainErrorMiddleware:
    """Draws the page of a refusal that no view caught. Bad input is caught where a form can show it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and request.method in ("GET", "HEAD"):
            return _only_sent(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        back = way_back(request.path)
        if is_busy(exception):
            page = render(request, "503.html", {"back_url": back}, status=503)
            page["Retry-After"] = str(RETRY_AFTER)
            return page
        if is_unreadable(exception):
            return render(request, "400.html", {"sentence": ""}, status=400)
        if not isinstance(exception, DomainError):
            return None
        if isinstance(exception, TooMany):
            return too_many(request, exception)
        status = next((code for kind, code in STATUS if isinstance(exception, kind)), 409)
        context = {
            "sentence": exception.sentence,
            "back_url": back,
            "was_read": request.method in ("GET", "HEAD"),
        }
        return render(request, f"{status}.html", context, status=status)
