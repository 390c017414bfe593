"""Turns a rule's refusal into a calm page, once for all views (decisions.md D25)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.errors import DomainError, NotAllowed


class DomainErrorMiddleware:
    """NotAllowed -> 403 page; WrongState, Conflict and any other refusal that no view caught -> 409 page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        status = 403 if isinstance(exception, NotAllowed) else 409
        back = request.path.rsplit("/", 2)[0] + "/" if request.method == "POST" else ""
        context = {"sentence": exception.sentence, "back_url": back}
        return render(request, f"{status}.html", context, status=status)
