"""A VTIMEZONE for a zone, made from the zone's own changes of clock (RFC 5545, 3.6.5).

icalendar's generator begins summer time at the end of the skipped hour, which moves what starts right after it. Here
the changes are looked for in UTC and told in the local time before each, as the standard asks. Changes that follow a
rule ("the second Sunday in March") become one, which every calendar program reads; others are listed.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

YEARS: Final = 12
"""How many years are looked at: enough to tell a rule from a list."""
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class Kind:
    """What the clocks change from and to. The name is that of the new time."""

    before: timedelta
    after: timedelta
    name: str
    is_summer: bool


def timezone(name: str, first_year: int) -> Timezone:
    """The zone for everything from the beginning of that year on."""
    made = Timezone()
    made.add("TZID", name)
    for kind, onsets in _groups(name, first_year):
        part = TimezoneDaylight() if kind.is_summer else TimezoneStandard()
        part.TZOFFSETFROM, part.TZOFFSETTO = kind.before, kind.after
        part.add("TZNAME", kind.name)
        part.DTSTART = onsets[0]
        rule = _rule(onsets)
        if rule:
            part.add("RRULE", vRecur(rule))
        elif len(onsets) > 1:
            part.add("RDATE", list(onsets[1:]))
        made.add_component(part)
    return made


@lru_cache(maxsize=256)
def _groups(name: str, first_year: int) -> tuple[tuple[Kind, tuple[datetime, ...]], ...]:
    """The time that is in force at first, and the onsets of each kind of change, in the local time before it."""
    zone = ZoneInfo(name)
    begin = datetime(first_year, 1, 1, tzinfo=UTC)
    there = begin.astimezone(zone)
    offset = there.utcoffset() or timedelta(0)
    first = Kind(offset, offset, there.tzname() or name, bool(there.dst()))
    found: dict[Kind, list[datetime]] = {}
    for at in changes(name, begin, begin.replace(year=first_year + YEARS)):
        was, now = (at - SECOND).astimezone(zone), at.astimezone(zone)
        before, after = was.utcoffset() or timedelta(0), now.utcoffset() or timedelta(0)
        kind = Kind(before, after, now.tzname() or name, bool(now.dst()))
        found.setdefault(kind, []).append((at + before).replace(tzinfo=None))
    start = (datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None),)
    return ((first, start), *((kind, tuple(onsets)) for kind, onsets in found.items()))


def changes(name: str, begin: datetime, end: datetime) -> Iterator[datetime]:
    """The instants in a span at which the offset or the name of the zone's time changes, to the second."""
    zone = ZoneInfo(name)

    def state(at: datetime) -> tuple[timedelta | None, str | None]:
        there = at.astimezone(zone)
        return there.utcoffset(), there.tzname()

    at = begin
    while at < end:
        if state(at) != state(at + DAY):
            low, high = at, at + DAY
            while high - low > SECOND:
                middle = low + (high - low) // 2
                middle = middle.replace(microsecond=0)
                low, high = (middle, high) if state(middle) == state(at) else (low, middle)
            yield high
        at += DAY


def _rule(onsets: tuple[datetime, ...]) -> dict[str, object] | None:
    """The yearly rule that gives exactly these; None where there is none, or too few to tell."""
    first = onsets[0]
    is_yearly = [one.year for one in onsets] == list(range(first.year, first.year + len(onsets)))
    looks = {(one.month, one.weekday(), one.time()) for one in onsets}
    if len(onsets) < YEARS - 1 or not is_yearly or len(looks) != 1:
        return None
    places = {(one.day - 1) // 7 + 1 for one in onsets}
    is_last = all(one.day + 7 > monthrange(one.year, one.month)[1] for one in onsets)
    if not is_last and len(places) != 1:
        return None
    place = -1 if is_last else places.pop()
    return {"FREQ": "YEARLY", "BYMONTH": first.month, "BYDAY": f"{place}{WEEKDAYS[first.weekday()]}"}
