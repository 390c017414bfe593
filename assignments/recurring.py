"""On which days a rule falls, and at which instant. Pure; the clocks are those of the site."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import TextChoices

from common.when import clock_time, day

ALL_DAYS = 0b111_1111
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LAST_DAY = 0
FURTHEST = date(2200, 1, 1)
"""No calendar of ours goes further."""


class Unit(TextChoices):
    DAY = "day", "Days"
    WEEK = "week", "Weeks"
    MONTH = "month", "Months"


@dataclass(frozen=True, slots=True)
class Rule:
    """`weekdays`: a bit each, Monday is 1, for weeks. `month_day`: 1 to 31, or 0 for the last, for months."""

    unit: Unit
    every: int
    at: time
    time_zone: str
    starts_on: date
    ends_on: date | None = None
    weekdays: int = 0
    month_day: int = LAST_DAY

    def days(self, since: date) -> Iterator[date]:
        """The days of the rule from `since` on, in order, each once. A month too short has its last day instead."""
        since = max(since, self.starts_on)
        last = min(self.ends_on or FURTHEST, FURTHEST)
        for found in self._all(since):
            if found > last:
                return
            if found >= since:
                yield found

    def next_after(self, on: date) -> date | None:
        """The first day of the rule after `on`; None when there is none."""
        return next(self.days(on + timedelta(days=1)), None)

    def first_from(self, on: date) -> date | None:
        """The first day of the rule on `on` or later."""
        return next(self.days(on), None)

    def _all(self, since: date) -> Iterator[date]:
        """Days from a little before `since`, without end (but FURTHEST)."""
        if self.unit == Unit.DAY:
            passed = -(-(since - self.starts_on).days // self.every)
            found = self.starts_on + timedelta(days=passed * self.every)
            while found <= FURTHEST:
                yield found
                found += timedelta(days=self.every)
        elif self.unit == Unit.WEEK:
            monday = self.starts_on - timedelta(days=self.starts_on.weekday())
            weeks = (since - monday).days // 7 // self.every * self.every
            monday += timedelta(weeks=weeks)
            while monday <= FURTHEST:
                for number in range(7):
                    if self.weekdays >> number & 1:
                        yield monday + timedelta(days=number)
                monday += timedelta(weeks=self.every)
        else:
            months = (since.year - self.starts_on.year) * 12 + since.month - self.starts_on.month
            number = months // self.every * self.every + self.starts_on.month - 1
            while (year := self.starts_on.year + number // 12) < FURTHEST.year:
                month = number % 12 + 1
                length = monthrange(year, month)[1]
                yield date(year, month, min(self.month_day or length, length))
                number += self.every

    def start_at(self, on: date) -> datetime:
        """The instant of the start on that day, in UTC. A time that clocks skip is an hour later; one that comes
        twice is the first."""
        return datetime.combine(on, self.at, ZoneInfo(self.time_zone)).astimezone(UTC)

    def due(self, on: date, lead_days: int) -> datetime:
        """When the draft for that day is made: the same time of day, so many days before."""
        return self.start_at(on - timedelta(days=lead_days))

    def __str__(self) -> str:
        return f"{self.words}, {clock_time(datetime.combine(self.starts_on, self.at))}"

    @property
    def words(self) -> str:
        """ "Every 2 weeks on Monday and Thursday"."""
        each = (
            f"Every {self.unit.value}" if self.every == 1 else f"Every {self.every} {self.unit.label.lower()}"
        )
        if self.unit == Unit.WEEK:
            return (
                f"{each} on {_listed([name for i, name in enumerate(DAY_NAMES) if self.weekdays >> i & 1])}"
            )
        if self.unit == Unit.MONTH:
            return f"{each} on {'the last day' if self.month_day == LAST_DAY else f'day {self.month_day}'}"
        return each

    @property
    def end_words(self) -> str:
        return f"until {day(self.ends_on)}" if self.ends_on else ""


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def bits(days: list[int]) -> int:
    """Weekday numbers (Monday is 0) as the bits of a rule."""
    return sum(1 << number for number in set(days))
