"""The company itself: created by its first administrator, changed by administrators."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from clients.actions import door
from clients.models import Client, CompanyCard, Member
from clients.queries import administrators
from clients.roles import Role
from common import clock
from common.errors import Conflict
from common.money import Money
from ledger.models import Posting
from ledger.reserve import grant_terms

TOLD_WITH_VALUES = (
    "name",
    "time_zone",
    "default_terms_days",
    "fastfunds_allowed",
    "auto_pay",
    "monthly_statements",
    "auto_approve_days",
    "support_access",
    "change_answer",
    "change_minutes",
)
"""Settings whose old and new values the history shows; of the others it names the field only."""


@transaction.atomic
def create(*, actor: User, values: Mapping[str, Any]) -> Member:
    """Found a company: the actor is its administrator and gets the client's hat.

    `values` are columns of Client. Raises Conflict when the actor belongs to a company already.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    if Member.objects.filter(user=user, is_active=True).exists():
        raise Conflict("You belong to a company already. Leave it before you create another.")
    now = clock.now()
    client = Client.objects.create(created_at=now, **values)
    CompanyCard.objects.create(client=client, refreshed_at=now)
    member = Member.objects.create(client=client, user=user, role=Role.ADMINISTRATOR, joined_at=now)
    user.hat = User.Hat.CLIENT
    user.save(update_fields=["hat"])
    door.note("client.created", client, actor=user, facts={"name": client.name})
    return member


@transaction.atomic
def edit(client_id: int, *, actor: User, values: Mapping[str, Any]) -> Client:
    """Change settings; nothing is written when all are as before."""
    client, _ = door.enter(client_id, "edit_company", actor=actor)
    before = {name: getattr(client, name) for name in values}
    changed = sorted(name for name, value in values.items() if before[name] != value)
    if not changed:
        return client
    for name in changed:
        setattr(client, name, values[name])
    client.save(update_fields=changed)
    told = {name: {"old": before[name], "new": values[name]} for name in changed if name in TOLD_WITH_VALUES}
    labels = [str(getattr(Client._meta.get_field(name), "verbose_name", name)) for name in changed]
    door.note(
        "client.changed", client, actor=actor, facts={"fields": changed, "labels": labels, "changes": told}
    )
    return client


@transaction.atomic
def set_terms(client_id: int, *, actor: User, limit: Money, key: str) -> None:
    """Set the terms limit, by a platform admin. Raises Conflict, InsufficientFunds when more is in use."""
    client = door.lock(client_id)
    if client is None or client.currency != limit.currency:
        raise Conflict("This company changed meanwhile. Open it again.")
    is_repeated = Posting.objects.filter(key=key).exists()
    posting = grant_terms(client.pk, limit, key=key, at=clock.now(), actor=actor)
    if posting is None or is_repeated:
        return
    entry = door.note("client.terms_set", client, actor=actor, role="admin", facts={"limit": limit})
    people = [member.user for member in administrators(client.pk)]
    door.tell(entry, people, url=reverse("clients:company"), context={"limit": limit, "company": client.name})
