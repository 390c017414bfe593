"""Whose device it is: told with every page, so that what one person keeps on it is never shown to another (N7)."""

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse

from accounts.models import User

PERSON = "Onsite-Person"
NOBODY = "nobody"


class DeviceMiddleware:
    """Names the signed-in person to the service worker, and empties the device when somebody signs out.

    Pages that did not ask who is signed in say nothing. What is emptied: kept pages, acts that wait, the worker itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_in = request.method == "POST" and SESSION_KEY in request.session
        response = self.get_response(request)
        if was_in and SESSION_KEY not in request.session:
            response["Clear-Site-Data"] = '"cache", "storage"'
        user = vars(request).get("_cached_user")
        if user is not None and response.headers.get("Content-Type", "").startswith("text/html"):
            response[PERSON] = str(user.pk) if isinstance(user, User) else NOBODY
        return response
