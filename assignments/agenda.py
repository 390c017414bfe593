"""The worker's own calendar for the schedule pages: planned days with their overlaps, and days off. Reads only.

A day belongs to the date on the clocks at its site; days off are dates on the worker's own clocks. Three queries,
however much there is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q

from assignments import queries
from assignments.models import Assignment, WorkDay
from assignments.models.days import LONGEST
from assignments.overlaps import BUSY
from assignments.planned import Span, is_bound, spans
from common.clock import now
from common.localtime import local, midnight
from workers.calendar import off_between
from workers.models import TimeOff, Worker

MARGIN = timedelta(days=2)
"""Around the dates that are shown, for other zones and for overlaps."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One planned day. `overlaps`: other work that needs the worker at that time; `is_off`: on an own day off."""

    row: Assignment
    span: Span
    overlaps: tuple[Assignment, ...]
    is_off: bool

    @property
    def on(self) -> date:
        return local(self.span.start_at, self.row.time_zone).date()


@dataclass(frozen=True, slots=True)
class DayOf:
    """One date with what is planned then, in order, and the days off that it is part of."""

    on: date
    entries: tuple[Entry, ...]
    off: TimeOff | None


def days(worker: Worker, first: date, last: date) -> list[DayOf]:
    """Every date from the first to the last one, both included."""
    off = off_between(worker, first - MARGIN, last + MARGIN)
    found: dict[date, list[Entry]] = {}
    for entry in _entries(worker, first, last, off):
        found.setdefault(entry.on, []).append(entry)
    dates = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [DayOf(on, tuple(found.get(on, ())), _on(off, on)) for on in dates]


def _entries(worker: Worker, first: date, last: date, off: list[TimeOff]) -> Iterator[Entry]:
    zone = worker.user.time_zone
    from_at, until_at = midnight(first, zone) - MARGIN, midnight(last, zone) + MARGIN + timedelta(days=1)
    later = Exists(WorkDay.objects.filter(assignment=OuterRef("pk")))
    reaches = Q(start_at__gte=from_at) | Q(later, start_at__gte=from_at - LONGEST)
    rows = list(
        queries.of_worker(worker, now())
        .filter(reaches, state__in=BUSY, start_at__lt=until_at)
        .prefetch_related("work_days")
        .order_by("start_at", "id")
    )
    all_days = [(row, span) for row in rows for span in spans(row)]
    bound = [(row, span) for row, span in all_days if span.number > 1 or is_bound(row)]
    for row, span in sorted(all_days, key=lambda one: (one[1].start_at, one[0].pk)):
        if not first <= local(span.start_at, row.time_zone).date() <= last:
            continue
        is_fixed = span.number > 1 or is_bound(row)
        others = [o for o, then in bound if o.pk != row.pk and then.meets(span.start_at, span.end_at)]
        own = local(span.start_at, zone).date(), local(span.end_at, zone).date()
        is_off = any(own[0] <= one.to_on and one.from_on <= own[1] for one in off)
        yield Entry(row, span, tuple(dict.fromkeys(others)) if is_fixed else (), is_fixed and is_off)


def _on(off: list[TimeOff], on: date) -> TimeOff | None:
    return next((one for one in off if one.from_on <= on <= one.to_on), None)
