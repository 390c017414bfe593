"""The client lets one worker apply without the requirements, and takes that back (domain.md 3.4)."""

from accounts.models import User
from assignments.actions.door import Change, change
from assignments.models import Application, Assignment, RequirementOverride
from assignments.requirements import unmet
from assignments.states import ApplicationState
from assignments.visibility import open_to_worker
from common.errors import AlreadyDone, Conflict, Invalid
from workers.models import Worker


def override(pk: int, worker: Worker, *, actor: User, note: str) -> RequirementOverride:
    """Let a worker apply although requirements are not met. The worker is told; the note is the company's own.

    Raises Invalid at the field, and for somebody who may apply anyway or cannot open the page.
    """
    if not note.strip():
        raise Invalid("Write why. Only your company reads it.", "note")
    with change(pk, "override", actor=actor) as opened:
        row = opened.row
        if RequirementOverride.objects.filter(assignment=row, worker=worker).exists():
            raise AlreadyDone(f"{worker} may apply already.")
        if not Assignment.objects.filter(open_to_worker(worker.pk), pk=row.pk).exists():
            raise Invalid(f"{worker} cannot open this assignment. Send an invitation first.", "worker")
        if not unmet(row, worker):
            raise Invalid(f"{worker} meets all requirements and may apply.", "worker")
        made = RequirementOverride.objects.create(
            assignment=row, worker=worker, given_by=actor, note=note.strip(), given_at=opened.now
        )
        opened.tell(applicant=[worker])
        opened.record("assignment.overridden", visibility="client", worker=str(worker))
    return made


def withdraw_override(pk: int, worker_id: int, *, actor: User) -> None:
    """Take it back, as long as the worker has not applied. Raises Conflict."""
    with change(pk, "withdraw_override", actor=actor) as opened:
        given = _given(opened, worker_id)
        given.delete()
        opened.tell(applicant=[given.worker])
        opened.record("assignment.override_withdrawn", visibility="client", worker=str(given.worker))


def _given(opened: Change, worker_id: int) -> RequirementOverride:
    found = RequirementOverride.objects.select_related("worker__user").filter(
        assignment=opened.row, worker=worker_id
    )
    given = found.first()
    if given is None:
        raise Conflict("It is taken back already.")
    applied = Application.objects.filter(
        assignment=opened.row, worker=worker_id, state=ApplicationState.PENDING
    )
    if applied.exists():
        raise Conflict(f"{given.worker} has applied by now. Decline the application instead.")
    return given
