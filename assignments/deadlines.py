"""When things fall due: one table of periods, and the due columns that follow from a row. Pure.

| column | stage | period | what happens |
|---|---|---|---|
| auto_start_due_at | assigned, no check-in required | start | the clock starts it (S17) |
| confirm_due_at | assigned, confirmation asked | start - N h, at least 2 h to answer | Worker Not Confirmed |
| late_from_at | assigned, in progress, not checked in | end of the on-time window | Late |
| files_late_from_at | assigned, in progress | earliest due time of a missing file | Late Deliverables |
| start_at, window_end_at | available | the start, or the end of the window | Expired |
| flags_due_at | as above | the next of these four | the flag sweep looks |
| CheckIn.remind_due_at | in progress, checked in | 1 h after the planned end | forgotten check-out |
| escalate_from_at | pending approval | submitted + average + 48 h | Escalate opens (D5) |
| auto_approve_due_at | pending approval, no dispute | submitted + agreed days | silence approves it (N1) |
| auto_approve_due_at | as above | - 24 h | the client is reminded |
| RescheduleRequest.remind_due_at | on hold, date sent | + 24 h | the worker is reminded (D1) |
| RescheduleRequest.remind_due_at | assigned, in progress, date asked | + 24 h | the asked side is reminded |
| ChangeOrder.due_at | extra work is open | as agreed, 2 h by default | silence answers it (N3) |
| Application.expires_at | pending | as offered | the offer expires |
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from assignments.states import ON_SITE, ScheduleKind, State
from common.localtime import moved_along

CONFIRM_GRACE = timedelta(hours=2)
"""The least time that a worker has to confirm after being assigned or rescheduled (domain.md 10, 6)."""
HOLD_ANSWER_REMINDER = timedelta(hours=24)
CHECK_OUT_REMINDER = timedelta(hours=1)
"""How long after the planned end an open visit is taken for forgotten (domain.md 10, 19)."""
DATE_ANSWER_REMINDER = timedelta(hours=24)
"""How long a reschedule request waits before the asked side is reminded, and between two reminders."""
LATE_NOTICE = timedelta(hours=24)
"""Leaving with less notice than this before the start is late (domain.md 4.10)."""
STANDBY_ARRIVAL = timedelta(minutes=60)
"""A standby who steps in has at least so long to come: a start before that moves (docs/site-work/leaving.md)."""
SILENCE_REMINDER = timedelta(hours=24)
"""How long before silence approves the client is reminded; also the least time after an answer to a request."""
RATE_AFTER_PAID = timedelta(days=14)
ESCALATE_WITHIN = timedelta(days=183)
"""A cancelled assignment can be escalated for six months (domain.md 5.2)."""
DEVICE_AHEAD = timedelta(minutes=2)
"""So far a phone's clock may be ahead of ours before its time no longer counts."""
DEVICE_OLDEST = timedelta(hours=72)
"""A check-in or check-out made offline counts at the phone's time if it arrives within this time."""


def on_time_before() -> timedelta:
    return timedelta(minutes=settings.ONSITE_ON_TIME_BEFORE_MIN)


def on_time_after() -> timedelta:
    return timedelta(minutes=settings.ONSITE_ON_TIME_AFTER_MIN)


def no_show_from(kind: str, start_at: datetime, window_end_at: datetime | None) -> datetime:
    """From when on somebody who did not check in may be reported as a no-show."""
    return on_time_until(kind, start_at, window_end_at) + timedelta(minutes=settings.ONSITE_NO_SHOW_AFTER_MIN)


def check_in_opens(start_at: datetime) -> datetime:
    """The first instant at which a worker may check in (decisions.md D3)."""
    return start_at - timedelta(hours=settings.ONSITE_CHECKIN_OPENS_HOURS)


def device_doubt(device_at: datetime, now: datetime, not_before: datetime | None) -> str:
    """Why the time of a phone cannot be that of a check-in or check-out; empty when it counts.

    `not_before`: what has to lie before it, for example being assigned, or the check-in of a check-out.
    """
    if device_at > now + DEVICE_AHEAD:
        return "The phone's clock was ahead."
    if device_at < now - DEVICE_OLDEST:
        return f"It was sent more than {DEVICE_OLDEST // timedelta(hours=1)} hours later."
    if not_before is not None and device_at < not_before:
        return "The phone's time was before it was possible."
    return ""


def on_time_until(kind: str, start_at: datetime, window_end_at: datetime | None) -> datetime:
    """The last instant that still is on time: 15 min after a hard start or after the end of a window (D3)."""
    last = window_end_at if kind != ScheduleKind.FIXED and window_end_at else start_at
    return last + on_time_after()


