"""The forms that stand on the visit page itself, so that a phone without a signal has them at hand (N7)."""

from dataclasses import dataclass
from typing import Any

from assignments.closeout_words import in_groups
from assignments.forms.answering import FieldsForm
from assignments.forms.talk import MessageForm
from assignments.forms.worker import ConfirmForm
from assignments.models import CustomValue, DeliverableRequirement
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
        for wanted in DeliverableRequirement.objects.filter(assignment=view.row).exclude(
            kind=DeliverableRequirement.Kind.SIGNATURE  # it is drawn, or given on paper, on a page of its own
        )
    ]


def _fields(view: Seen) -> FieldsForm | None:
    asked = list(in_groups(view.row))
    if not asked:
        return None
    given = CustomValue.objects.filter(engagement=view.row.engagement).values_list("field_id", "value")
    return FieldsForm(fields=asked, values=dict(given))
