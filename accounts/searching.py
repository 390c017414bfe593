"""Searches in lists are counted for each account, at one place for every list (quality.md 3, row 32)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.models import User
from common import limits
from common.again import too_many


class SearchLimitMiddleware:
    """A page that is asked for with a search text counts as one search of the signed-in person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        is_search = request.method == "GET" and any(request.GET.get(name) for name in limits.SEARCHED)
        if not (is_search and isinstance(request.user, User)):
            return None
        try:
            limits.spend_search(request.user.pk)
        except limits.TooMany as refusal:
            return too_many(request, refusal)
        return None
