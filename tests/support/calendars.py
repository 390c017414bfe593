"""A strict, small reader of iCalendar, written from RFC 5545 alone: it shares no code with what writes the feed."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

NAME: Final = re.compile(r"[A-Z][A-Z0-9-]*")
PROPERTY: Final = re.compile(
    r'(?P<name>[A-Z0-9-]+)(?P<parts>(?:;[A-Z0-9-]+=(?:"[^"]*"|[^";:,]*))*):(?P<value>.*)'
)
OFFSET: Final = re.compile(r"([+-])(\d\d)(\d\d)(\d\d)?")
WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass
class Property:
    name: str
    parts: dict[str, str]
    value: str


@dataclass
class Component:
    """One BEGIN...END block."""

    name: str
    properties: list[Property] = field(default_factory=list)
    components: list["Component"] = field(default_factory=list)

    def all(self, name: str) -> list[Property]:
        return [one for one in self.properties if one.name == name]

    def get(self, name: str) -> Property:
        """The one property of that name."""
        (found,) = self.all(name)
        return found

    def text(self, name: str) -> str:
        found = self.all(name)
        return (
            re.sub(r"\\([\\;,nN])", lambda m: "\n" if m[1] in "nN" else m[1], found[0].value) if found else ""
        )

    def below(self, name: str) -> list["Component"]:
        return [one for one in self.components if one.name == name]


def read(body: bytes) -> Component:
    """The calendar. Fails for anything that the standard forbids: line ends, long lines, wrong nesting."""
    text = body.decode("utf-8")
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    lines = text[:-2].split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines), "a line is longer than 75 octets"
    unfolded: list[str] = []
    for line in lines:
        if line[:1] in (" ", "\t"):
            unfolded[-1] += line[1:]
        else:
            unfolded.append(line)
    root, open_ = Component("ROOT"), []
    open_.append(root)
    for line in unfolded:
        found = PROPERTY.fullmatch(line)
        assert found, f"no property: {line}"
        parts = dict(one.split("=", 1) for one in found["parts"].split(";") if one)
        if found["name"] == "BEGIN":
            made = Component(found["value"])
            open_[-1].components.append(made)
            open_.append(made)
        elif found["name"] == "END":
            assert open_.pop().name == found["value"]
        else:
            open_[-1].properties.append(Property(found["name"], parts, found["value"]))
    assert open_ == [root]
    (calendar,) = root.components
    assert calendar.name == "VCALENDAR"
    assert calendar.get("VERSION").value == "2.0"
    assert calendar.get("PRODID").value
    return calendar


@dataclass(frozen=True)
class Onset:
    """A change of clock as a VTIMEZONE tells it: from that local time (before it) on, that offset and name."""

    local: datetime
    before: timedelta
    after: timedelta
    name: str


class Zone:
    """A VTIMEZONE, evaluated for some years as RFC 5545, 3.6.5 says: the newest onset is in force."""

    def __init__(self, zone: Component, last_year: int) -> None:
        self.name = zone.get("TZID").value
        self.onsets = sorted(
            (one for part in zone.components for one in _onsets(part, last_year)), key=lambda one: one.local
        )

    def at(self, moment: datetime) -> tuple[timedelta, str]:
        """Offset and name that are in force at an instant."""
        naive = moment.astimezone(UTC).replace(tzinfo=None)
        past = [one for one in self.onsets if one.local - one.before <= naive]
        return past[-1].after, past[-1].name

    def instant(self, shown: datetime) -> datetime:
        """The instant of a local time: in the hour that comes twice the first, in a skipped one as before it."""
        past = [one for one in self.onsets if one.local <= shown]
        newest = past[-1]
        gone = newest.before - newest.after  # how much comes twice
        is_twice = gone > timedelta(0) and shown < newest.local
        offset = newest.before if is_twice else newest.after
        return (shown - offset).replace(tzinfo=UTC)


def _onsets(part: Component, last_year: int) -> list[Onset]:
    assert part.name in ("STANDARD", "DAYLIGHT")
    before, after = offset(part.get("TZOFFSETFROM").value), offset(part.get("TZOFFSETTO").value)
    name = part.get("TZNAME").value
    start = naive(part.get("DTSTART").value)
    found = [start]
    for listed in part.all("RDATE"):
        found += [naive(one) for one in listed.value.split(",")]
    for rule in part.all("RRULE"):
        found += _by_rule(dict(one.split("=") for one in rule.value.split(";")), start, last_year)
    return [Onset(one, before, after, name) for one in sorted(set(found))]


def _by_rule(rule: dict[str, str], start: datetime, last_year: int) -> list[datetime]:
    assert set(rule) == {"FREQ", "BYMONTH", "BYDAY"}
    assert rule["FREQ"] == "YEARLY"
    place, weekday = int(rule["BYDAY"][:-2]), WEEKDAYS.index(rule["BYDAY"][-2:])
    found = []
    for year in range(start.year, last_year + 1):
        first = date(year, int(rule["BYMONTH"]), 1)
        days = [first + timedelta(days=n) for n in range(31)]
        days = [one for one in days if one.month == first.month and one.weekday() == weekday]
        on = days[place - 1 if place > 0 else place]
        found.append(datetime.combine(on, start.time()))
    return found


def offset(text: str) -> timedelta:
    found = OFFSET.fullmatch(text)
    assert found, text
    length = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    return -length if found[1] == "-" else length


def naive(text: str) -> datetime:
    """A local date and time."""
    return datetime.strptime(text, "%Y%m%dT%H%M%S")  # noqa: DTZ007 (the text has no zone)


def instant(calendar: Component, found: Property) -> datetime:
    """The instant that a DTSTART or DTEND means, by the calendar's own zones."""
    if found.value.endswith("Z"):
        return naive(found.value[:-1]).replace(tzinfo=UTC)
    zones = {one.get("TZID").value: one for one in calendar.below("VTIMEZONE")}
    return Zone(zones[found.parts["TZID"]], 2040).instant(naive(found.value))
