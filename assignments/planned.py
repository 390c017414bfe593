"""When the work is planned, day by day: the first day is the row's own, the others hang on it (models/days.py)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from assignments.models import Assignment
from assignments.states import ScheduleKind
from common.localtime import local, settled


@dataclass(frozen=True, slots=True)
class Span:
    """One planned day: the first has number 1. Instants in UTC; `of` is how many days there are."""

    start_at: datetime
    end_at: datetime
    number: int = 1
    of: int = 1

    def meets(self, start_at: datetime, end_at: datetime) -> bool:
        return self.start_at < end_at and start_at < self.end_at


@dataclass(frozen=True, slots=True)
class DayPlan:
    """A further day as forms and templates say it: minutes after the first start on the site's clocks, and length."""

    after_minutes: int
    duration_minutes: int


def spans(row: Assignment) -> list[Span]:
    """All planned days in order; empty without a start. Reads the further days, or finds them prefetched."""
    if row.start_at is None:
        return []
    days = [(one.after_minutes, one.duration_minutes) for one in (row.work_days.all() if row.pk else ())]
    of = 1 + len(days)
    first = Span(row.start_at, row.start_at + row.duration, 1, of)
    there = local(row.start_at, row.time_zone)
    found = [first]
    for number, (after, minutes) in enumerate(days, 2):
        start_at = settled(there + timedelta(minutes=after), row.time_zone)
        found.append(Span(start_at, start_at + timedelta(minutes=minutes), number, of))
    return found


def bound(row: Assignment) -> list[Span]:
    """The days on which the worker has to be there at a known time: an arrival window binds once its time was picked,
    complete by never binds; further days always do."""
    found = spans(row)
    return found if is_bound(row) else found[1:]


def is_bound(row: Assignment) -> bool:
    """Whether the first start is a time at which the worker has to be there."""
    return row.schedule_kind == ScheduleKind.FIXED or (
        row.schedule_kind == ScheduleKind.WINDOW and row.confirmed_at is not None
    )


def plans(row: Assignment) -> list[DayPlan]:
    """The further days of a row, as copies carry them."""
    return [DayPlan(one.after_minutes, one.duration_minutes) for one in row.work_days.all()]
