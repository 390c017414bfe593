"""The client checks the worker in or out, when the worker cannot: with a reason, and the worker is told.

The visit says that the client entered the time; the worker may correct it like every other (domain.md 4.5).
"""

from datetime import datetime

from accounts.models import User
from assignments import deadlines
from assignments.actions import visits
from assignments.actions.door import change
from assignments.models import Assignment, CheckIn
from assignments.states import VisitSource
from common.errors import Invalid


def check_in_for(pk: int, *, actor: User, at: datetime, reason: str) -> CheckIn:
    """The worker arrived at that instant. Raises Invalid: at `at` for one that cannot be, at `reason` without one."""
    _need(reason)
    with change(pk, "check_in_for", actor=actor) as opened:
        if CheckIn.objects.filter(assignment=opened.row, out_at__isnull=True).exists():
            opened.pass_over_repeat("check_in_for")
        _check(opened.row, at, opened.now)
        visit = visits.begin(opened, at=at, source=VisitSource.CLIENT, why=reason)
        opened.record("assignment.checked_in_for", in_at=at, reason=reason)
    return visit


def check_out_for(pk: int, *, actor: User, at: datetime, reason: str) -> CheckIn:
    """The worker left at that instant. Raises as above."""
    _need(reason)
    with change(pk, "check_out_for", actor=actor) as opened:
        if not CheckIn.objects.filter(assignment=opened.row, out_at__isnull=True).exists():
            opened.pass_over_repeat("check_out_for")
        _check(opened.row, at, opened.now)
        if at <= visits.to_end(opened).in_at:
            raise Invalid("Enter a time after the check-in.", "at")
        visit = visits.finish(opened, at=at, source=VisitSource.CLIENT, why=reason)
        opened.record("assignment.checked_out_for", out_at=at, reason=reason)
    return visit


def _need(reason: str) -> None:
    if not reason.strip():
        raise Invalid("Enter why you do it for the worker. The worker reads it.", "reason")


def _check(row: Assignment, at: datetime, now: datetime) -> None:
    if at > now:
        raise Invalid("Enter a time that is not after now.", "at")
    if row.assigned_at and at < row.assigned_at:
        raise Invalid("Enter a time after the worker was assigned.", "at")
    if row.start_at and at < deadlines.check_in_opens(row.start_at):
        raise Invalid("Enter a time after check-in opened.", "at")
