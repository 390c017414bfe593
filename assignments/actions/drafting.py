"""The client's draft: create, edit, delete, send, invite, and new site details later on (S01)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import transaction

from accounts.actor import actor_user
from accounts.models import User
from assignments.actions import funds
from assignments.actions.door import SUBJECT, Change, change
from assignments.actions.sendable import check_sendable
from assignments.models import (
    Application,
    Assignment,
    Attachment,
    CustomField,
    DeliverableRequirement,
    Invitation,
    Site,
)
from assignments.models.terms import TERMS_FIELDS
from assignments.policies import CREATORS
from assignments.states import ApplicationState, State
from clients.models import Member
from clients.queries import membership
from common import clock
from common.errors import Conflict, Invalid, NotAllowed
from timeline.record import record
from workers.models import Skill, Worker

OFFER_COLUMNS = (*TERMS_FIELDS, "schedule_kind", "start_at", "window_end_at", "terms_days")
"""What applicants agreed to: a change of these closes the offers that wait."""
COLUMNS = frozenset({*OFFER_COLUMNS} - {"currency"}) | {
    "owner", "customer", "project", "external_id", "title", "industry", "description", "special_instructions",
    "is_virtual", "city", "region", "postcode", "country", "time_zone", "duration_minutes", "confirm_hours",
    "checkin_required", "deliverables_due_at", "non_negotiable", "requests_allowed", "fastfunds_eligible",
    "is_marketplace",
}  # fmt: skip
SITE_COLUMNS = frozenset(
    {
        "name",
        "number",
        "street",
        "lat",
        "lon",
        "contact_name",
        "contact_phone",
        "contact_email",
        "instructions",
    }
)
SITE_LATER = SITE_COLUMNS - {"street", "lat", "lon"}
"""What may still change once somebody is assigned: whom to ask for and how to get in, not where it is."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One deliverable that the client asks for; `pk` of the row that it replaces."""

    title: str
    kind: str = DeliverableRequirement.Kind.PHOTO
    count: int = 1
    instructions: str = ""
    pk: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One custom field; `pk` of the row that it replaces."""

    label: str
    kind: str = CustomField.Kind.TEXT
    choices: Sequence[str] = ()
    is_required: bool = True
    pk: int | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What the form says. `columns` and `site` name columns (COLUMNS, SITE_COLUMNS); a list that is None stays."""

    columns: Mapping[str, Any] = field(default_factory=dict)
    site: Mapping[str, Any] = field(default_factory=dict)
    skills: Sequence[str] | None = None
    wanted: Sequence[Wanted] | None = None
    asked: Sequence[Asked] | None = None


def create(content: Content, *, actor: User) -> Assignment:
    """Start a draft in the actor's company. Raises NotAllowed, or Invalid at the field; only a title is needed."""
    member = creator(actor)
    now = clock.now()
    client = member.client
    with transaction.atomic():
        row = Assignment(
            client=client,
            owner=actor,
            created_by=actor,
            currency=client.currency,
            time_zone=client.time_zone,
            terms_days=client.default_terms_days,
            fee_bps=client.fee_bps,
            state_since=now,
            created_at=now,
            updated_at=now,
            version=1,
        )
        _write_columns(row, content)
        row.save()
        _write_rows(row, content)
        _record(row, 1, "assignment.created", actor, title=row.title)
    return row


def creator(actor: User) -> Member:
    """The membership of somebody who may create assignments (decisions.md D18). Raises NotAllowed."""
    member = membership(actor)
    if member is None or member.role not in CREATORS:
        raise NotAllowed("Your role does not let you create assignments.")
    return member


def edit(pk: int, content: Content, *, actor: User) -> Assignment:
    """Change a draft, or one that is Available: then it must stay complete, the reserved funds follow, and offers
    made on another price or schedule are closed (domain.md 8.2). Raises Invalid, InsufficientFunds."""
    with change(pk, "edit", actor=actor) as opened:
        row = opened.row
        before = {name: getattr(row, name) for name in OFFER_COLUMNS}
        old = {name: getattr(row, name) for name in content.columns}
        _write_columns(row, content)
        _write_rows(row, content)
        changed = sorted(name for name in content.columns if getattr(row, name) != old[name])
        opened.record("assignment.edited", visibility="client", changed=changed)
        if row.state == State.SENT:
            check_sendable(row, opened.now, opened.standing.member)
            row.posted_terms = _posted(row)
            funds.resize(opened)
            if before != {name: getattr(row, name) for name in OFFER_COLUMNS}:
                _close_offers(opened)
    return row


