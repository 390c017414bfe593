"""What is left before the work can be submitted (S23, S30): one list for the page, the progress bar and the door."""

from dataclasses import dataclass

from assignments import deadlines
from assignments.models import Assignment, Carried, CheckIn, CustomField, Deliverable, DeliverableRequirement
from assignments.pricing import billable_minutes
from assignments.states import PricingType


@dataclass(frozen=True, slots=True)
class Item:
    """One line. `key` names what it is, `pk` which one; `note` says how far it is."""

    key: str
    title: str
    is_done: bool
    note: str = ""
    pk: int = 0
    problem: str = ""


def items(row: Assignment) -> list[Item]:
    """The lines for the present worker, in the order of the work."""
    wanted, fields = _carried(row)
    return [*_confirmation(row), *_visits(row), *_deliverables(row, wanted), *_fields(row, fields)]


def missing(row: Assignment) -> list[Item]:
    return [item for item in items(row) if not item.is_done]


def minutes_worked(row: Assignment) -> int:
    """Billable minutes of the present worker's closed visits."""
    visits = CheckIn.objects.filter(engagement=row.engagement, out_at__isnull=False)
    return billable_minutes((visit.in_at, visit.out_at) for visit in visits if visit.out_at)


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
        )
        for wanted in DeliverableRequirement.objects.filter(assignment=row)
    ]


def _fields(row: Assignment, carried: set[int]) -> list[Item]:
    fields = [
        field
        for field in CustomField.objects.filter(assignment=row, is_required=True)
        if field.pk not in carried
    ]
    if not fields:
        return []
    filled = (
        CustomField.objects.filter(pk__in=[field.pk for field in fields], values__engagement=row.engagement)
        .exclude(values__value="")
        .distinct()
        .count()
    )
    return [
        Item("fields", "Fields that the client asks for", filled >= len(fields), f"{filled} of {len(fields)}")
    ]


def is_on_time(row: Assignment) -> bool | None:
    """Whether the first check-in was on time; None while there is none or none is asked."""
    if not row.checkin_required or row.first_check_in_at is None or row.start_at is None:
        return None
    last = deadlines.on_time_until(row.schedule_kind, row.start_at, row.window_end_at)
    return row.first_check_in_at <= last
