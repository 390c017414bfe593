"""The one exception from the strict browser policy: the stock admin's style attributes (decisions.md D26)."""

from collections.abc import Callable

from csp.constants import UNSAFE_INLINE
from django.http import HttpRequest, HttpResponse
from django.urls import reverse


class AdminStyleMiddleware:
    """Lets pages under /admin/ carry style attributes; style elements and scripts stay refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(reverse("admin:index")):
            update = {**getattr(response, "_csp_update", {}), "style-src-attr": [UNSAFE_INLINE]}
            vars(response)["_csp_update"] = update
        return response
