"""What a closeout asks: files, and fields in groups, as plain values and as rows beside the assignment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from assignments.answers import number_words
from assignments.models import Assignment, CustomField, CustomFieldGroup, DeliverableRequirement
from assignments.models.field_groups import FIRST_GROUP
from common.errors import Invalid

WANTED_COLUMNS: Final = ("title", "kind", "count", "instructions", "moment", "due_minutes")
GROUP_COLUMNS: Final = ("title", "instructions", "is_required", "is_survey")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One deliverable that the client asks for; `pk` of the row that it replaces. `due_minutes` after the start."""

    title: str
    kind: str = DeliverableRequirement.Kind.PHOTO
    count: int = 1
    instructions: str = ""
    pk: int | None = None
    moment: str = DeliverableRequirement.Moment.ANY
    due_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One custom field; `pk` of the row that it replaces; `group` by its title, empty for the first one.

    `count`: how many serial numbers. `least` and `most`: limits of a number, as text; empty for none.
    """

    label: str
    kind: str = CustomField.Kind.TEXT
    choices: Sequence[str] = ()
    is_required: bool = True
    pk: int | None = None
    group: str = ""
    count: int = 1
    least: str = ""
    most: str = ""


@dataclass(frozen=True, slots=True)
class Grouped:
    """One group of custom fields; `pk` of the row that it replaces."""

    title: str
    instructions: str = ""
    is_required: bool = True
    is_survey: bool = False
    pk: int | None = None


def wanted_of(row: Assignment, *, keeps_ids: bool = False) -> list[Wanted]:
    """The files that an assignment asks for."""
    return [
        Wanted(
            one.title, one.kind, one.count, one.instructions, one.pk if keeps_ids else None, one.moment, one.due_minutes
        )
        for one in DeliverableRequirement.objects.filter(assignment=row)
    ]  # fmt: skip


def asked_of(row: Assignment, *, keeps_ids: bool = False) -> list[Asked]:
    """The fields that an assignment asks to fill."""
    return [
        Asked(
            one.label,
            one.kind,
            [str(choice) for choice in one.choices],
            one.is_required,
            one.pk if keeps_ids else None,
            one.group.title,
            one.count,
            number_words(one.least),
            number_words(one.most),
        )
        for one in CustomField.objects.filter(assignment=row).select_related("group")
    ]


def groups_of(row: Assignment, *, keeps_ids: bool = False) -> list[Grouped]:
    """Its groups of fields."""
    return [
        Grouped(one.title, one.instructions, one.is_required, one.is_survey, one.pk if keeps_ids else None)
        for one in CustomFieldGroup.objects.filter(assignment=row)
    ]


def write_wanted(row: Assignment, items: Sequence[Wanted]) -> None:
    """Bring the files asked for to these. Raises Invalid where a line that goes has files."""
    kept = {found.pk: found for found in DeliverableRequirement.objects.filter(assignment=row)}
    for position, item in enumerate(items):
        target = kept.pop(item.pk or 0, None) or DeliverableRequirement(assignment=row)
        _write(target, {name: getattr(item, name) for name in WANTED_COLUMNS} | {"position": position})
    _drop(DeliverableRequirement.objects.filter(pk__in=kept), "deliverables")


def write_fields(row: Assignment, items: Sequence[Asked], groups: Sequence[Grouped] | None) -> None:
    """Bring the fields and their groups to these. A field that names no known group makes one.

    A group that got another title keeps its fields: they may still name the former one.
    """
    found = _groups(row, groups)
    kept = {one.pk: one for one in CustomField.objects.filter(assignment=row)}
    for position, item in enumerate(items):
        title = item.group.strip() or FIRST_GROUP
        group = found.get(title.casefold())
        if group is None:
            group = CustomFieldGroup.objects.create(assignment=row, title=title, position=len(found))
            found[title.casefold()] = group
        target = kept.pop(item.pk or 0, None) or CustomField(assignment=row)
        values = {"group": group, "label": item.label, "kind": item.kind, "choices": list(item.choices)}
        values |= {"is_required": item.is_required, "position": position, "count": item.count}
        values |= {"least": _number(item.least), "most": _number(item.most)}
        _write(target, values)
    _drop(CustomField.objects.filter(pk__in=kept), "values")
    named = [one.pk for one in found.values()] if groups is not None else []
    CustomFieldGroup.objects.filter(assignment=row, fields__isnull=True).exclude(pk__in=named).delete()


def _groups(row: Assignment, items: Sequence[Grouped] | None) -> dict[str, CustomFieldGroup]:
    """The groups by title, in lower case; under its former title too, where that is free."""
    rows = list(CustomFieldGroup.objects.filter(assignment=row))
    if items is None:
        return {one.title.casefold(): one for one in rows}
    by_pk, by_title = {one.pk: one for one in rows}, {one.title.casefold(): one for one in rows}
    found: dict[str, CustomFieldGroup] = {}
    former: dict[str, CustomFieldGroup] = {}
    for position, item in enumerate(items):
        target = (
            by_pk.get(item.pk or 0) or by_title.get(item.title.casefold()) or CustomFieldGroup(assignment=row)
        )
        former[target.title.casefold()] = target
        _write(target, {name: getattr(item, name) for name in GROUP_COLUMNS} | {"position": position})
        found[item.title.casefold()] = target
    return {**former, **found}


def _write(target: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(target, name, value)
    target.save()


def _drop(rows: Any, used: str) -> None:
    """Rows keep their id while they stay: a former worker's files and answers hang on it."""
    for gone in rows:
        if getattr(gone, used).exists():
            raise Invalid(f"A former worker has already answered “{gone}”. Keep it.")
        gone.delete()


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None
