"""When the work is planned, day by day: the first day is the row's own, the others hang on it (models/days.py)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from assignments.deadlines import check_out_reminder
from assignments.models import Assignment
from assignments.states import ScheduleKind
from common.localtime import local, settled
from common.when import minutes

MINUTE = timedelta(minutes=1)


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
    for number, (after, length) in enumerate(days, 2):
        start_at = settled(there + timedelta(minutes=after), row.time_zone)
        found.append(Span(start_at, start_at + timedelta(minutes=length), number, of))
    return found


def nearest(row: Assignment, at: datetime) -> Span | None:
    """The planned day to which a visit that begins then belongs; None without a start."""
    return min(spans(row), key=lambda one: abs(one.start_at - at), default=None)


def last_end(row: Assignment) -> datetime | None:
    """When the last planned day is over."""
    return max((one.end_at for one in spans(row)), default=None)


def total_words(row: Assignment) -> str:
    """The planned time on site: "2 h", or "7 h on 3 days"."""
    found = spans(row)
    if len(found) < 2:
        return minutes(row.duration_minutes)
    return f"{minutes(sum((one.end_at - one.start_at) // MINUTE for one in found))} on {len(found)} days"


def reminder(row: Assignment, in_at: datetime, entered_at: datetime) -> datetime:
    """When a visit is taken for forgotten, by the day to which it belongs (deadlines.check_out_reminder)."""
    day = nearest(row, in_at)
    if day is None:
        return check_out_reminder(in_at, entered_at, row.duration, None)
    return check_out_reminder(in_at, entered_at, day.end_at - day.start_at, day.end_at)


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
