"""Own labels of the client: set and removed by people, each span kept (domain.md 2)."""

from dataclasses import dataclass
from typing import Final

from accounts.models import User
from assignments.actions.door import change
from assignments.custom_labels import key_of
from assignments.models import CustomLabel
from common.errors import AlreadyDone, Conflict, Invalid

MOST: Final = 10
"""Own labels that an assignment may carry at a time."""
LONGEST: Final = 30


@dataclass(frozen=True, slots=True)
class Own:
    """What is typed. The note is never shown to the worker."""

    text: str
    note: str = ""
    is_shown_to_worker: bool = False


def add_label(pk: int, own: Own, *, actor: User) -> CustomLabel:
    """Set it. Raises Invalid at `text` for one that is there already, is too long, or is one too many."""
    text = " ".join(own.text.split())
    if not text or len(text) > LONGEST:
        raise Invalid(f"Enter a label of at most {LONGEST} characters.", "text")
    with change(pk, "add_label", actor=actor) as opened:
        row = opened.row
        present = CustomLabel.objects.filter(assignment=row, removed_at__isnull=True)
        if present.filter(key=key_of(text)).exists():
            opened.pass_over_repeat("add_label")
            raise Invalid("This label is there already.", "text")
        if present.count() >= MOST:
            raise Invalid(f"An assignment carries at most {MOST} own labels. Remove one first.", "text")
        label = CustomLabel.objects.create(
            assignment=row,
            client_id=row.client_id,
            text=text,
            key=key_of(text),
            note=own.note.strip(),
            is_shown_to_worker=own.is_shown_to_worker,
            added_by=actor,
            added_at=opened.now,
        )
        opened.record("assignment.label_added", visibility=_read_by(label), text=text)
    return label


def remove_label(pk: int, label_id: int, *, actor: User, why: str = "") -> None:
    """Take it off; it stays in the label history. Raises AlreadyDone, Conflict."""
    with change(pk, "remove_label", actor=actor) as opened:
        label = CustomLabel.objects.filter(assignment=opened.row, pk=label_id).first()
        if label is None:
            raise Conflict("This label is no longer there.")
        if label.removed_at:
            raise AlreadyDone("The label is removed.")
        label.removed_by, label.removed_at, label.removed_why = actor, opened.now, why.strip()
        label.save(update_fields=["removed_by", "removed_at", "removed_why"])
        opened.record("assignment.label_removed", visibility=_read_by(label), text=label.text)


def _read_by(label: CustomLabel) -> str:
    return "all" if label.is_shown_to_worker else "client"
