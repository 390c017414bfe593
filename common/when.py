"""How time, distance and duration are written. Pure functions; all words about time come from here."""

from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from common import clock

_UNITS: tuple[tuple[str, int, int], ...] = (
    ("minute", 60, 60),
    ("hour", 3_600, 24),
    ("day", 86_400, 14),
    ("week", 604_800, 9),
    ("month", 2_629_800, 24),
    ("year", 31_557_600, 0),
)
"""Unit, its seconds, and at how many of it the next larger unit takes over (0: never)."""


@lru_cache(maxsize=256)
def zone(name: str) -> tzinfo:
    """The time zone of that IANA name; UTC for an empty or unknown one, so that no page fails."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def zone_word(moment: datetime) -> str:
    """ "EST", or "UTC+3" where the zone has no letters of its own."""
    word = moment.tzname() or "UTC"
    if word[:1] not in "+-":
        return word
    hours, minutes_ = word[1:3].lstrip("0") or "0", word[3:5]
    return f"UTC{word[0]}{hours}" + (f":{minutes_}" if minutes_ not in ("", "00") else "")


def clock_time(moment: datetime) -> str:
    """ "9:00 AM" of an already local moment."""
    return f"{moment.hour % 12 or 12}:{moment.minute:02d} {'AM' if moment.hour < 12 else 'PM'}"


def day(value: date, *, today: date | None = None) -> str:
    """ "Dec 30", with the year when it is not the current one: "Dec 30, 2027"."""
    current = (today or clock.now().date()).year
    text = f"{value:%b} {value.day}"
    return text if value.year == current else f"{text}, {value.year}"


def weekday(value: date, *, today: date | None = None) -> str:
    """ "Tue, Dec 1"."""
    return f"{value:%a}, {day(value, today=today)}"


def instant(moment: datetime, tz_name: str, *, today: date | None = None) -> str:
    """ "Tue, Dec 1, 9:00 AM EST" in the named zone. Raises ValueError for a naive datetime."""
    local = _local(moment, tz_name)
    return f"{weekday(local.date(), today=today)}, {clock_time(local)} {zone_word(local)}"


def instant_range(start: datetime, end: datetime, tz_name: str, *, today: date | None = None) -> str:
    """ "Tue, Dec 1, 9:00 AM to 11:00 AM EST"; the second day is named when it is another one."""
    first, last = _local(start, tz_name), _local(end, tz_name)
    opening = f"{weekday(first.date(), today=today)}, {clock_time(first)}"
    if zone_word(first) != zone_word(last):
        opening += f" {zone_word(first)}"
    closing = f"{clock_time(last)} {zone_word(last)}"
    if first.date() != last.date():
        closing = f"{weekday(last.date(), today=today)}, {closing}"
    return f"{opening} to {closing}"


def relative(moment: datetime, now: datetime) -> str:
    """ "in 7 days", "2 hours ago", "just now": rounded down, so that nothing is promised too early."""
    seconds = int((moment - now).total_seconds())
    span = abs(seconds)
    if span < 60:
        return "just now" if seconds <= 0 else "in less than a minute"
    unit, size = next((unit, size) for unit, size, limit in _UNITS if not limit or span < limit * size)
    words = _count(span // size, unit)
    return f"in {words}" if seconds > 0 else f"{words} ago"


def minutes(total: int) -> str:
    """ "2 h 15 min", "45 min", "3 h"; a negative length gets a minus sign."""
    hours, rest = divmod(abs(total), 60)
    parts = [f"{hours} h"] if hours else []
    if rest or not hours:
        parts.append(f"{rest} min")
    return ("−" if total < 0 else "") + " ".join(parts)


def miles(distance: float) -> str:
    """ "14 mi"; under ten with one decimal ("6.4 mi"), under a tenth "less than 0.1 mi". In statute miles."""
    if distance < 0.1:
        return "less than 0.1 mi"
    rounded = f"{distance:.1f}" if distance < 9.95 else f"{distance:,.0f}"
    return f"{rounded.removesuffix('.0')} mi"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _local(moment: datetime, tz_name: str) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a naive datetime has no place on a page")
    return moment.astimezone(zone(tz_name))
