"""The forms that stand on the visit page itself, so that a phone without a signal has them at hand (N7)."""

from dataclasses import dataclass
from typing import Any

from django import forms

from assignments.forms.shared import MessageForm
from assignments.forms.worker import ConfirmForm, fields_form
from assignments.models import CustomField, CustomValue, DeliverableRequirement
from assignments.next_action import url
from assignments.queries import Seen
from common.uploads import ACCEPTED


@dataclass(frozen=True, slots=True)
class FilesHere:
    """The inputs for the files of one requirement; they lead to its own page without script."""

    pk: int
    title: str
    count: int
    is_photo: bool
    accept: str
    action: str


def here(view: Seen) -> dict[str, Any]:
    """Only what this person may do now; each form is that of the verb's own page."""
    row, verbs = view.row, view.verbs
    return {
        "files": _files(view) if "deliver" in verbs else [],
        "fields": _fields(view) if "fill_fields" in verbs else None,
        "note": MessageForm(notes=False, writes=True) if "post_message" in verbs else None,
        "confirm": ConfirmForm(row=row) if "confirm" in verbs else None,
    }


def _files(view: Seen) -> list[FilesHere]:
    return [
        FilesHere(
            pk=wanted.pk,
            title=wanted.title,
            count=wanted.count,
            is_photo=wanted.kind == DeliverableRequirement.Kind.PHOTO,
            accept="image/*" if wanted.kind == DeliverableRequirement.Kind.PHOTO else ACCEPTED,
            action=url(view.row, "deliver", str(wanted.pk)),
        )
        for wanted in DeliverableRequirement.objects.filter(assignment=view.row)
    ]


def _fields(view: Seen) -> forms.Form | None:
    asked = list(CustomField.objects.filter(assignment=view.row))
    if not asked:
        return None
    given = CustomValue.objects.filter(engagement=view.row.engagement).values_list("field_id", "value")
    return fields_form(asked, dict(given))
