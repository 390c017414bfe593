"""The remarks of a Not Satisfied: files asked again, and words on hours and answers, in the act that sends it back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from accounts.models import User
from assignments.actions.deliverables import ask_again, count_given
from assignments.actions.door import Change
from assignments.models import Remark
from common.errors import Conflict, Invalid


@dataclass(frozen=True, slots=True)
class Remarks:
    """What is wrong, thing by thing: `files` is deliverable id -> reason, `subjects` is Remark.Subject -> text."""

    files: Mapping[int, str] = field(default_factory=dict)
    subjects: Mapping[str, str] = field(default_factory=dict)


def remark(opened: Change, remarks: Remarks) -> list[str]:
    """Ask for the files again and keep the words. Returns them as lines for the history.

    Raises Invalid for a file without a reason, Conflict for one that is gone or was asked for again already.
    """
    return [*_files(opened, remarks.files), *_subjects(opened, remarks.subjects)]


def settle(opened: Change) -> None:
    """The work is submitted again: the remarks have been read."""
    Remark.objects.filter(engagement=opened.row.engagement, settled_at__isnull=True).update(
        settled_at=opened.now
    )


def _files(opened: Change, files: Mapping[int, str]) -> list[str]:
    lines = []
    for file_id, reason in files.items():
        if not reason.strip():
            raise Invalid("Enter what is wrong with this file.", f"remark_{file_id}")
        lines.append(f"{ask_again(opened, file_id, reason)}: {reason}")
    if files:
        count_given(opened)
    return lines


def _subjects(opened: Change, subjects: Mapping[str, str]) -> list[str]:
    engagement, actor = opened.row.engagement, opened.actor
    if engagement is None or not isinstance(actor, User):  # neither stage nor policy lets this happen
        raise Conflict("Nobody is assigned.")
    lines = []
    for subject, text in subjects.items():
        Remark.objects.create(
            engagement=engagement, subject=subject, text=text, made_by=actor, made_at=opened.now
        )
        lines.append(f"{Remark.Subject(subject).label}: {text}")
    return lines
