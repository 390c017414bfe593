"""When things fall due: one table of periods, and the due columns that follow from a row. Pure.

| column | stage | period | what happens |
|---|---|---|---|
| auto_start_due_at | assigned, no check-in required | start | the clock starts it (S17) |
| confirm_due_at | assigned, confirmation asked | start - N h, at least 2 h to answer | Worker Not Confirmed |
| late_from_at | assigned, in progress, not checked in | end of the on-time window | Late |
| deliverables_due_at | assigned, in progress | as agreed | Late Deliverables |
| start_at, window_end_at | available | the start, or the end of the window | Expired |
| flags_due_at | as above | the next of these four | the flag sweep looks |
| escalate_from_at | pending approval | submitted + average + 48 h | Escalate opens (D5) |
| auto_approve_due_at | pending approval, no dispute | submitted + agreed days | silence approves it (N1) |
| auto_approve_due_at | as above | - 24 h | the client is reminded |
| RescheduleRequest.remind_due_at | on hold, date sent | + 24 h | the worker is reminded (D1) |
| Application.expires_at | pending | as offered | the offer expires |
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from assignments.states import ON_SITE, ScheduleKind, State

CONFIRM_GRACE = timedelta(hours=2)
"""The least time that a worker has to confirm after being assigned or rescheduled (domain.md 10, 6)."""
HOLD_ANSWER_REMINDER = timedelta(hours=24)
LATE_NOTICE = timedelta(hours=24)
"""Leaving with less notice than this before the start is late (domain.md 4.10)."""
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


def escalate_from(submitted_at: datetime, average_minutes: int) -> datetime:
    """When the worker may escalate an overdue approval (decisions.md D5)."""
    return submitted_at + timedelta(minutes=average_minutes, hours=settings.ONSITE_ESCALATE_AFTER_HOURS)


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
    if row.deliverables_due_at and not row.deliverables_fulfilled:
        yield row.deliverables_due_at


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
