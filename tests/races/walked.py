"""An oracle of what clocks at a place show: made by walking along UTC, one quarter of an hour after another.

It asks the time zone data for one direction only, from an instant to its local time. The portal goes the other way,
from what somebody typed to the instant; so the two share no reasoning about skipped and repeated times.
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

QUARTER = timedelta(minutes=15)


class Walked:
    """All quarter hours of a zone between two instants (UTC), by what its clocks show."""

    def __init__(self, name: str, begin: datetime, end: datetime) -> None:
        place = ZoneInfo(name)
        self.name = name
        self.shown: dict[datetime, list[datetime]] = {}
        """Local time (naive) -> the instants at which clocks show it: none when skipped, two when repeated."""
        self.days: dict[date, datetime] = {}
        """Each day's first instant."""
        moment = begin
        while moment < end:
            wall = moment.astimezone(place).replace(tzinfo=None)
            self.shown.setdefault(wall, []).append(moment)
            self.days.setdefault(wall.date(), moment)
            moment += QUARTER
        self.walls = sorted(self.shown)
        self.days.pop(min(self.days))  # it may have begun before the walk

    def whole_days(self) -> list[date]:
        """Days of which the walk saw each quarter hour."""
        return sorted(self.days)[:-1]

    def quarters(self, on: date) -> Iterator[datetime]:
        """Each quarter hour that one can type for a day, whether clocks show it or not."""
        first = datetime(on.year, on.month, on.day)  # noqa: DTZ001 - what is typed has no zone
        return (first + number * QUARTER for number in range(96))

    def moved_days(self) -> list[date]:
        """Days on which clocks are moved, and their neighbours."""
        found = set()
        for on in self.whole_days():
            if any(len(self.shown.get(wall, ())) != 1 for wall in self.quarters(on)):
                found |= {on - timedelta(days=1), on, on + timedelta(days=1)}
        return sorted(found & set(self.whole_days()))

    def first(self, wall: datetime) -> datetime | None:
        """The first instant at which clocks show it; None when they skip it."""
        found = self.shown.get(wall)
        return found[0] if found else None

    def computed(self, wall: datetime) -> datetime:
        """The same for a time that nobody typed: a skipped one is as much later as clocks jump."""
        before = self.walls[bisect_right(self.walls, wall) - 1]
        return self.shown[before][0] + (wall - before)


def two_years() -> tuple[datetime, datetime]:
    """2026 and 2027, with a day on either side."""
    return datetime(2025, 12, 30, tzinfo=UTC), datetime(2028, 1, 3, tzinfo=UTC)
