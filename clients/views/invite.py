"""The page behind the link of an invitation, for people with and without an account."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from clients.actions import invites
from clients.forms import AcceptForm
from clients.models import Invite
from clients.views.base import posted


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Read what one is invited to; accept with the own account, or with a new one."""
    row = invites.find(token)
    if isinstance(request.user, User):
        return _accept_as(request, request.user, token, row)
    if User.objects.filter(email__iexact=row.email).exists():
        return render(request, "clients/invite.html", {"invite": row, "has_account": True})
    form = AcceptForm(posted(request))
    if request.method == "POST" and form.is_valid() and _fits(form, row):
        user = invites.accept_as_new(
            token,
            name=form.cleaned_data["name"],
            password=form.cleaned_data["password1"],
            time_zone=row.client.time_zone,
        )
        get_adapter().login(request, user)
        return _welcome(request, row)
    return render(
        request, "clients/invite.html", {"invite": row, "form": form}, status=422 if form.errors else 200
    )


def _accept_as(request: HttpRequest, user: User, token: str, row: Invite) -> HttpResponse:
    if request.method == "POST":
        invites.accept(token, actor=user)
        return _welcome(request, row)
    is_mine = user.email.lower() == row.email.lower()
    return render(request, "clients/invite.html", {"invite": row, "signed_in": True, "is_mine": is_mine})


def _fits(form: AcceptForm, row: Invite) -> bool:
    person = User(email=row.email, name=form.cleaned_data["name"])
    try:
        validate_password(form.cleaned_data["password1"], person)
    except ValidationError as refusal:
        form.add_error("password1", refusal)
        return False
    return True


def _welcome(request: HttpRequest, row: Invite) -> HttpResponse:
    messages.success(request, f"You belong to {row.client} now, as {row.get_role_display()}.")
    return redirect("home")
