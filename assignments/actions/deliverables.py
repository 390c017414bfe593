"""Files and fields that the client asked for: given by the worker, asked again by the client (S23)."""

from typing import Any

from accounts.models import User
from assignments.actions.door import Change, change
from assignments.models import CustomField, CustomValue, Deliverable, DeliverableRequirement
from assignments.standing import Facts
from common.errors import Conflict, Invalid
from common.uploads import CheckedUpload

MOST_FILES = 50
"""More files for one requirement than this are refused."""


def deliver(pk: int, requirement_id: int, *, actor: User, file: Any, checked: CheckedUpload) -> Deliverable:
    """Add one checked file to a requirement."""
    with change(pk, "deliver", actor=actor) as opened:
        row = opened.row
        requirement = DeliverableRequirement.objects.filter(assignment=row, pk=requirement_id).first()
        if requirement is None or row.engagement is None:
            raise Conflict("This deliverable is no longer asked for.")
        if requirement.kind == DeliverableRequirement.Kind.PHOTO and not checked.is_image:
            raise Invalid("Add a picture: JPEG, PNG or WebP.", "file")
        mine = Deliverable.objects.filter(requirement=requirement, engagement=row.engagement, removed_at=None)
        if mine.count() >= MOST_FILES:
            raise Invalid(f"At most {MOST_FILES} files fit here.", "file")
        if mine.filter(sha256=checked.sha256, rejected_at=None).exists():
            raise Invalid("This file is here already.", "file")
        deliverable = Deliverable.objects.create(
            assignment=row,
            requirement=requirement,
            engagement=row.engagement,
            file=file,
            name=checked.name,
            size=checked.size,
            content_type=checked.content_type,
            sha256=checked.sha256,
            uploaded_by=actor,
            uploaded_at=opened.now,
        )
        count_given(opened)
        opened.record("assignment.delivered", requirement=requirement.title, file=checked.name)
    return deliverable


def remove_deliverable(pk: int, deliverable_id: int, *, actor: User) -> None:
    """The worker takes a file back before submitting; that it was there stays in the history."""
    with change(pk, "deliver", actor=actor) as opened:
        deliverable = kept_file(opened, deliverable_id)
        deliverable.removed_at = opened.now
        deliverable.save(update_fields=["removed_at"])
        count_given(opened)
        opened.record("assignment.deliverable_removed", file=deliverable.name)


def reject_deliverable(pk: int, deliverable_id: int, *, actor: User, reason: str) -> None:
    """The client asks for a file again; its requirement is open again (domain.md 4.6)."""
    if not reason.strip():
        raise Invalid("Enter what is wrong with it. The worker will read it.", "reason")
    with change(pk, "reject_deliverable", actor=actor) as opened:
        deliverable = waiting_file(opened, deliverable_id)
        deliverable.rejected_at, deliverable.reject_reason = opened.now, reason
        deliverable.save(update_fields=["rejected_at", "reject_reason"])
        count_given(opened)
        opened.record("assignment.deliverable_rejected", file=deliverable.name, reason=reason)


def fill_fields(pk: int, values: dict[int, str], *, actor: User) -> None:
    """Write the answers to the client's fields; `values` is field id -> text. Raises Invalid at field `custom_<id>`."""
    with change(pk, "fill_fields", actor=actor) as opened:
        row = opened.row
        fields = {field.pk: field for field in CustomField.objects.filter(assignment=row)}
        unknown = set(values) - set(fields)
        if unknown or row.engagement is None:
            raise Conflict("These fields have changed. Load the page again.")
        for pk_, value in values.items():
            _check_value(fields[pk_], value)
            CustomValue.objects.update_or_create(
                field=fields[pk_],
                engagement=row.engagement,
                defaults={"value": value, "filled_by": actor, "filled_at": opened.now},
            )
        opened.record("assignment.fields_filled", fields=[fields[k].label for k in values])


def kept_file(at: Facts, deliverable_id: int) -> Deliverable:
    """A file of the present worker that is still there. Raises Conflict."""
    files = Deliverable.objects.filter(engagement=at.row.engagement, removed_at=None)
    found = files.select_related("requirement").filter(pk=deliverable_id).first()
    if found is None:
        raise Conflict("This file is no longer there.")
    return found


def waiting_file(at: Facts, deliverable_id: int) -> Deliverable:
    """Such a file that was not asked for again. Raises Conflict."""
    found = kept_file(at, deliverable_id)
    if found.rejected_at:
        raise Conflict("This file was asked for again already.")
    return found


def _check_value(field: CustomField, value: str) -> None:
    if field.kind == CustomField.Kind.CHOICE and value and value not in field.choices:
        raise Invalid("Choose one of the answers.", f"custom_{field.pk}")


def count_given(opened: Change) -> None:
    """Keep the fact on the row that the label's rule reads. What went over to a revisit is not missing here."""
    row = opened.row
    for wanted in DeliverableRequirement.objects.filter(assignment=row, carried__isnull=True):
        have = Deliverable.objects.filter(
            requirement=wanted, engagement=row.engagement, rejected_at=None, removed_at=None
        ).count()
        if have < wanted.count:
            row.deliverables_fulfilled = False
            return
    row.deliverables_fulfilled = True
