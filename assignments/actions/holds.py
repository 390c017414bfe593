"""Hold, and the way back from it: the date that the client sends, which the worker accepts or declines (S24-S29)."""

from datetime import datetime

from accounts.models import User
from assignments.actions.door import change
from assignments.actions.sourcing import check_schedule
from assignments.actions.visits import close_open_visit
from assignments.deadlines import HOLD_ANSWER_REMINDER
from assignments.models import RescheduleRequest
from assignments.states import HoldReason, RequestState
from common.errors import Conflict, Invalid


def hold(pk: int, *, actor: User, reason: str, note: str = "") -> None:
    """Pause it with a reason. An open visit is closed at this moment: on hold nobody can check out (S27)."""
    if reason not in HoldReason.values:
        raise Invalid("Choose a reason.", "reason")
    with change(pk, "hold", actor=actor) as opened:
        row = opened.row
        row.hold(opened.now)
        row.hold_reason, row.hold_note, row.held_at, row.hold_lifted_at = reason, note, opened.now, None
        close_open_visit(opened, "Checked out by the hold.")
        for request in RescheduleRequest.objects.filter(assignment=row, state=RequestState.OPEN):
            request.close()
            request.save(update_fields=["state", "decided_at"])
        opened.record("assignment.held", reason=reason, note=note)


def remove_hold(
    pk: int, *, actor: User, schedule: tuple[str, datetime, datetime | None], note: str = ""
) -> RescheduleRequest:
    """Send the worker a new date. It stays on hold until the answer (decisions.md D1, S28)."""
    with change(pk, "remove_hold", actor=actor) as opened:
        row = opened.row
        check_schedule(schedule, opened.now)
        if row.engagement is None:
            raise Conflict("Nobody is assigned.")
        kind, start_at, end_at = schedule
        request = RescheduleRequest.objects.create(
            assignment=row,
            engagement=row.engagement,
            side=RescheduleRequest.Side.CLIENT,
            from_hold=True,
            asked_by=actor,
            asked_at=opened.now,
            schedule_kind=kind,
            start_at=start_at,
            window_end_at=end_at,
            note=note,
            remind_due_at=opened.now + HOLD_ANSWER_REMINDER,
        )
        row.hold_lifted_at = opened.now
        opened.record("assignment.hold_removed", start_at=start_at, window_end_at=end_at, note=note)
    return request
