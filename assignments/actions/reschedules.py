"""A new date, asked by either side (S13, S22); after a hold, declining it removes the worker (S29)."""

from copy import copy
from datetime import datetime

from accounts.models import User
from assignments.actions.assigning import let_go
from assignments.actions.door import Change, change
from assignments.actions.sheets import amend, named
from assignments.actions.sourcing import check_schedule
from assignments.deadlines import DATE_ANSWER_REMINDER, moved_due
from assignments.models import Amendment, Assignment, RescheduleRequest
from assignments.overlaps import overlapping
from assignments.standing import Facts
from assignments.states import EngagementEnd, RequestState, ScheduleKind
from common.errors import Conflict, Invalid, NotAllowed


def request_reschedule(
    pk: int, *, actor: User, schedule: tuple[str, datetime, datetime | None], note: str
) -> RescheduleRequest:
    """Ask the other side for another date; until it is decided the old one rules."""
    if not note.strip():
        raise Invalid("Enter why the date should change.", "note")
    with change(pk, "request_reschedule", actor=actor) as opened:
        row = opened.row
        check_schedule(schedule, opened.now)
        if RescheduleRequest.objects.filter(assignment=row, state=RequestState.OPEN).exists():
            raise Conflict("A reschedule request is open already. It has to be decided first.")
        if row.engagement is None:
            raise Conflict("Nobody is assigned.")
        kind, start_at, end_at = schedule
        request = RescheduleRequest.objects.create(
            assignment=row,
            engagement=row.engagement,
            side=opened.standing.side,
            asked_by=actor,
            asked_at=opened.now,
            schedule_kind=kind,
            start_at=start_at,
            window_end_at=end_at,
            note=note,
            remind_due_at=opened.now + DATE_ANSWER_REMINDER,
        )
        old = {"start_at": row.start_at, "window_end_at": row.window_end_at}
        new = {"start_at": start_at, "window_end_at": end_at}
        opened.record("assignment.reschedule_requested", old=old, new=new, note=note)
    return request


def accept_reschedule(pk: int, request_id: int, *, actor: User) -> None:
    """The asked side agrees: the new schedule is in force; after a hold the work goes on (D1)."""
    worker_id = Assignment.objects.filter(pk=pk).values_list("worker_id", flat=True).first()
    with change(pk, "decide_reschedule", actor=actor, worker_id=worker_id) as opened:
        row = opened.row
        request = to_decide(opened, request_id)
        _check_ahead(request, opened.now)
        check_free(opened, request.schedule)
        request.approve(actor)
        request.save()
        old = {"start_at": row.start_at, "window_end_at": row.window_end_at}
        put_in_force(opened, request)
        new = {"start_at": row.start_at, "window_end_at": row.window_end_at}
        amendment = amend(
            opened,
            Amendment.Kind.SCHEDULE,
            source_id=request.pk,
            proposed_by=request.asked_by,
            accepted_by=actor,
        )
        if request.from_hold:
            row.resume(opened.now)
            row.hold_reason = row.hold_note = ""
            row.held_at = row.hold_lifted_at = None
            row.confirmed_at = _confirmed(opened)
            opened.record("assignment.resumed", old=old, new=new, agreement=named(amendment))
        else:
            row.confirmed_at = _confirmed(opened)
            opened.record("assignment.reschedule_accepted", old=old, new=new, agreement=named(amendment))


def decline_reschedule(pk: int, request_id: int, *, actor: User, reason: str = "") -> None:
    """The asked side says no. After a hold the worker is removed and it is Available with the new date (D1, S29)."""
    with change(pk, "decide_reschedule", actor=actor) as opened:
        row, worker = opened.row, opened.row.worker
        request = to_decide(opened, request_id)
        if not request.from_hold and not reason.strip():
            raise Invalid("Enter a reason. The other side will read it.", "reason")
        request.decline(actor, reason)
        request.save()
        if request.from_hold:
            put_in_force(opened, request)
            row.decline_resume(opened.now)
            let_go(opened, EngagementEnd.DECLINED_HOLD, reason="", original_budget=True)
            opened.record("assignment.resume_declined", worker=str(worker), reason=reason)
        else:
            opened.record("assignment.reschedule_declined", reason=reason)


def withdraw_reschedule(pk: int, request_id: int, *, actor: User) -> None:
    """The asking side takes an ordinary request back."""
    with change(pk, "withdraw_reschedule", actor=actor) as opened:
        request = to_withdraw(opened, request_id)
        request.withdraw()
        request.save()
        opened.record("assignment.reschedule_withdrawn")


def _check_ahead(request: RescheduleRequest, now: datetime) -> None:
    """Raises Conflict with what is left to do about a date that passed while it waited for an answer."""
    try:
        check_schedule(request.schedule, now)
    except Invalid:
        left = "Propose another one, or decline it."
        if request.from_hold:
            left = "Declining it does not count against the worker."
        raise Conflict(f"This date has passed, so it cannot be accepted. {left}") from None


def _confirmed(opened: Change) -> datetime | None:
    """Who accepts a hard start as the worker promises to come; inside an arrival window the time is still picked."""
    is_promise = opened.standing.is_assigned and opened.row.schedule_kind != ScheduleKind.WINDOW
    return opened.now if is_promise else None


def check_free(opened: Change, schedule: tuple[str, datetime | None, datetime | None]) -> None:
    """The worker is not booked elsewhere on that date. Raises Conflict; needs the worker's lock."""
    if opened.row.worker_id is None:
        return
    then = copy(opened.row)
    then.schedule_kind, then.start_at, then.window_end_at = schedule
    then.confirmed_at = None
    clash = overlapping(opened.row.worker_id, then)
    if clash is not None and opened.standing.is_assigned:
        raise Conflict(f"You are booked at that time on {clash.number}. Nothing was changed.")
    if clash is not None:
        raise Conflict("The worker is booked elsewhere at that time by now. Nothing was changed.")


def put_in_force(opened: Change, request: RescheduleRequest) -> None:
    """The schedule of a request becomes the assignment's; deliverables move with it, confirmation starts anew."""
    row = opened.row
    row.deliverables_due_at = moved_due(row, request.start_at, opened.now, from_hold=request.from_hold)
    row.schedule_kind, row.start_at, row.window_end_at = request.schedule
    row.confirm_due_at = None


def to_decide(at: Facts, request_id: int) -> RescheduleRequest:
    """The open request, for the side that was asked. Raises NotAllowed or Conflict."""
    request = RescheduleRequest.objects.filter(assignment=at.row, pk=request_id).first()
    if request is not None and request.side == at.standing.side:
        raise NotAllowed("The other side decides this request.")
    return _open(request)


def to_withdraw(at: Facts, request_id: int) -> RescheduleRequest:
    """The open request, for the side that asked. Raises NotAllowed or Conflict."""
    request = RescheduleRequest.objects.filter(assignment=at.row, pk=request_id).first()
    if request is not None and request.side != at.standing.side:
        raise NotAllowed("Only the side that asked can withdraw the request.")
    found = _open(request)
    if found.from_hold:
        raise Conflict("The date sent after a hold stays open until the worker answers.")
    return found


def _open(request: RescheduleRequest | None) -> RescheduleRequest:
    if request is None or request.state != RequestState.OPEN:
        raise Conflict("This request is no longer open.")
    return request
