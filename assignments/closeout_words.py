"""What a closeout asks, in words: for the check page before sending and for the details of an assignment."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from assignments.models import Assignment, CustomField, DeliverableRequirement
from common.when import minutes


def wanted_words(row: Assignment) -> list[str]:
    """ "3 x Photo: Rack, before the work, due 2 h after the start", one for each."""
    found = DeliverableRequirement.objects.filter(assignment=row)
    return [
        ", ".join([f"{one.count} x {one.get_kind_display()}: {one.title}", *when_words(one)]) for one in found
    ]


def when_words(one: DeliverableRequirement) -> list[str]:
    """When in the work it is made, and its own due time."""
    moment = one.get_moment_display().lower() if one.moment != DeliverableRequirement.Moment.ANY else ""
    due = f"due {minutes(one.due_minutes)} after the start" if one.due_minutes is not None else ""
    return [words for words in (moment, due) if words]


def asked_words(row: Assignment) -> list[str]:
    """The label of each field, with its group where there are several."""
    found = list(in_groups(row))
    several = len({one.group_id for one in found}) > 1
    return [f"{one.group}: {one.label}" if several else one.label for one in found]


def in_groups(row: Assignment) -> Iterator[CustomField]:
    """The fields with their groups, in the order in which they are filled."""
    yield from in_order(CustomField.objects.filter(assignment=row).select_related("group"))


def in_order(fields: "QuerySet[CustomField]") -> "QuerySet[CustomField]":
    """The fields of an assignment as they are filled: surveys last."""
    return fields.order_by("group__is_survey", "group__position", "group_id", "position", "id")


@dataclass(frozen=True, slots=True)
class AskedLine:
    """One field in words: "4 serial numbers, required"."""

    label: str
    group: str
    words: str


def asked_lines(fields: Iterable[CustomField]) -> list[AskedLine]:
    """Fields with their groups for the details page."""
    return [AskedLine(one.label, one.group.title, _field_words(one)) for one in fields]


def _field_words(one: CustomField) -> str:
    need = "Required" if one.is_required and one.group.is_required else "Optional"
    if one.kind == CustomField.Kind.SERIALS:
        return f"{one.count} serial number{'s' if one.count > 1 else ''}, {need.lower()}"
    return f"Photo, {need.lower()}" if one.kind == CustomField.Kind.PHOTO else need