def confirm_due(start_at: datetime, hours: int, since: datetime) -> datetime:
    """N hours before the start; whoever is assigned later than that has two hours."""
    return max(start_at - timedelta(hours=hours), since + CONFIRM_GRACE)


def check_out_reminder(
    in_at: datetime, entered_at: datetime, length: timedelta, ends_at: datetime | None
) -> datetime:
    """When a visit that is still open is taken for forgotten: an hour after the planned end, after the planned time on
    site, or after it was entered, whichever is last. `length` and `ends_at` are of the day that the visit belongs to.
    """
    return max(in_at + length, entered_at, ends_at or entered_at) + CHECK_OUT_REMINDER


def moved_due(row: Any, start_at: datetime | None, now: datetime, *, from_hold: bool) -> datetime | None:
    """When the files are due once the start moves: as long after the new start as after the old one, on the
    clocks at the site.

    After a hold at least the time that the hold took from running work is given back, so that no time on hold counts.
    """
    due: datetime | None = row.deliverables_due_at
    if due is None or start_at is None or row.start_at is None:
        return due
    moved: datetime = moved_along(due, row.start_at, start_at, row.time_zone)
    if not from_hold or row.held_at is None:
        return moved
    began = min(instant for instant in (row.start_at, row.first_check_in_at) if instant)
    held: timedelta = now - max(row.held_at, began)
    return max(moved, due + max(held, timedelta()))


def escalate_from(submitted_at: datetime, average_minutes: int) -> datetime:
    """When the worker may escalate an overdue approval (decisions.md D5)."""
    return submitted_at + timedelta(minutes=average_minutes, hours=settings.ONSITE_ESCALATE_AFTER_HOURS)


def net_terms_stop(past_due_at: datetime) -> datetime:
    """From when a company that owes since that instant gets no net terms (docs/money/statements.md)."""
    return past_due_at + timedelta(days=settings.ONSITE_PAST_DUE_STOP_DAYS)


def flag_instants(row: Any) -> Iterator[datetime]:
    """The instants at which a time label of this row comes up."""
    if row.state == State.SENT:
        yield max(row.start_at, row.window_end_at or row.start_at)
    if row.state not in ON_SITE:
        return
    if not row.has_check_in and row.late_from_at:
        yield row.late_from_at
    if row.state == State.ASSIGNED and not row.confirmed_at and not row.has_check_in and row.confirm_due_at:
        yield row.confirm_due_at
    if row.files_late_from_at:
        yield row.files_late_from_at


def files_late_from(row: Any) -> datetime | None:
    """The earliest due time of a missing file: its own, counted from the start, or that of all deliverables."""
    if row.deliverables_fulfilled:
        return None
    dues = [row.deliverables_due_at] if row.open_by_default else []
    if row.open_due_minutes is not None and row.start_at:
        dues.append(row.start_at + timedelta(minutes=row.open_due_minutes))
    return min((due for due in dues if due), default=None)


def set_due(row: Any, now: datetime, *, swept: bool = False) -> None:
    """Bring the due columns of a changed row up to date; called once for each change, under its lock.

    `flags_due_at` may lie in the past: the sweep then looks at once. Only the sweep itself (`swept`) moves past them.
    """
    is_assigned = row.state == State.ASSIGNED
    row.auto_start_due_at = row.start_at if is_assigned and not row.checkin_required else None
    row.late_from_at = (
        on_time_until(row.schedule_kind, row.start_at, row.window_end_at)
        if row.state in ON_SITE and row.checkin_required
        else None
    )
    row.files_late_from_at = files_late_from(row)
    if not is_assigned or row.confirm_hours is None:
        row.confirm_due_at = None
    elif row.confirm_due_at is None:
        row.confirm_due_at = confirm_due(row.start_at, row.confirm_hours, now)
    _set_silence(row, now)
    instants = [instant for instant in flag_instants(row) if not swept or instant > now]
    row.flags_due_at = min(instants, default=None)


def _set_silence(row: Any, now: datetime) -> None:
    """The days of silence run from submitting, and anew when a dispute ended or a payment was stopped."""
    if row.state != State.PENDING_APPROVAL or row.auto_approve_days is None or row.disputed_at:
        row.auto_approve_due_at = row.auto_approve_reminded_at = None
    elif row.auto_approve_due_at is None:
        row.auto_approve_due_at = now + timedelta(days=row.auto_approve_days)
        row.auto_approve_reminded_at = None


def give_time(row: Any, now: datetime) -> None:
    """Somebody just answered a request: silence approves 24 hours later at the earliest."""
    if row.auto_approve_due_at is not None and row.auto_approve_due_at < now + SILENCE_REMINDER:
        row.auto_approve_due_at = now + SILENCE_REMINDER
        row.auto_approve_reminded_at = None