def edit_site(pk: int, site: Mapping[str, Any], *, actor: User) -> None:
    """Tell the assigned worker of another contact or way in. Where the site is does not change any more."""
    with change(pk, "edit_site", actor=actor) as opened:
        _known(site, SITE_LATER)
        found, _ = Site.objects.get_or_create(assignment=opened.row)
        changed = sorted(name for name, value in site.items() if getattr(found, name) != value)
        for name, value in site.items():
            setattr(found, name, value)
        found.save()
        opened.record("assignment.site_edited", changed=changed)


def delete(pk: int, *, actor: User) -> None:
    """Throw a draft away with its documents (T3). Its history stays, for the company's own people."""
    with change(pk, "delete", actor=actor) as opened:
        row = opened.row
        for attachment in Attachment.objects.filter(assignment=row):
            name = str(attachment.file.name)
            transaction.on_commit(partial(attachment.file.storage.delete, name))
        _record(row, row.version + 1, "assignment.deleted", actor, title=row.title)
        row.delete()


def send(pk: int, *, actor: User, invite: Sequence[Worker] = ()) -> Assignment:
    """Offer it to workers: fee and posted price are frozen, the funds set aside (T2, D19).

    Raises Invalid for what is missing or over the owner's maximum budget, InsufficientFunds when money is short.
    """
    with change(pk, "send", actor=actor) as opened:
        row = opened.row
        row.fee_bps = row.client.fee_bps
        check_sendable(row, opened.now, opened.standing.member)
        invited = _invite(opened, invite)
        if not row.is_marketplace and not invited:
            raise Invalid("Post it to the marketplace, or invite at least one worker.", "is_marketplace")
        row.posted_terms = _posted(row)
        row.send(opened.now)
        row.sent_at = opened.now
        funds.reserve(opened)
        opened.record("assignment.sent", price=row.budget, start_at=row.start_at)
        if invited:
            opened.record("assignment.invited", visibility="client", count=len(invited))
    return row


def invite(pk: int, workers: Sequence[Worker], *, actor: User) -> int:
    """Ask more workers by name; one who declined or left is asked again (D10). Returns how many were told."""
    if not workers:
        raise Invalid("Choose at least one worker.", "workers")
    with change(pk, "invite", actor=actor) as opened:
        invited = _invite(opened, workers)
        if invited:
            opened.record("assignment.invited", visibility="client", count=len(invited))
    return len(invited)


def _invite(opened: Change, workers: Sequence[Worker]) -> list[Worker]:
    """The workers who were not invited, or declined, or left since; people of the own company are passed over."""
    row = opened.row
    by = actor_user(opened.actor)
    if by is None:
        raise NotAllowed("Only people invite workers.")
    colleagues = set(Member.objects.filter(client_id=row.client_id).values_list("user_id", flat=True))
    fresh = []
    for worker in dict.fromkeys(workers):
        if worker.user_id in colleagues:
            continue
        found = Invitation.objects.filter(assignment=row, worker=worker).first()
        if found and found.declined_at is None and not _left_since(row, found):
            continue
        found = found or Invitation(assignment=row, worker=worker)
        found.invited_by, found.invited_at, found.declined_at = by, opened.now, None
        found.save()
        fresh.append(worker)
    opened.tell(invited=fresh)
    return fresh


def _left_since(row: Assignment, invitation: Invitation) -> bool:
    """Whether the worker lost it after the invitation: then only a new one opens the page again (D10)."""
    worker, since = invitation.worker_id, invitation.invited_at
    return (
        row.engagements.filter(worker=worker, ended_at__gte=since).exists()
        or row.applications.filter(
            worker=worker, state=ApplicationState.CLOSED, decided_at__gte=since
        ).exists()
    )


def _write_columns(row: Assignment, content: Content) -> None:
    _known(content.columns, COLUMNS)
    _known(content.site, SITE_COLUMNS)
    for name, value in content.columns.items():
        setattr(row, name, value)
    if "lat" in content.site and "lon" in content.site:
        lat, lon = content.site["lat"], content.site["lon"]
        row.area_lat = None if lat is None else round(lat, 2)
        row.area_lon = None if lon is None else round(lon, 2)
    _check(row)


