"""Weekly hours as people type and read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from itertools import groupby

from common.errors import Invalid
from workers.models import Availability

DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Span:
    """Usual hours of one weekday (0 is Monday), in minutes from midnight of the worker's own zone."""

    weekday: int
    from_minute: int
    to_minute: int

    @property
    def words(self) -> str:
        return f"{words_of_minute(self.from_minute)} to {words_of_minute(self.to_minute)}"


def span(weekday: int, start: time | None, end: time | None) -> Span | None:
    """The hours of a day; None for a day without. Midnight as the end is the day's end.

    Raises Invalid at the field that has to be changed.
    """
    if start is None and end is None:
        return None
    day = Availability.Weekday(weekday).label
    if start is None:
        raise Invalid(f"Enter when you start on {day}, or leave both empty", f"from_{weekday}")
    if end is None:
        raise Invalid(f"Enter when you end on {day}, or leave both empty", f"to_{weekday}")
    first, last = _minute(start), _minute(end) or DAY_MINUTES
    if last <= first:
        raise Invalid(f"Enter an end after the start on {day}", f"to_{weekday}")
    return Span(weekday, first, last)


def time_of(minute: int) -> time:
    """A minute of the day as a clock time; the day's end is midnight again."""
    return time(minute // 60 % 24, minute % 60)


def words_of_minute(minute: int) -> str:
    """ "8:00 AM", "midnight" for the day's end."""
    if minute == DAY_MINUTES:
        return "midnight"
    hour = minute // 60
    return f"{hour % 12 or 12}:{minute % 60:02d} {'AM' if hour < 12 else 'PM'}"


def summary(rows: Iterable[Availability]) -> list[tuple[str, str]]:
    """Days with equal hours next to each other as one line: ("Monday to Friday", "8:00 AM to 5:00 PM")."""
    spans = sorted(
        (Span(row.weekday, row.from_minute, row.to_minute) for row in rows), key=lambda s: s.weekday
    )
    runs = groupby(
        enumerate(spans), key=lambda pair: (pair[1].weekday - pair[0], pair[1].from_minute, pair[1].to_minute)
    )
    return [_line([each for _, each in run]) for _, run in runs]


def _line(run: list[Span]) -> tuple[str, str]:
    first, last = (Availability.Weekday(each.weekday).label for each in (run[0], run[-1]))
    return (first if len(run) == 1 else f"{first} to {last}", run[0].words)


def _minute(value: time) -> int:
    return value.hour * 60 + value.minute
