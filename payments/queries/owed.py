"""What is owed, by the day on which it falls due: a line for each day, however many invoices it has."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from payments.models import Owed
from payments.states import Side


class Day(NamedTuple):
    """The open invoices of one day: their sum in minor units, and their number."""

    due_on: date
    past_due_at: datetime
    minor: int
    number: int

    def is_late(self, now: datetime) -> bool:
        return self.past_due_at <= now


@dataclass(slots=True)
class DaySum:
    """Some days added up; `first` is the earliest of them."""

    minor: int = 0
    count: int = 0
    first: date | None = None

    def add(self, day: Day) -> None:
        self.minor += day.minor
        self.count += day.number
        self.first = min(self.first or day.due_on, day.due_on)


def owed_by_day(side: Side, party_id: int, currency: str) -> list[Day]:
    """What is owed by a company, or to come for a worker, in one currency. One query."""
    return by_day(Owed.objects.filter(side=side, party_id=party_id, currency=currency))


def by_day(rows: Iterable[Owed]) -> list[Day]:
    """The days of kept sums: several rows may speak of one day, and may come to nothing."""
    sums: dict[tuple[date, datetime], tuple[int, int]] = {}
    for row in rows:
        minor, number = sums.get((row.due_on, row.past_due_at), (0, 0))
        sums[row.due_on, row.past_due_at] = minor + row.minor, number + row.count
    return [Day(*day, minor, number) for day, (minor, number) in sums.items() if number > 0]
