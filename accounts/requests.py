"""What a view behind `login_required` may rely on."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User


class SignedIn(HttpRequest):
    """A request of somebody who is signed in."""

    user: User


def local_next(request: HttpRequest) -> str:
    """The page to return to, as the form asked, or "" when that is not a page of this portal.

    A word without a slash at its start is none: Django would take it for the name of a view.
    """
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours and wanted.startswith("/") else ""
