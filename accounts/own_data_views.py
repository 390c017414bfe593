"""The page "Your data": a copy to take along, and the way out with its waiting time."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import own_data
from accounts.models import DataExport
from accounts.requests import SignedIn
from common import clock
from common.downloads import private_file
from common.errors import AlreadyDone, Conflict


@require_safe
@login_required
def page(request: SignedIn) -> HttpResponse:
    """The newest copy, and whether the account waits to be erased."""
    return render(request, "accounts/own_data.html", _context(request))


def _context(request: SignedIn) -> dict[str, Any]:
    user = request.user
    copy = DataExport.objects.filter(user=user).order_by("-asked_at", "-pk").first()
    is_over = copy is not None and copy.expires_at is not None and copy.expires_at <= clock.now()
    return {"copy": None if is_over else copy, "erasure": own_data.waiting(user)}


@require_POST
@login_required
@reauthentication_required
def ask_copy(request: SignedIn) -> HttpResponse:
    """Ask for a copy; it is made in the background."""
    try:
        own_data.ask_export(request.user.pk)
    except AlreadyDone as done:
        messages.info(request, done.sentence)
    else:
        messages.success(request, "Your copy is being made. It is ready in a minute or two.")
    return redirect("accounts:own_data")


@require_safe
@login_required
@reauthentication_required
def download(request: SignedIn, uuid: Any) -> HttpResponseBase:
    """The copy, for its person alone and until it expires. Raises Http404."""
    copy = DataExport.objects.filter(user=request.user, uuid=uuid, expires_at__gt=clock.now()).first()
    if copy is None or not copy.file:
        raise Http404
    return private_file(copy.file, f"onsite-data-{copy.made_at:%Y-%m-%d}.zip", "application/zip", request)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required(allow_get=True)
def erase(request: SignedIn) -> HttpResponse:
    """GET says what goes, what stays and what stands against it; POST asks for it."""
    if request.method == "POST":
        try:
            own_data.ask_erasure(request.user.pk)
        except AlreadyDone as done:
            messages.info(request, done.sentence)
            return redirect("accounts:own_data")
        except Conflict:
            return render(request, "accounts/erase.html", _check(request), status=409)
        messages.success(request, "Your account waits to be erased. You can take it back until then.")
        return redirect("accounts:own_data")
    return render(request, "accounts/erase.html", _check(request))


def _check(request: SignedIn) -> dict[str, Any]:
    return {
        "obstacles": own_data.obstacles(request.user),
        "erasure": own_data.waiting(request.user),
        "days": own_data.waiting_time().days,
        "until": clock.now() + own_data.waiting_time(),
    }


@require_POST
@login_required
def keep(request: SignedIn) -> HttpResponse:
    """Take the wish to be erased back."""
    own_data.cancel_erasure(request.user.pk)
    messages.success(request, "Your account stays. Nothing was erased.")
    return redirect("accounts:own_data")
