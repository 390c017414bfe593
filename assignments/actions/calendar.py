"""What the door keeps for calendars with every change: the sequence, what a worker who leaves still sees of it, and
that "on the way" ends with the visit that it was said for."""

from copy import copy
from typing import Any, Final

from assignments.models import Assignment, Engagement
from assignments.planned import spans
from assignments.states import State

SCHEDULE: Final = (
    "schedule_kind", "start_at", "window_end_at", "duration_minutes", "time_zone", "confirmed_at",
)  # fmt: skip
WATCHED: Final = (*SCHEDULE, "state", "worker_id", "title")
"""A change of these is a new revision of the event (RFC 5545, SEQUENCE)."""


def follow(row: Assignment, before: dict[str, Any]) -> None:
    """Bring the calendar's columns of a changed row up to date, before it is saved, under its lock."""
    if all(getattr(row, name) == before[name] for name in WATCHED):
        return
    row.calendar_sequence += 1
    if row.state != State.ASSIGNED or row.start_at != before["start_at"]:
        forget_on_the_way(row)
    left = before["engagement_id"]
    if left is not None and row.engagement_id != left:
        Engagement.objects.filter(pk=left).update(calendar=_kept(row, before))


def forget_on_the_way(row: Assignment) -> None:
    """The worker arrived, or the date is another one."""
    row.set_out_at = row.eta_at = row.delayed_at = None
    row.delay_reason = ""


def _kept(row: Assignment, before: dict[str, Any]) -> dict[str, Any]:
    """Title and days as they were agreed with the worker who left: later changes are none of that worker's business."""
    was = copy(row)
    for name in SCHEDULE:
        setattr(was, name, before[name])
    return {
        "sequence": row.calendar_sequence,
        "title": before["title"],
        "time_zone": before["time_zone"],
        "days": [[one.start_at.isoformat(), one.end_at.isoformat()] for one in spans(was)],
    }
