"""Files that the client asked for: given by the worker, accepted or asked again by the client (S23)."""

from dataclasses import dataclass
from typing import Any

from accounts.models import User
from assignments.actions.door import Change, change
from assignments.actions.filling import fill_fields
from assignments.actions.keeping import Prepared, prepared
from assignments.actions.missing_files import count_missing
from assignments.models import Assignment, Deliverable, DeliverableRequirement
from assignments.standing import Facts
from common.errors import AlreadyDone, Conflict, Invalid
from common.photos import is_blank
from common.uploads import CheckedUpload

__all__ = [
    "MOST_FILES",
    "Signer",
    "accept_deliverable",
    "ask_again",
    "count_given",
    "deliver",
    "fill_fields",
    "kept_file",
    "reject_deliverable",
    "removable_file",
    "remove_deliverable",
    "waiting_file",
]

MOST_FILES = 50
"""More files for one requirement than this are refused."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed, as what; on the screen, or on paper of which the file is a picture."""

    name: str
    role: str = ""
    is_drawn: bool = False


def deliver(
    pk: int,
    requirement_id: int,
    *,
    actor: User,
    file: Any,
    checked: CheckedUpload,
    keep_place: bool = False,
    signer: Signer | None = None,
) -> Deliverable:
    """Add one checked file to a requirement; a photo without its camera data, unless the worker keeps the place in it.

    What the camera wrote is read before: it is kept beside the file as a hint.
    """
    if signer and signer.is_drawn and is_blank(file):
        raise Invalid("Draw the signature first.", "on_paper")
    given = prepared(file, checked, keep_place=keep_place)
    with change(pk, "deliver", actor=actor) as opened:
        row = opened.row
        requirement = DeliverableRequirement.objects.filter(assignment=row, pk=requirement_id).first()
        if requirement is None or row.engagement is None:
            raise Conflict("This deliverable is no longer asked for.")
        _fits(requirement, given, signer)
        _is_new(row, requirement, given)
        deliverable = Deliverable.objects.create(
            assignment=row,
            requirement=requirement,
            engagement=row.engagement,
            signer_name=signer.name if signer else "",
            signer_role=signer.role if signer else "",
            is_drawn=signer.is_drawn if signer else False,
            **given.columns(row, actor=actor, at=opened.now),
        )
        count_given(opened)
        opened.record("assignment.delivered", requirement=requirement.title, file=checked.name)
    return deliverable


def _fits(requirement: DeliverableRequirement, given: Prepared, signer: Signer | None) -> None:
    kind, checked = requirement.kind, given.checked
    if kind == DeliverableRequirement.Kind.PHOTO and not checked.is_image:
        raise Invalid("Add a picture: JPEG, PNG or WebP.", "file")
    if kind == DeliverableRequirement.Kind.SIGNATURE:
        if not checked.is_image and checked.content_type != "application/pdf":
            raise Invalid("Add a picture or a PDF of what was signed.", "file")
        if signer is None or not signer.name.strip():
            raise Invalid("Enter who signed.", "signer_name")


def _is_new(row: Assignment, requirement: DeliverableRequirement, given: Prepared) -> None:
    mine = Deliverable.objects.filter(requirement=requirement, engagement=row.engagement, removed_at=None)
    if mine.count() >= MOST_FILES:
        raise Invalid(f"At most {MOST_FILES} files fit here.", "file")
    if mine.filter(original_sha256=given.checked.sha256, rejected_at=None).exists():
        raise Invalid("This file is here already.", "file")


def remove_deliverable(pk: int, deliverable_id: int, *, actor: User) -> None:
    """The worker takes a file back before submitting; that it was there stays in the history. Not an accepted one."""
    with change(pk, "deliver", actor=actor) as opened:
        deliverable = removable_file(opened, deliverable_id)
        deliverable.removed_at = opened.now
        deliverable.save(update_fields=["removed_at"])
        count_given(opened)
        opened.record("assignment.deliverable_removed", file=deliverable.name)


def accept_deliverable(pk: int, deliverable_id: int, *, actor: User) -> None:
    """The client accepts a file for good: it can be neither taken back nor asked again."""
    with change(pk, "accept_deliverable", actor=actor) as opened:
        deliverable = waiting_file(opened, deliverable_id, accepted_is_done=True)
        deliverable.accepted_at, deliverable.accepted_by = opened.now, actor
        deliverable.save(update_fields=["accepted_at", "accepted_by"])
        opened.record("assignment.deliverable_accepted", file=deliverable.name)


def reject_deliverable(pk: int, deliverable_id: int, *, actor: User, reason: str) -> None:
    """The client asks for a file again; its requirement is open again (domain.md 4.6)."""
    if not reason.strip():
        raise Invalid("Enter what is wrong with it. The worker will read it.", "reason")
    with change(pk, "reject_deliverable", actor=actor) as opened:
        name = ask_again(opened, deliverable_id, reason)
        count_given(opened)
        opened.record("assignment.deliverable_rejected", file=name, reason=reason)


def ask_again(opened: Change, deliverable_id: int, reason: str) -> str:
    """Mark a file as asked for again; returns its name. The caller counts what is given, once for all files."""
    file = waiting_file(opened, deliverable_id)
    file.rejected_at, file.reject_reason = opened.now, reason
    file.save(update_fields=["rejected_at", "reject_reason"])
    return file.name


def kept_file(at: Facts, deliverable_id: int) -> Deliverable:
    """A file of the present worker that is still there. Raises Conflict."""
    files = Deliverable.objects.filter(engagement=at.row.engagement, removed_at=None)
    found = files.select_related("requirement").filter(pk=deliverable_id).first()
    if found is None:
        raise Conflict("This file is no longer there.")
    return found


def removable_file(at: Facts, deliverable_id: int) -> Deliverable:
    """Such a file that its worker may take back. Raises Conflict."""
    found = kept_file(at, deliverable_id)
    if found.accepted_at:
        raise Conflict("The client accepted this file. It stays.")
    return found


def waiting_file(at: Facts, deliverable_id: int, *, accepted_is_done: bool = False) -> Deliverable:
    """Such a file that was neither accepted nor asked for again. Raises Conflict or AlreadyDone."""
    found = kept_file(at, deliverable_id)
    if found.rejected_at:
        raise Conflict("This file was asked for again already.")
    if found.accepted_at and accepted_is_done:
        raise AlreadyDone("This file is accepted already.")
    if found.accepted_at:
        raise Conflict("This file is accepted. It stays.")
    return found


def count_given(opened: Change) -> None:
    """Keep the facts on the row that the label's rule reads."""
    count_missing(opened.row)
