"""Another date in answer to a date: the request is closed, and one in the other direction opened (domain.md 4.8)."""

from datetime import datetime

from accounts.models import User
from assignments.actions.door import change
from assignments.actions.reschedules import check_free, to_decide
from assignments.actions.sourcing import check_schedule
from assignments.deadlines import DATE_ANSWER_REMINDER
from assignments.models import RescheduleRequest
from assignments.standing import Facts
from common.errors import Conflict, Invalid

Schedule = tuple[str, datetime, datetime | None]


def counter_reschedule(
    pk: int, request_id: int, *, actor: User, schedule: Schedule, note: str
) -> RescheduleRequest:
    """Answer the other side's date with another one; until that is decided the agreed date rules.

    Raises Invalid for a date in the past, the date that was asked, or a missing note; Conflict for the date sent after
    a hold, which is accepted or declined only (decisions.md D1).
    """
    if not note.strip():
        raise Invalid("Enter why another date is better.", "note")
    with change(pk, "counter_reschedule", actor=actor) as opened:
        request = to_counter(opened, request_id)
        check_schedule(schedule, opened.now)
        if schedule == request.schedule:
            raise Invalid("This is the date that was asked. Accept it, or enter another one.", "start_at")
        if opened.standing.is_assigned:
            check_free(opened, schedule)
        request.close()
        request.decided_by = actor
        request.save(update_fields=["state", "decided_at", "decided_by"])
        kind, start_at, end_at = schedule
        counter = RescheduleRequest.objects.create(
            assignment=opened.row,
            engagement=request.engagement,
            side=opened.standing.side,
            asked_by=actor,
            asked_at=opened.now,
            schedule_kind=kind,
            start_at=start_at,
            window_end_at=end_at,
            note=note,
            answers=request,
            remind_due_at=opened.now + DATE_ANSWER_REMINDER,
        )
        opened.record(
            "assignment.reschedule_countered",
            old={"start_at": request.start_at, "window_end_at": request.window_end_at},
            new={"start_at": start_at, "window_end_at": end_at},
            note=note,
        )
    return counter


def to_counter(at: Facts, request_id: int) -> RescheduleRequest:
    """The open request that the side may answer with another date. Raises NotAllowed or Conflict."""
    request = to_decide(at, request_id)
    if request.from_hold:
        raise Conflict("A date sent after a hold is accepted or declined.")
    return request
