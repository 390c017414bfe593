"""What happens by itself, one row at a time, with the same door as people (house.md "A timer")."""

from assignments import deadlines, planned, silence
from assignments.actions import spans
from assignments.actions.door import change
from assignments.models import Application, CheckIn, RescheduleRequest
from assignments.states import ApplicationState, RequestState
from common.actor import SYSTEM


def start(pk: int) -> bool:
    """Where no check-in is required, the passing of the start brings it to In Progress (S17, C03)."""
    with change(pk, "start", actor=SYSTEM) as opened:
        row = opened.row
        if row.checkin_required or row.start_at is None or row.start_at > opened.now:
            return False
        row.start(opened.now)
        opened.record("assignment.started", start_at=row.start_at)
    return True


def raise_flags(pk: int) -> list[str]:
    """Open the spans of time labels that came up, and tell both sides (C04, D14)."""
    with change(pk, "flag", actor=SYSTEM) as opened:
        new = spans.open_new(opened.row, opened.now)
        for key in new:
            opened.record(spans.ENTRY_KIND[key])
        opened.swept = True
    return new


def expire_application(pk: int, application_id: int) -> bool:
    """An offer that ran out can no longer be accepted; the worker may renew it."""
    with change(pk, "expire", actor=SYSTEM) as opened:
        application = (
            Application.objects.select_related("worker__user")
            .filter(assignment=opened.row, pk=application_id, state=ApplicationState.PENDING)
            .first()
        )
        if application is None or application.expires_at is None or application.expires_at > opened.now:
            return False
        application.expire()
        application.save(update_fields=["state", "decided_at"])
        opened.tell(applicant=[application.worker])
        opened.record("assignment.application_expired", visibility="client", worker=str(application.worker))
    return True


def remind_hold(pk: int, request_id: int) -> bool:
    """Remind the worker each 24 hours of the date that waits for an answer after a hold (D1)."""
    with change(pk, "remind", actor=SYSTEM) as opened:
        request = RescheduleRequest.objects.filter(
            assignment=opened.row, pk=request_id, state=RequestState.OPEN, from_hold=True
        ).first()
        if request is None or request.remind_due_at is None or request.remind_due_at > opened.now:
            return False
        request.remind_due_at = opened.now + deadlines.HOLD_ANSWER_REMINDER
        request.save(update_fields=["remind_due_at"])
        opened.record("assignment.hold_reminded", start_at=request.start_at)
    return True


def remind_check_out(pk: int, visit_id: int) -> bool:
    """Tell worker and client once of a visit that was left open (domain.md 10, 19). Very late is one reminder too.

    A new date moves the planned end: the reminder then waits for it.
    """
    with change(pk, "remind_check_out", actor=SYSTEM) as opened:
        visit = CheckIn.objects.filter(assignment=opened.row, pk=visit_id, out_at__isnull=True).first()
        if visit is None or visit.remind_due_at is None or visit.remind_due_at > opened.now:
            return False
        due = planned.reminder(opened.row, visit.in_at, visit.created_at)
        if due > opened.now:
            visit.remind_due_at = due
            visit.save(update_fields=["remind_due_at"])
            return False
        visit.remind_due_at, visit.reminded_at = None, opened.now
        visit.save(update_fields=["remind_due_at", "reminded_at"])
        opened.record("assignment.check_out_reminded", in_at=visit.in_at)
    return True


def remind_reschedule(pk: int, request_id: int) -> bool:
    """Remind the asked side each 24 hours of another date that waits for its answer; the agreed one stays."""
    with change(pk, "remind_reschedule", actor=SYSTEM) as opened:
        request = RescheduleRequest.objects.filter(
            assignment=opened.row, pk=request_id, state=RequestState.OPEN, from_hold=False
        ).first()
        if request is None or request.remind_due_at is None or request.remind_due_at > opened.now:
            return False
        request.remind_due_at = opened.now + deadlines.DATE_ANSWER_REMINDER
        request.save(update_fields=["remind_due_at"])
        asked = "worker" if request.side == RescheduleRequest.Side.CLIENT else "client"
        opened.tell(asked=asked)
        opened.record("assignment.reschedule_reminded", start_at=request.start_at, asked=asked)
    return True


def remind_approval(pk: int) -> bool:
    """Tell the client 24 hours before silence approves the work; not while something holds it up (N1)."""
    with change(pk, "remind_approval", actor=SYSTEM) as opened:
        row = opened.row
        due = row.auto_approve_due_at
        if due is None or row.auto_approve_reminded_at or silence.reasons(row):
            return False
        if due - deadlines.SILENCE_REMINDER > opened.now:
            return False
        row.auto_approve_reminded_at = opened.now
        opened.record("assignment.approval_near", due_at=due)
    return True