def _check(row: Assignment) -> None:
    """What even a draft must keep, as sentences before the database's own checks speak."""
    if not row.title.strip():
        raise Invalid("Enter a title.", "title")
    for name in ("price_minor", "extra_price_minor"):
        if getattr(row, name) < 0:
            raise Invalid("Enter a price above zero.", name)
    if row.start_at and row.window_end_at and row.window_end_at <= row.start_at:
        raise Invalid("Enter an end after the start.", "window_end_at")
    if row.customer and row.customer.client_id != row.client_id:
        raise Invalid("Choose a customer of your company.", "customer")
    if row.project and row.project.customer_id != row.customer_id:
        raise Invalid("Choose a project of this customer.", "project")
    if not Member.objects.filter(client_id=row.client_id, user_id=row.owner_id, is_active=True).exists():
        raise Invalid("Choose an owner from your company.", "owner")
    same = Assignment.objects.filter(client_id=row.client_id, external_id=row.external_id).exclude(pk=row.pk)
    if row.external_id and same.exists():
        raise Invalid("Another assignment has this number already.", "external_id")


def _write_rows(row: Assignment, content: Content) -> None:
    """The rows beside a saved assignment: site, skills, deliverables, custom fields."""
    if content.site:
        Site.objects.update_or_create(assignment=row, defaults=dict(content.site))
    if content.skills is not None:
        row.skills.set([_skill(name) for name in content.skills if name.strip()])
    if content.wanted is not None:
        _sync(row, DeliverableRequirement, content.wanted, ("title", "kind", "count", "instructions"))
        _count_wanted(row)
    if content.asked is not None:
        _sync(row, CustomField, content.asked, ("label", "kind", "choices", "is_required"))


def _sync(row: Assignment, model: Any, items: Sequence[Any], names: Sequence[str]) -> None:
    """Bring the rows to these items, in this order. Rows keep their id: a former worker's files hang on it."""
    kept = {found.pk: found for found in model.objects.filter(assignment=row)}
    for position, item in enumerate(items):
        target = kept.pop(item.pk, None) or model(assignment=row)
        for name in names:
            value = getattr(item, name)
            setattr(target, name, list(value) if name == "choices" else value)
        target.position = position
        target.save()
    used = "deliverables" if model is DeliverableRequirement else "values"
    for gone in model.objects.filter(pk__in=kept):
        if getattr(gone, used).exists():
            raise Invalid(f"A former worker has already answered “{gone}”. Keep it.")
        gone.delete()


def _count_wanted(row: Assignment) -> None:
    """Nothing asked means nothing missing: the label Late Deliverables reads this fact. `edit` saves it."""
    row.deliverables_fulfilled = not DeliverableRequirement.objects.filter(assignment=row).exists()
    if row.version == 1 and row.state == State.DRAFT:
        row.save(update_fields=["deliverables_fulfilled"])


def _skill(name: str) -> Skill:
    bare = " ".join(name.split())[:60]
    return Skill.objects.filter(name__iexact=bare).first() or Skill.objects.create(name=bare)


def _posted(row: Assignment) -> dict[str, Any]:
    return {name: getattr(row, name) for name in TERMS_FIELDS}


def _close_offers(opened: Change) -> None:
    """Nobody is held to an offer on other terms: the offers end and their workers may apply again."""
    pending = list(
        Application.objects.select_related("worker__user").filter(
            assignment=opened.row, state=ApplicationState.PENDING
        )
    )
    for application in pending:
        application.decline("The client changed the price or the schedule.")
        application.save(update_fields=["state", "decided_at", "decline_reason"])
    if pending:
        opened.tell(losers=[application.worker for application in pending])
        opened.record("assignment.offers_closed", visibility="client", count=len(pending))


def _known(values: Mapping[str, Any], allowed: frozenset[str]) -> None:
    unknown = sorted(set(values) - allowed)
    if unknown:
        raise Conflict(f"These details cannot be changed here: {', '.join(unknown)}.")


def _record(row: Assignment, sequence: int, kind: str, actor: User, **facts: Any) -> None:
    """An entry of a row that is not changed through the door: it is new, or gone."""
    record(
        kind,
        subject_type=SUBJECT,
        subject_id=row.pk,
        sequence=sequence,
        actor=actor,
        role="client",
        at=clock.now(),
        facts=facts,
        visibility="client",
    )
