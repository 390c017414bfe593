"""The worker's own calendar against itself: other booked work, and days off. Reads only.

Asked under the worker's lock by everything that books somebody's time, and by the pages before it.
"""

from assignments.models import Assignment
from assignments.planned import Span, bound, is_bound
from assignments.states import LIVE, State
from common.localtime import local
from common.when import day
from workers.calendar import off_between
from workers.models import TimeOff, Worker

BUSY = sorted(LIVE - {State.PENDING_APPROVAL})
"""Stages in which the worker still has to be somewhere."""


def overlapping(worker_id: int, row: Assignment) -> Assignment | None:
    """Other work of the worker that needs the worker at the same time as this row; None where none does."""
    wanted = bound(row)
    if not wanted:
        return None
    others = (
        Assignment.objects.filter(
            worker_id=worker_id, state__in=BUSY, start_at__lt=max(one.end_at for one in wanted)
        )
        .exclude(pk=row.pk)
        .prefetch_related("work_days")
        .order_by("start_at", "id")
    )
    return next((other for other in others if clash(wanted, bound(other))), None)


def clash(some: list[Span], others: list[Span]) -> bool:
    """Whether any day of the one needs the worker at the same time as a day of the other."""
    return any(one.meets(other.start_at, other.end_at) for one in some for other in others)


def off_then(worker: Worker, row: Assignment) -> TimeOff | None:
    """Days off that touch the planned days; of an arrival window or complete by only ones that fill it whole."""
    zone = worker.user.time_zone
    wanted = [(local(one.start_at, zone).date(), local(one.end_at, zone).date()) for one in bound(row)]
    if wanted:
        found = off_between(worker, min(first for first, _ in wanted), max(last for _, last in wanted))
        for off in found:
            if any(first <= off.to_on and off.from_on <= last for first, last in wanted):
                return off
    if is_bound(row) or row.start_at is None or row.window_end_at is None:
        return None
    first, last = local(row.start_at, zone).date(), local(row.window_end_at, zone).date()
    return next(
        (off for off in off_between(worker, first, last) if off.from_on <= first and last <= off.to_on), None
    )


def off_words(off: TimeOff) -> str:
    """ "from Dec 1 to Dec 4", "on Dec 1"."""
    return (
        f"on {day(off.from_on)}"
        if off.from_on == off.to_on
        else f"from {day(off.from_on)} to {day(off.to_on)}"
    )
