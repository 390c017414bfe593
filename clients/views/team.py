"""The team: who is in it, as what, and who is invited."""

from collections.abc import Iterator, Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedIn
from clients import policies
from clients.actions import invites
from clients.actions import team as actions
from clients.forms import InviteForm, MemberForm
from clients.models import Member
from clients.queries import open_invites
from clients.queries import team as team_of
from clients.roles import Role
from clients.views.base import member_for, posted, refuse, shown
from common import clock, tables, when
from common.errors import AlreadyDone, Invalid, WrongState
from common.money import Money


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def team(request: SignedIn) -> HttpResponseBase:
    """The list with the form for an invitation; what each role may is told below it."""
    member = member_for(request, "invite" if request.method == "POST" else "see_team")
    if request.method != "POST" and (kind := tables.asked(request)):
        return tables.download(request, kind, "team", COLUMNS, _table(member))
    form = InviteForm(member.client.currency, posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            row, _ = invites.invite(
                member.client_id,
                actor=request.user,
                email=form.cleaned_data["email"],
                role=Role(form.cleaned_data["role"]),
                max_budget_minor=form.cleaned_data["max_budget"],
            )
        except Invalid as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"An invitation is on its way to {row.email}. It is valid for 7 days.")
            return redirect("clients:team")
    context = {**_context(member, form), "exports": tables.links(request)}
    return render(request, "clients/team.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: SignedIn, member_id: int) -> HttpResponse:
    """Role and largest budget of one colleague."""
    reader, row = _both(request, member_id, "edit_member")
    form = MemberForm.of(row, posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_member(
                reader.client_id,
                row.pk,
                actor=request.user,
                role=Role(form.cleaned_data["role"]),
                max_budget_minor=form.cleaned_data["max_budget"],
            )
        except Invalid as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"Role and budget of {row.user} are saved.")
            return redirect("clients:team")
    stays = actions.LAST if actions.is_last_administrator(row) else ""
    context = shown(reader, form=form, row=row, roles=_roles(), stays=stays)
    return render(request, "clients/member.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def deactivate(request: SignedIn, member_id: int) -> HttpResponse:
    """Ask once more, then take the colleague out."""
    reader, row = _both(request, member_id, "deactivate_member")
    if actions.is_last_administrator(row):
        raise WrongState(actions.LAST)
    if request.method == "POST":
        actions.deactivate_member(reader.client_id, row.pk, actor=request.user)
        messages.success(request, f"{row.user} is no longer in the team.")
        return redirect("home" if row.user_id == request.user.pk else "clients:team")
    return render(request, "clients/deactivate.html", shown(reader, row=row))


@require_POST
@login_required
def withdraw(request: SignedIn, invite_id: int) -> HttpResponse:
    """Make an invitation's link useless."""
    member = member_for(request, "withdraw_invite")
    try:
        invites.withdraw_invite(member.client_id, invite_id, actor=request.user)
    except AlreadyDone as done:
        messages.info(request, done.sentence)
    else:
        messages.success(request, "The invitation is withdrawn. Its link no longer works.")
    return redirect("clients:team")


def _both(request: SignedIn, member_id: int, verb: str) -> tuple[Member, Member]:
    reader = member_for(request, verb)
    row = team_of(reader.client_id).select_related("client").filter(pk=member_id).first()
    if row is None:
        raise Http404
    return reader, row


def _context(member: Member, form: InviteForm) -> dict[str, object]:
    client = member.client
    colleagues = [
        {"row": row, "budget": _budget(row.max_budget_minor, client.currency), "is_me": row.pk == member.pk}
        for row in team_of(client.pk)
    ]
    now = clock.now()
    waiting = [
        {
            "row": row,
            "budget": _budget(row.max_budget_minor, client.currency),
            "until": when.instant(row.expires_at, client.time_zone),
            "is_over": row.expires_at <= now,
        }
        for row in open_invites(client.pk)
    ]
    return shown(member, form=form, colleagues=colleagues, invites=waiting, roles=_roles())


COLUMNS = ("Name", "E-mail", "Role", "Largest budget", "Currency")


def _table(member: Member) -> Iterator[Sequence[object]]:
    """The people of the page; no limit leaves the budget empty."""
    currency = member.client.currency
    for row in team_of(member.client_id):
        most = None if row.max_budget_minor is None else Money(row.max_budget_minor, currency).decimal()
        yield (
            row.user.name,
            row.user.email,
            row.get_role_display(),
            most,
            currency if most is not None else "",
        )


def _budget(minor: int | None, currency: str) -> str:
    return "No limit" if minor is None else str(Money(minor, currency))


def _roles() -> list[tuple[str, str, str, str]]:
    return [(Role(role).label, *words) for role, words in policies.ROLE_WORDS.items()]
