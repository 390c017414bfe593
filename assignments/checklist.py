"""What is left before the work can be submitted (S23, S30): one list for the page, the progress bar and the door."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from assignments import answers, deadlines
from assignments.models import (
    Assignment,
    Carried,
    CheckIn,
    CustomField,
    CustomValue,
    Deliverable,
    DeliverableRequirement,
)
from assignments.pricing import billable_minutes
from assignments.states import PricingType


@dataclass(frozen=True, slots=True)
class Item:
    """One line. `key` names what it is, `pk` which one; `note` says how far it is, `missing` what is not there yet."""

    key: str
    title: str
    is_done: bool
    note: str = ""
    pk: int = 0
    problem: str = ""
    missing: int = 0


def items(row: Assignment) -> list[Item]:
    """The lines for the present worker, in the order of the work."""
    wanted, fields = _carried(row)
    return [*_confirmation(row), *_visits(row), *_deliverables(row, wanted), *_fields(row, fields)]


def missing(row: Assignment) -> list[Item]:
    return [item for item in items(row) if not item.is_done]


def minutes_worked(row: Assignment) -> int:
    """Billable minutes of the present worker's closed visits."""
    return minutes_of(row, CheckIn.objects.filter(engagement=row.engagement, out_at__isnull=False))


def minutes_of(row: Assignment, visits: Iterable[CheckIn]) -> int:
    """The same, of visits that are loaded already; those of former workers do not count."""
    mine = (visit for visit in visits if visit.engagement_id == row.engagement_id)
    return billable_minutes((visit.in_at, visit.out_at) for visit in mine if visit.out_at)


def _confirmation(row: Assignment) -> list[Item]:
    if row.confirm_hours is None:
        return []
    done = row.confirmed_at is not None or row.has_check_in
    return [Item("confirm", "Confirm the schedule", done)]


def _visits(row: Assignment) -> list[Item]:
    if not row.checkin_required:
        return []
    visits = list(CheckIn.objects.filter(engagement=row.engagement))
    is_open = any(visit.out_at is None for visit in visits)
    closed = [visit for visit in visits if visit.out_at]
    out_note = f"{len(closed)} visits" if len(closed) > 1 else ""
    lines = [
        Item("check_in", "Check in", bool(visits)),
        Item("check_out", "Check out", bool(closed) and not is_open, out_note),
    ]
    if row.pricing_type in (PricingType.HOURLY, PricingType.BLENDED):
        over = minutes_worked(row) - row.terms.billable_cap
        if over > 0:
            lines.append(
                Item(
                    "hours",
                    "Hours within the budget",
                    False,
                    problem="Ask for a budget increase for the added time.",
                )
            )
    return lines


def _carried(row: Assignment) -> tuple[dict[int, str], set[int]]:
    """What went over to a revisit: its number by requirement id, and the ids of fields."""
    found = Carried.objects.filter(link__original=row).values_list(
        "requirement_id", "field_id", "link__revisit_id"
    )
    lines = list(found)
    return {pk: f"A-{to}" for pk, _, to in lines if pk}, {pk for _, pk, _ in lines if pk}


def _deliverables(row: Assignment, carried: dict[int, str]) -> list[Item]:
    counts: dict[int, int] = {}
    for found in Deliverable.objects.filter(
        engagement=row.engagement, rejected_at__isnull=True, removed_at__isnull=True
    ):
        counts[found.requirement_id] = counts.get(found.requirement_id, 0) + 1
    return [
        Item(
            "deliverable",
            wanted.title,
            counts.get(wanted.pk, 0) >= wanted.count or wanted.pk in carried,
            f"{min(counts.get(wanted.pk, 0), wanted.count)} of {wanted.count}"
            + (f", the rest carried to {carried[wanted.pk]}" if wanted.pk in carried else ""),
            wanted.pk,
            missing=max(wanted.count - counts.get(wanted.pk, 0), 0),
        )
        for wanted in DeliverableRequirement.objects.filter(assignment=row)
    ]


def _fields(row: Assignment, carried: set[int]) -> list[Item]:
    """A line for each group that has to be filled; surveys come last. What went over to a revisit is not asked here."""
    fields = list(
        CustomField.objects.filter(assignment=row, is_required=True, group__is_required=True)
        .exclude(pk__in=carried)
        .select_related("group")
        .order_by("group__is_survey", "group__position", "group_id", "position", "id")
    )
    if not fields:
        return []
    given = dict(CustomValue.objects.filter(engagement=row.engagement).values_list("field_id", "value"))
    lines = []
    for group, own in groupby(fields, key=lambda field: field.group):
        asked = list(own)
        wanted = sum(answers.steps(field) for field in asked)
        have = sum(answers.done(field, given.get(field.pk, "")) for field in asked)
        key = "survey" if group.is_survey else "fields"
        note = f"{have} of {wanted}"
        lines.append(Item(key, group.title, have >= wanted, note, group.pk, missing=wanted - have))
    return lines


def is_on_time(row: Assignment) -> bool | None:
    """Whether the first check-in was on time; None while there is none or none is asked."""
    if not row.checkin_required or row.first_check_in_at is None or row.start_at is None:
        return None
    last = deadlines.on_time_until(row.schedule_kind, row.start_at, row.window_end_at)
    return row.first_check_in_at <= last
