"""Clocks that are moved, in five zones over two years: each local time becomes the oracle's instant (R9)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from assignments.recurring import Rule, Unit
from common import localtime
from common.errors import Invalid
from payments import deadlines
from tests.races.walked import Walked, two_years
from tests.support.figures import tell

pytestmark = [pytest.mark.row(id="R9")]
ZONES = ("America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo")
"""North and south of the equator, half an hour, and two where the hour before or after midnight is the moved one."""
Parse = Callable[[date, time, str], datetime]


@cache
def walked(name: str) -> Walked:
    return Walked(name, *two_years())


def typed(zone: Walked, days: list[date], parse: Parse) -> tuple[int, list[str]]:
    """How many times were typed, and which of them became another instant than the oracle's."""
    count, wrong = 0, []
    for on in days:
        for wall in zone.quarters(on):
            count += 1
            expected = zone.first(wall)
            try:
                found = parse(on, wall.time(), zone.name)
            except Invalid:
                found = None
            if found != expected:
                wrong.append(f"{zone.name} {wall}: {found}, not {expected}")
    return count, wrong


def computed(zone: Walked, days: list[date]) -> tuple[int, list[str]]:
    """The same for what nobody types: ends of days, payments by the clock, repetitions, dates that move along."""
    count, wrong = 0, []
    at_two = Rule(Unit.DAY, 1, time(2, 15), zone.name, days[0])
    for on in days:
        wall = datetime.combine(on, time(2, 15))
        before = wall - timedelta(days=1)
        old = zone.computed(before)
        said = {
            "midnight": (localtime.midnight(on, zone.name), zone.days[on]),
            "end of the day before": (deadlines.end_of(on - timedelta(days=1), zone.name), zone.days[on]),
            "payment by the clock": (
                deadlines.autopay_at(on, zone.name),
                zone.first(datetime.combine(on, time(20))),
            ),
            "repetition": (at_two.start_at(on), zone.computed(wall)),
            "settled": (localtime.settled(wall, zone.name), zone.computed(wall)),
            "day of an instant": (deadlines.issued_on(zone.days[on], zone.name), on),
            "moved along": (
                localtime.moved_along(old + timedelta(hours=48), old, old + timedelta(days=7), zone.name),
                along(zone, old),
            ),
        }
        count += len(said)
        wrong += [f"{zone.name} {on} {what}: {a}, not {b}" for what, (a, b) in said.items() if a != b]
    return count, wrong


def along(zone: Walked, old: datetime) -> datetime:
    """What was 48 hours after `old` on the clocks' reading stays so after it moved by a week."""
    place = ZoneInfo(zone.name)

    def shown(at: datetime) -> datetime:
        return at.astimezone(place).replace(tzinfo=None)

    span = shown(old + timedelta(hours=48)) - shown(old)
    return zone.computed(shown(old + timedelta(days=7)) + span)


@pytest.mark.parametrize(
    "whole", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["moved", "two_years"]
)
def test_every_local_time_is_the_instant_of_the_oracle(whole: bool) -> None:
    count, moves, wrong = 0, 0, []
    for name in ZONES:
        zone = walked(name)
        days = zone.whole_days() if whole else zone.moved_days()
        moves += len(zone.moved_days()) // 3
        for seen, found in (typed(zone, days, localtime.parse_local), computed(zone, days)):
            count, wrong = count + seen, wrong + found
    assert moves == 4 * len(ZONES)  # forth and back, in two years
    assert wrong == []
    which = "all days of 2026 and 2027" if whole else "the days around each move of 2026 and 2027"
    tell(
        "R9",
        f"{count:,} local times in {len(ZONES)} zones, {moves} moves of clocks, {which}: 0 differences from UTC",
    )


def test_control_the_offset_of_noon_is_wrong_when_clocks_move() -> None:
    """The naive way: take the zone's offset of that day's noon for the whole day."""

    def by_noon(on: date, at: time, name: str) -> datetime:
        offset = datetime.combine(on, time(12), ZoneInfo(name)).utcoffset() or timedelta()
        return (datetime.combine(on, at) - offset).replace(tzinfo=UTC)

    count, wrong = 0, []
    for name in ZONES:
        zone = walked(name)
        seen, found = typed(zone, zone.moved_days(), by_noon)
        count, wrong = count + seen, wrong + found
    assert wrong
    tell("R9", f"with the offset of noon: {len(wrong)} of {count:,} local times differ", is_control=True)
