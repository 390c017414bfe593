"""Answers to the client's fields: text, numbers, lists of serial numbers, photos."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from assignments.actions.door import Change, change
from assignments.actions.keeping import Prepared, prepared
from assignments.answers import problem
from assignments.models import CustomField, CustomValue, Engagement, FieldPhoto
from common.errors import Conflict, Invalid
from common.uploads import CheckedUpload

Photos = Mapping[int, tuple[Any, CheckedUpload]]
"""Field id -> file and what the gate says of it."""


def fill_fields(pk: int, values: Mapping[int, str], *, actor: User, photos: Photos | None = None) -> None:
    """Write answers; `values` is field id -> text. Raises Invalid at field `custom_<id>`."""
    pictures = {field_id: _picture(field_id, *given) for field_id, given in (photos or {}).items()}
    with change(pk, "fill_fields", actor=actor) as opened:
        row = opened.row
        fields = {field.pk: field for field in CustomField.objects.filter(assignment=row)}
        engagement = row.engagement
        if (set(values) | set(pictures)) - set(fields) or engagement is None:
            raise Conflict("These fields have changed. Load the page again.")
        for field_id, value in values.items():
            if fields[field_id].kind == CustomField.Kind.PHOTO:
                raise Invalid("Add a picture: JPEG, PNG or WebP.", f"custom_{field_id}")
            if wrong := problem(fields[field_id], value):
                raise Invalid(wrong, f"custom_{field_id}")
            _write(opened, engagement, fields[field_id], value, actor)
        for field_id, picture in pictures.items():
            _put_photo(opened, engagement, fields[field_id], picture, actor)
        given = [*values, *pictures]
        opened.record("assignment.fields_filled", fields=[fields[field_id].label for field_id in given])


def _picture(field_id: int, file: Any, checked: CheckedUpload) -> Prepared:
    if not checked.is_image:
        raise Invalid("Add a picture: JPEG, PNG or WebP.", f"custom_{field_id}")
    return prepared(file, checked)


def _put_photo(
    opened: Change, engagement: Engagement, field: CustomField, picture: Prepared, actor: User
) -> None:
    """The new photo takes the place of the former one, which is kept as removed."""
    if field.kind != CustomField.Kind.PHOTO:
        raise Conflict("These fields have changed. Load the page again.")
    former = FieldPhoto.objects.filter(field=field, engagement=engagement, removed_at__isnull=True)
    former.update(removed_at=opened.now)
    columns = picture.columns(opened.row, actor=actor, at=opened.now)
    FieldPhoto.objects.create(field=field, engagement=engagement, **columns)
    _write(opened, engagement, field, picture.checked.name, actor)


def _write(opened: Change, engagement: Engagement, field: CustomField, value: str, actor: User) -> None:
    CustomValue.objects.update_or_create(
        field=field,
        engagement=engagement,
        defaults={"value": value, "filled_by": actor, "filled_at": opened.now},
    )
