"""Local date and time of a site, and back: safe on the two days of the year on which clocks are moved."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from common.errors import Invalid
from common.when import clock_time, day


def parse_local(on: date, at: time, tz_name: str, *, field: str | None = None) -> datetime:
    """The instant (aware, UTC) at which the clocks of that IANA zone show this date and time.

    A time that the zone skips when clocks go forward raises Invalid at `field`; a time that happens twice
    when they go back means the first of the two. Raises ZoneInfoNotFoundError for an unknown zone.
    """
    shown = datetime.combine(on, at.replace(tzinfo=None), ZoneInfo(tz_name))
    moment = shown.astimezone(UTC)
    if local(moment, tz_name) != shown.replace(tzinfo=None):
        raise Invalid(
            f"{clock_time(shown)} does not exist on {day(on)} there: clocks go forward. Enter another time.",
            field,
        )
    return moment


def parse_local_datetime(naive: datetime, tz_name: str, *, field: str | None = None) -> datetime:
    """The same for the value of one date-and-time input."""
    return parse_local(naive.date(), naive.time(), tz_name, field=field)


def local(moment: datetime, tz_name: str) -> datetime:
    """What the clocks of the zone show at an instant, without zone: for the start values of inputs."""
    return moment.astimezone(ZoneInfo(tz_name)).replace(tzinfo=None)


def midnight(on: date, tz_name: str) -> datetime:
    """The first instant of a day in a zone, in UTC; also where clocks skip midnight."""
    return datetime.combine(on, time(0), ZoneInfo(tz_name)).astimezone(UTC)


def settled(shown: datetime, tz_name: str) -> datetime:
    """The instant, in UTC, of a local time that was computed and not typed: it is never refused.

    A time that clocks skip is later by what they skip; one that comes twice is the first of the two.
    """
    return shown.replace(tzinfo=ZoneInfo(tz_name), fold=0).astimezone(UTC)


def moved_along(moment: datetime, old: datetime, new: datetime, tz_name: str) -> datetime:
    """An instant that follows another one from `old` to `new`, counted on the clocks of the zone: what was at 5:00 PM
    two days later still is at 5:00 PM two days later, though clocks were moved in between."""
    return settled(local(moment, tz_name) + (local(new, tz_name) - local(old, tz_name)), tz_name)
