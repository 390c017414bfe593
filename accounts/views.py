"""Home, the person's own settings, theme and hat."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions, sides
from accounts.forms import ProfileForm
from accounts.models import User
from accounts.requests import SignedIn, local_next
from common.context import address
from common.errors import Invalid

THEME_COOKIE_DAYS = 365


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What Onsite is, for visitors; for everybody else the page where their work is."""
    if isinstance(request.user, User):
        return redirect(sides.home_address(request.user))
    return render(request, "landing.html")


@require_safe
@login_required
def start(request: SignedIn) -> HttpResponse:
    """Choose a side: put the hat of one on, or begin another."""
    rows = [(side, side.has(request.user)) for side in sides.all_sides()]
    return render(request, "accounts/start.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: SignedIn) -> HttpResponse:
    """Name, time zone, look."""
    if request.method != "POST":
        return render(request, "accounts/profile.html", {"form": ProfileForm.of(request.user)})
    form = ProfileForm.of(request.user, request.POST)
    if not form.is_valid():
        return render(request, "accounts/profile.html", {"form": form}, status=422)
    actions.edit_profile(request.user.pk, **form.cleaned_data)
    messages.success(request, "Your profile is saved.")
    return _remember_theme(redirect("accounts:profile"), form.cleaned_data["theme"])


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark or as the device: kept in a cookie, and with the account of whoever is signed in."""
    chosen = request.POST.get("theme", "")
    if chosen not in User.Theme.values:
        raise Invalid("Choose light, dark or as on your device.")
    if isinstance(request.user, User):
        actions.choose_theme(request.user.pk, chosen)
    return _remember_theme(redirect(local_next(request) or "home"), chosen)


@require_POST
@login_required
def hat(request: SignedIn) -> HttpResponse:
    """Put the other hat on. Somebody without that side is led to where it is begun."""
    wanted = sides.side(request.POST.get("hat", ""))
    if wanted is None:
        raise Invalid("Choose whether you act as a client or as a worker.")
    if not wanted.has(request.user):
        return redirect(address(wanted.begin) or "accounts:start")
    actions.wear(request.user.pk, wanted.hat)
    return redirect(local_next(request) or "home")


def _remember_theme(response: HttpResponse, chosen: str) -> HttpResponse:
    response.set_cookie(
        "theme",
        chosen,
        max_age=THEME_COOKIE_DAYS * 24 * 3600,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
