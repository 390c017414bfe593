"""The forms that stand on the visit page itself, so that a phone without a signal has them at hand (N7)."""

from dataclasses import dataclass
from itertools import groupby

from assignments.closeout_page import Line
from assignments.closeout_words import in_groups
from assignments.forms.answering import FieldsForm
from assignments.forms.talk import NoteForm
from assignments.forms.worker import ConfirmForm
from assignments.models import CustomValue, Deliverable, DeliverableRequirement
from assignments.next_action import url
from assignments.queries import Seen
from common.uploads import ACCEPTED

FIELDS = frozenset({"fields", "survey"})
"""Keys of the lines that a group of fields makes."""


@dataclass(frozen=True, slots=True)
class FilesHere:
    """The inputs for the files of one requirement; they lead to its own page without script."""

    pk: int
    title: str
    count: int
    is_photo: bool
    accept: str
    action: str


@dataclass(frozen=True, slots=True)
class GroupHere:
    """The inputs of one group of fields; they lead to its own page without script."""

    pk: int
    title: str
    form: FieldsForm


@dataclass(frozen=True, slots=True)
class LineHere:
    """A line of the closeout with the form that opens under it; without one it leads to the page of its act.

    `rejected` are the files that the client asked for again while it is not done.
    """

    line: Line
    rejected: list[Deliverable]
    files: FilesHere | None = None
    group: GroupHere | None = None
    confirm: ConfirmForm | None = None

    @property
    def opens(self) -> bool:
        return bool(self.files or self.group or self.confirm)


@dataclass(frozen=True, slots=True)
class Here:
    """The lines of the closeout, and the forms that belong to none of them: those of the verbs' own pages."""

    lines: list[LineHere]
    groups: list[GroupHere]
    note: NoteForm | None
    confirm: ConfirmForm | None


def here(view: Seen, lines: list[Line]) -> Here:
    """Only what this person may do now, each at the line that it clears."""
    row, verbs = view.row, view.verbs
    files = _files(view) if "deliver" in verbs else {}
    groups = _groups(view) if "fill_fields" in verbs else {}
    confirm = ConfirmForm(row=row) if "confirm" in verbs else None
    rejected = _rejected(view)
    made = [
        LineHere(
            line=line,
            rejected=rejected.get(line.pk, []) if line.is_sent_back else [],
            files=files.get(line.pk) if line.key == "deliverable" else None,
            group=groups.pop(line.pk, None) if line.key in FIELDS and line.pk else None,
            confirm=confirm if line.key == "confirm" else None,
        )
        for line in lines
    ]
    return Here(
        lines=made,
        groups=list(groups.values()),
        note=NoteForm() if "post_message" in verbs else None,
        confirm=None if any(one.confirm for one in made) else confirm,
    )


def _files(view: Seen) -> dict[int, FilesHere]:
    found = DeliverableRequirement.objects.filter(assignment=view.row).exclude(
        kind=DeliverableRequirement.Kind.SIGNATURE  # it is drawn, or given on paper, on a page of its own
    )
    return {
        wanted.pk: FilesHere(
            pk=wanted.pk,
            title=wanted.title,
            count=wanted.count,
            is_photo=wanted.kind == DeliverableRequirement.Kind.PHOTO,
            accept="image/*" if wanted.kind == DeliverableRequirement.Kind.PHOTO else ACCEPTED,
            action=url(view.row, "deliver", str(wanted.pk)),
        )
        for wanted in found
    }


def _rejected(view: Seen) -> dict[int, list[Deliverable]]:
    """By requirement id, what the client asked for again and nobody took away."""
    found: dict[int, list[Deliverable]] = {}
    for file in Deliverable.objects.filter(
        engagement=view.row.engagement, rejected_at__isnull=False, removed_at__isnull=True
    ):
        found.setdefault(file.requirement_id, []).append(file)
    return found


def _groups(view: Seen) -> dict[int, GroupHere]:
    """By group id, in the order in which they are filled."""
    given = CustomValue.objects.filter(engagement=view.row.engagement).values_list("field_id", "value")
    values = dict(given)
    return {
        group.pk: GroupHere(group.pk, group.title, FieldsForm(fields=list(fields), values=values))
        for group, fields in groupby(in_groups(view.row), key=lambda field: field.group)
    }
