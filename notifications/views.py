"""The bell page and the preferences."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from common.clock import now
from notifications import bell, preferences
from notifications.forms import PreferencesForm


class SignedIn(HttpRequest):
    """A request behind login_required."""

    user: User


@require_safe
@login_required
def notice_list(request: SignedIn) -> HttpResponse:
    """The notices of the signed-in person, grouped by day."""
    after = request.GET.get("after", "")
    page = bell.page(
        request.user, after=int(after) if after.isdecimal() and len(after) < 19 else None, now=now()
    )
    context = {"page": page, "unread_count": bell.unread(request.user), "is_first": not after}
    return render(request, "notifications/list.html", context)


@require_POST
@login_required
def open_notice(request: SignedIn, notice_id: int) -> HttpResponse:
    """Mark a notice read and go where it leads."""
    notice = bell.read(request.user, notice_id, at=now())
    is_ours = url_has_allowed_host_and_scheme(
        notice.url, {request.get_host()}, require_https=request.is_secure()
    )
    return redirect(notice.url if is_ours else "notifications:list")


@require_POST
@login_required
def read_all(request: SignedIn) -> HttpResponse:
    """Mark every notice read."""
    if bell.read_all(request.user, at=now()):
        messages.success(request, "All notifications are marked as read.")
    return redirect("notifications:list")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def preferences_page(request: SignedIn) -> HttpResponse:
    """Choose for each event whether it goes to the portal and to the mail box."""
    chosen = preferences.chosen(request.user)
    form = PreferencesForm(chosen, request.POST if request.method == "POST" else None)
    if form.is_valid():
        preferences.choose(request.user, form.choices())
        messages.success(request, "Your notification settings are saved.")
        return redirect("notifications:preferences")
    return render(
        request, "notifications/preferences.html", {"form": form}, status=422 if form.errors else 200
    )
