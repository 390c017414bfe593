"""What the form of an assignment says, and writing it to the row and to the rows beside it (domain.md 3.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assignments.actions import requiring
from assignments.actions.asking import (
    Asked,
    Grouped,
    Wanted,
    asked_of,
    groups_of,
    wanted_of,
    write_fields,
    write_wanted,
)
from assignments.actions.days import write_days
from assignments.actions.missing_files import count_missing
from assignments.models import Assignment, DraftInvitee, Site
from assignments.models.terms import TERMS_FIELDS
from assignments.planned import DayPlan, plans
from assignments.states import State
from clients.models import Member
from common.errors import Conflict, Invalid
from workers.models import Skill, Worker

OFFER_COLUMNS = (*TERMS_FIELDS, "schedule_kind", "start_at", "window_end_at", "terms_days")
"""What applicants agreed to: a change of these closes the offers that wait."""
COLUMNS = frozenset({*OFFER_COLUMNS} - {"currency"}) | {
    "owner", "customer", "project", "external_id", "title", "industry", "description", "special_instructions",
    "is_virtual", "city", "region", "postcode", "country", "time_zone", "duration_minutes", "confirm_hours",
    "checkin_required", "deliverables_due_at", "non_negotiable", "requests_allowed", "fastfunds_eligible",
    "is_marketplace", "change_answer", "change_limit_minor", "change_minutes",
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
class Content:
    """What the form says. `columns` and `site` name columns (COLUMNS, SITE_COLUMNS); a list that is None stays.

    `groups` say more of the groups that the custom fields in `asked` name.

    `invitees` are the workers to be asked by name when it is sent; only a draft keeps them. `sets` are the names of the
    requirement sets that it asks (requiring.py).
    """

    columns: Mapping[str, Any] = field(default_factory=dict)
    site: Mapping[str, Any] = field(default_factory=dict)
    skills: Sequence[str] | None = None
    wanted: Sequence[Wanted] | None = None
    asked: Sequence[Asked] | None = None
    invitees: Sequence[Worker] | None = None
    sets: Sequence[str] | None = None
    days: Sequence[DayPlan] | None = None
    groups: Sequence[Grouped] | None = None


def rewrite(row: Assignment, content: Content) -> list[str]:
    """Bring a locked row and the rows beside it to this content. Returns the names of what changed, for the history.

    The row itself is saved by the door.
    """
    before = _facts(row)
    write_columns(row, content)
    write_rows(row, content)
    after = _facts(row)
    return sorted(name for name, value in after.items() if before[name] != value)


def _facts(row: Assignment) -> dict[str, Any]:
    """All that the form can change, each part by the name under which the history tells of it."""
    site = Site.objects.filter(assignment=row).first() or Site()
    return {
        **{f.name: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name in COLUMNS},
        **{name: getattr(site, name) for name in SITE_COLUMNS},
        "skills": sorted(row.skills.values_list("pk", flat=True)),
        "deliverables": wanted_of(row),
        "closeout questions": [asked_of(row), groups_of(row)],
        "further days": plans(row),
        "requirements": requiring.chosen(row),
        "workers to invite": sorted(row.draft_invitees.values_list("worker_id", flat=True)),
    }


def write_columns(row: Assignment, content: Content) -> None:
    """The columns of the row, not saved yet. Raises Invalid at the field for what even a draft must keep."""
    known(content.columns, COLUMNS)
    known(content.site, SITE_COLUMNS)
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


def write_rows(row: Assignment, content: Content) -> None:
    """The rows beside a saved assignment: site, skills, deliverables, custom fields, workers to invite."""
    if content.site:
        Site.objects.update_or_create(assignment=row, defaults=dict(content.site))
    if content.skills is not None:
        row.skills.set([_skill(name) for name in content.skills if name.strip()])
    if content.wanted is not None:
        write_wanted(row, content.wanted)
        _count_wanted(row)
    if content.asked is not None:
        write_fields(row, content.asked, content.groups)
    if content.days is not None:
        write_days(row, content.days)
    if content.sets is not None:
        requiring.choose(row, content.sets)
    if content.invitees is not None and row.state == State.DRAFT:
        _keep(row, content.invitees)


def _keep(row: Assignment, workers: Sequence[Worker]) -> None:
    """Bring the ticked workers of a draft to these; those who stay keep their row."""
    wanted = {worker.pk for worker in workers}
    row.draft_invitees.exclude(worker__in=wanted).delete()
    known_already = set(row.draft_invitees.values_list("worker_id", flat=True))
    DraftInvitee.objects.bulk_create(
        DraftInvitee(assignment=row, worker_id=pk) for pk in sorted(wanted - known_already)
    )


def _count_wanted(row: Assignment) -> None:
    """Nothing asked means nothing missing: the label Late Deliverables reads this fact. `edit` saves it."""
    count_missing(row)
    if row.version == 1 and row.state == State.DRAFT:
        row.save(update_fields=["deliverables_fulfilled", "open_by_default", "open_due_minutes"])


def _skill(name: str) -> Skill:
    bare = " ".join(name.split())[:60]
    return Skill.objects.filter(name__iexact=bare).first() or Skill.objects.create(name=bare)


def known(values: Mapping[str, Any], allowed: frozenset[str]) -> None:
    """Raise Conflict for a detail that is not among the allowed ones."""
    unknown = sorted(set(values) - allowed)
    if unknown:
        raise Conflict(f"These details cannot be changed here: {', '.join(unknown)}.")
