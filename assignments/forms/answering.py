"""The client's fields as a form: an input for each by its kind, in their groups."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from django import forms
from django.forms import BoundField

from assignments.answers import number_words, problem
from assignments.models import CustomField, CustomFieldGroup
from common.errors import Invalid
from common.uploads import CheckedUpload, check_upload


class FieldsForm(forms.Form):
    """Inputs named `custom_<id>`; answers so far are filled in. An optional group may stay empty as a whole.

    `fields` come with their groups, one group after the other; `values` is field id -> answer so far.
    """

    def __init__(self, *data: Any, fields: Sequence[CustomField], values: Mapping[int, str]) -> None:
        super().__init__(*data)
        self.asked = {f"custom_{field.pk}": field for field in fields}
        self.given = values
        self.checked: dict[int, tuple[Any, CheckedUpload]] = {}
        for name, field in self.asked.items():
            self.fields[name] = _input_for(field, values.get(field.pk, ""))

    def groups(self) -> Iterator[tuple[CustomFieldGroup, list[BoundField]]]:
        """Each group with its inputs, for the page."""
        for group, own in groupby(self.asked.items(), key=lambda pair: pair[1].group):
            yield group, [self[name] for name, _ in own]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, field in self.asked.items():
            if field.kind == CustomField.Kind.PHOTO and cleaned.get(name):
                self._check_photo(name, field, cleaned[name])
            elif name in cleaned and (wrong := problem(field, _text(cleaned[name]))):
                self.add_error(name, wrong)
        for group, inputs in self.groups():
            names = [one.name for one in inputs]
            if not group.is_required and any(_text(cleaned.get(name)) for name in names):
                self._whole(names, cleaned)
        return cleaned

    def _check_photo(self, name: str, field: CustomField, file: Any) -> None:
        try:
            checked = check_upload(file)
        except Invalid as error:
            self.add_error(name, error.sentence)
            return
        if checked.is_image:
            self.checked[field.pk] = (file, checked)
        else:
            self.add_error(name, "Add a picture: JPEG, PNG or WebP.")

    def _whole(self, names: Sequence[str], cleaned: Mapping[str, Any]) -> None:
        """An optional group that is begun is filled."""
        for name in names:
            field = self.asked[name]
            is_kept = field.kind == CustomField.Kind.PHOTO and bool(self.given.get(field.pk))
            is_there = is_kept or bool(_text(cleaned.get(name)))
            if field.is_required and not is_there and name not in self.errors:
                self.add_error(name, "Enter an answer, or empty this whole group.")

    def values(self) -> dict[int, str]:
        """Field id -> text, as the action stores it: a tick is "yes", a date ISO, a number plain. Without photos."""
        return {
            field.pk: _text(self.cleaned_data.get(name))
            for name, field in self.asked.items()
            if field.kind != CustomField.Kind.PHOTO
        }


def _text(value: Any) -> str:
    if value in (None, False):
        return ""
    return "yes" if value is True else f"{value:f}" if isinstance(value, Decimal) else str(value).strip()


def _input_for(field: CustomField, value: str) -> forms.Field:
    kind, is_needed = field.kind, field.is_required and field.group.is_required
    common: dict[str, Any] = {"label": field.label, "required": is_needed, "initial": value}
    if kind == CustomField.Kind.NUMBER:
        sentence = {"invalid": "Enter a number in digits, for example 12.5."}
        limits: dict[str, Any] = {"help_text": _limits(field), "max_digits": 18, "decimal_places": 6}
        return forms.DecimalField(error_messages=sentence, **limits, **common)
    if kind == CustomField.Kind.CHOICE:
        choices = [("", "Choose"), *((str(choice), str(choice)) for choice in field.choices)]
        return forms.ChoiceField(choices=choices, **common)
    if kind == CustomField.Kind.DATE:
        return forms.DateField(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": "Enter a date, for example 2026-12-01."},
            **common,
        )
    if kind == CustomField.Kind.CHECK:
        return forms.BooleanField(**{**common, "initial": value == "yes"})
    if kind == CustomField.Kind.SERIALS:
        rows = {
            "rows": min(max(field.count, 3), 12),
            "autocapitalize": "characters",
            "spellcheck": "false",
            "data-serials": str(field.count),
        }
        help_text = f"{field.count} asked. One a line."
        return forms.CharField(
            widget=forms.Textarea(attrs=rows), max_length=20_000, help_text=help_text, **common
        )
    if kind == CustomField.Kind.PHOTO:
        widget = forms.FileInput(attrs={"accept": "image/*", "data-preview": ""})
        words = {"help_text": "A new photo takes the place of the one that is here." if value else ""}
        needed = {"required": is_needed and not value, "allow_empty_file": True, "initial": None}
        return forms.FileField(widget=widget, **{**common, **words, **needed})
    return forms.CharField(max_length=1_000, **common)


def _limits(field: CustomField) -> str:
    least, most = number_words(field.least), number_words(field.most)
    if least and most:
        return f"From {least} to {most}."
    return f"{least} or more." if least else f"{most} or less." if most else ""
