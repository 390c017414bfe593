"""The company's people: roles, budgets, leaving. There always is an administrator who can sign in."""

from django.db import transaction
from django.http import Http404
from django.urls import reverse

from accounts.models import User
from clients.actions import door
from clients.models import Client, Member
from clients.queries import administrators
from clients.roles import Role
from common.errors import Invalid, WrongState
from common.money import Money
from workers.queries import worker_of

LAST = "This is the only administrator. Make somebody else an administrator first."


@transaction.atomic
def edit_member(
    client_id: int, member_id: int, *, actor: User, role: Role, max_budget_minor: int | None
) -> Member:
    """Change role and maximum budget. Raises Invalid at `role` for the last administrator."""
    client, _ = door.enter(client_id, "edit_member", actor=actor)
    member = _member(client, member_id)
    if role != Role.ADMINISTRATOR and is_last_administrator(member):
        raise Invalid(LAST, "role")
    before = (member.role, member.max_budget_minor)
    if before == (role, max_budget_minor):
        return member
    member.role, member.max_budget_minor = role, max_budget_minor
    member.save(update_fields=["role", "max_budget_minor"])
    facts = {
        "member_id": member.pk,
        "old_role": Role(before[0]).label,
        "new_role": Role(role).label,
        "old_budget": _money(before[1], client),
        "new_budget": _money(max_budget_minor, client),
    }
    entry = door.note("client.member_role_changed", client, actor=actor, facts=facts)
    context = {**facts, "company": client.name, "actor_name": str(actor)}
    door.tell(entry, [member.user], url=reverse("clients:team"), context=context)
    return member


@transaction.atomic
def deactivate_member(client_id: int, member_id: int, *, actor: User) -> None:
    """Take a colleague out; what they did stays. Raises WrongState for the last administrator."""
    client, _ = door.enter(client_id, "deactivate_member", actor=actor)
    member = _member(client, member_id)
    if is_last_administrator(member):
        raise WrongState(LAST)
    member.is_active = False
    member.save(update_fields=["is_active"])
    user = User.objects.select_for_update(no_key=True).get(pk=member.user_id)
    if user.hat == User.Hat.CLIENT:
        user.hat = User.Hat.WORKER if worker_of(user) else User.Hat.NONE
        user.save(update_fields=["hat"])
    entry = door.note("client.member_deactivated", client, actor=actor, facts={"member_id": member.pk})
    context = {"company": client.name, "actor_name": str(actor)}
    door.tell(entry, [user], url=reverse("accounts:profile"), context=context)


def _member(client: Client, member_id: int) -> Member:
    row = Member.objects.select_for_update(no_key=True, of=("self",)).select_related("user")
    member = row.filter(client=client, pk=member_id, is_active=True).first()
    if member is None:
        raise Http404
    return member


def is_last_administrator(member: Member) -> bool:
    """Asked by the page, and again under the company's lock, so that two of them never go at the same time."""
    if member.role != Role.ADMINISTRATOR:
        return False
    return not administrators(member.client_id).exclude(pk=member.pk).exists()


def _money(minor: int | None, client: Client) -> Money | None:
    return None if minor is None else Money(minor, client.currency)
