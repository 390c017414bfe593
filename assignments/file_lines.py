"""The files of the present worker as pages show them: thumb, facts, hints, and what the client said of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from assignments import answers
from assignments.closeout_words import in_groups
from assignments.models import (
    Assignment,
    CustomField,
    CustomFieldGroup,
    CustomValue,
    Deliverable,
    FieldPhoto,
)
from assignments.models.kept_file import KeptFile
from assignments.photo_hints import Around, around, facts, hints


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file. `state` is given, accepted or rejected; `pk` is what its verbs are called with."""

    pk: int
    requirement_id: int
    name: str
    url: str
    thumb_url: str
    words: str
    hints: list[str]
    state: str
    reason: str
    signer: str
    is_signature: bool
    uploaded_at: datetime


def file_lines(row: Assignment, now: datetime) -> list[FileLine]:
    """All files that are there, oldest first: one query for them, one for the visits."""
    files = list(
        Deliverable.objects.filter(engagement=row.engagement, removed_at__isnull=True).order_by(
            "uploaded_at", "id"
        )
    )
    at = around(row, files, now)
    return [_line(file, at) for file in files]


def by_requirement(lines: list[FileLine]) -> dict[int, list[FileLine]]:
    found: dict[int, list[FileLine]] = {}
    for line in lines:
        found.setdefault(line.requirement_id, []).append(line)
    return found


def _line(file: Deliverable, at: Around) -> FileLine:
    drawn = "on the screen" if file.is_drawn else "on paper"
    who = f"{file.signer_name}, {file.signer_role}" if file.signer_role else file.signer_name
    return FileLine(
        pk=file.pk,
        requirement_id=file.requirement_id,
        name=file.name,
        url=reverse("assignments:deliverable_file", args=[file.uuid]),
        thumb_url=reverse("assignments:deliverable_thumb", args=[file.uuid]) if file.thumb else "",
        words=_words(file, at),
        hints=[] if file.signer_name or file.rejected_at else hints(file, at),
        state="accepted" if file.accepted_at else "rejected" if file.rejected_at else "given",
        reason=file.reject_reason,
        signer=f"Signed by {who}, {drawn}" if file.signer_name else "",
        is_signature=bool(file.signer_name),
        uploaded_at=file.uploaded_at,
    )


def _words(file: KeptFile, at: Around) -> str:
    size = filesizeformat(file.size)
    read = facts(file, at)
    return f"{size}, {read}" if read else str(size)


@dataclass(frozen=True, slots=True)
class PhotoLine:
    """The photo that answers a field."""

    name: str
    url: str
    thumb_url: str
    words: str
    hints: list[str]


def field_photos(row: Assignment, now: datetime) -> dict[int, PhotoLine]:
    """By the id of the field."""
    found = list(FieldPhoto.objects.filter(engagement=row.engagement, removed_at__isnull=True))
    at = around(row, found, now) if found else None
    if at is None:
        return {}
    return {
        one.field_id: PhotoLine(
            one.name,
            reverse("assignments:field_photo", args=[one.uuid]),
            reverse("assignments:field_photo_thumb", args=[one.uuid]),
            _words(one, at),
            hints(one, at),
        )
        for one in found
    }


@dataclass(frozen=True, slots=True)
class Answer:
    """One answered or open field: lines of text, or a photo."""

    label: str
    lines: list[str]
    photo: PhotoLine | None
    note: str


def answered(
    row: Assignment, now: datetime, fields: Sequence[CustomField] | None = None
) -> list[tuple[CustomFieldGroup, list[Answer]]]:
    """The client's groups of fields with the answers of the present worker. `fields`: where they are read already."""
    fields = list(in_groups(row)) if fields is None else fields
    if not fields:
        return []
    values = dict(CustomValue.objects.filter(engagement=row.engagement).values_list("field_id", "value"))
    photos = field_photos(row, now)
    return [
        (group, [_answer(field, values.get(field.pk, ""), photos.get(field.pk)) for field in own])
        for group, own in groupby(fields, key=lambda field: field.group)
    ]


def _answer(field: CustomField, value: str, photo: PhotoLine | None) -> Answer:
    if field.kind == CustomField.Kind.SERIALS:
        return Answer(
            field.label, answers.serials(value), None, f"{answers.done(field, value)} of {field.count}"
        )
    if field.kind == CustomField.Kind.CHECK:
        return Answer(field.label, ["Yes"] if value else [], None, "")
    return Answer(field.label, [value] if value and photo is None else [], photo, "")
