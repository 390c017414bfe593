"""The two hours of the year: two years of changes in six zones, against zoneinfo as the oracle.

Typed times, computed times, shifts, repetitions and the zones of the calendar feed.
"""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical

from assignments.ical_zones import changes, timezone
from assignments.models import Assignment, WorkDay
from assignments.planned import spans
from assignments.recurring import Rule, Unit
from common.errors import Invalid
from common.localtime import local, moved_along, parse_local, settled
from tests.support.calendars import Zone, read

ZONES = (
    "America/New_York", "America/Los_Angeles", "Europe/London", "Australia/Sydney", "Australia/Lord_Howe",
    "America/Santiago",
)  # fmt: skip
BEGIN, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def walked(zone: str) -> list[tuple[datetime, timedelta]]:
    """(instant, by how much clocks were moved), found by walking hour by hour: nothing of ours is asked."""
    there = ZoneInfo(zone)
    hours = [BEGIN + timedelta(minutes=30 * n) for n in range(int((END - BEGIN) / timedelta(minutes=30)))]
    offsets = [(at, at.astimezone(there).utcoffset()) for at in hours]
    return [(b[0], b[1] - a[1]) for a, b in pairwise(offsets) if a[1] != b[1]]


CHANGES = [(zone, at, by) for zone in ZONES for at, by in walked(zone)]
FORWARD = [(zone, at, by) for zone, at, by in CHANGES if by > timedelta(0)]
BACK = [(zone, at, -by) for zone, at, by in CHANGES if by < timedelta(0)]


def ids(rows: list[tuple[str, datetime, timedelta]]) -> list[str]:
    return [f"{zone.split('/')[1]}-{at:%Y-%m-%d}" for zone, at, _ in rows]


def test_two_years_of_six_zones_have_four_changes_each() -> None:
    assert {zone: sum(1 for row in CHANGES if row[0] == zone) for zone in ZONES} == dict.fromkeys(ZONES, 4)
    assert {by for _, _, by in CHANGES} == {timedelta(minutes=n) for n in (-60, -30, 30, 60)}


@pytest.mark.parametrize(("zone", "at", "by"), FORWARD, ids=ids(FORWARD))
def test_a_time_that_is_skipped_is_refused_when_typed_and_later_when_computed(
    zone: str, at: datetime, by: timedelta
) -> None:
    opens = local(at, zone)  # the first time after the gap
    for missing in (opens - by, opens - by / 2, opens - MINUTE):
        with pytest.raises(Invalid, match="clocks go forward"):
            parse_local(missing.date(), missing.time(), zone)
        assert settled(missing, zone) == at + (missing - (opens - by))
        assert local(settled(missing, zone), zone) == missing + by
    for there in (opens - by - MINUTE, opens):
        assert local(parse_local(there.date(), there.time(), zone), zone) == there
    assert parse_local(opens.date(), opens.time(), zone) == at
    before = opens - by - MINUTE
    assert parse_local(before.date(), before.time(), zone) == at - MINUTE


@pytest.mark.parametrize(("zone", "at", "by"), BACK, ids=ids(BACK))
def test_a_time_that_comes_twice_is_the_first(zone: str, at: datetime, by: timedelta) -> None:
    twice_from = local(at, zone).replace(fold=0)
    for twice in (twice_from, twice_from + by / 2, twice_from + by - MINUTE):
        first, second = at - by + (twice - twice_from), at + (twice - twice_from)
        assert local(first, zone) == local(second, zone) == twice
        assert parse_local(twice.date(), twice.time(), zone) == settled(twice, zone) == first
    after = twice_from + by
    assert parse_local(after.date(), after.time(), zone) == at + by


@pytest.mark.parametrize(("zone", "at", "by"), CHANGES, ids=ids(CHANGES))
def test_what_follows_a_date_keeps_its_time_of_day_over_a_change(
    zone: str, at: datetime, by: timedelta
) -> None:
    day = local(at, zone).date()
    old = parse_local(day - timedelta(days=9), time(9), zone)
    due = parse_local(day - timedelta(days=7), time(17, 30), zone)
    new = parse_local(day - timedelta(days=1), time(9), zone)
    moved = moved_along(due, old, new, zone)
    assert local(moved, zone) == datetime.combine(day + timedelta(days=1), time(17, 30))
    assert moved - new == due - old - by
    assert moved_along(moved, new, old, zone) == due


@pytest.mark.parametrize(("zone", "at", "by"), CHANGES, ids=ids(CHANGES))
def test_further_days_keep_their_time_of_day_over_a_change(zone: str, at: datetime, by: timedelta) -> None:
    day = local(at, zone).date()
    row = Assignment(pk=1, start_at=parse_local(day - timedelta(days=1), time(8), zone), time_zone=zone)
    row.duration_minutes = 60
    two_days = WorkDay(after_minutes=2 * 24 * 60 + 30, duration_minutes=90)
    row._prefetched_objects_cache = {"work_days": WorkDay.objects.none()}
    row._prefetched_objects_cache["work_days"]._result_cache = [two_days]
    first, later = spans(row)
    assert local(later.start_at, zone) == datetime.combine(day + timedelta(days=1), time(8, 30))
    assert later.start_at - first.start_at == timedelta(days=2, minutes=30) - by
    assert later.end_at - later.start_at == timedelta(minutes=90)


@pytest.mark.parametrize(("zone", "at", "by"), CHANGES, ids=ids(CHANGES))
def test_repetitions_keep_their_time_of_day_over_a_change(zone: str, at: datetime, by: timedelta) -> None:
    day = local(at, zone).date()
    start = local(at, zone).time()
    rule = Rule(Unit.DAY, 1, start, zone, day - timedelta(days=1))
    days = [day + timedelta(days=n) for n in (-1, 0, 1)]
    assert [local(rule.start_at(on), zone) for on in days] == [datetime.combine(on, start) for on in days]
    skipped = (local(at, zone) - by / 2).time()
    rule = Rule(Unit.DAY, 1, skipped, zone, day)
    wanted = datetime.combine(day, skipped)
    assert local(rule.start_at(day), zone) == (wanted + by if by > timedelta(0) and local(at, zone).date() == day
                                               and wanted < local(at, zone) else wanted)  # fmt: skip


@pytest.mark.parametrize("zone", ZONES)
def test_the_changes_are_found_to_the_second(zone: str) -> None:
    assert list(changes(zone, BEGIN, END)) == [at for name, at, _ in CHANGES if name == zone]


EXACT = (
    *ZONES,
    "Europe/Berlin",
    "America/Phoenix",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "America/St_Johns",
)


@pytest.mark.parametrize("zone", EXACT)
def test_the_feeds_zone_agrees_with_zoneinfo_at_each_change(zone: str) -> None:
    """By two readers that share no code with the writer: one of our own, and dateutil's."""
    body = (
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n"
        + timezone(zone, 2025).to_ical()
        + b"END:VCALENDAR\r\n"
    )
    (read_zone,) = read(body).below("VTIMEZONE")
    told, oracle = Zone(read_zone, 2030), ZoneInfo(zone)
    found = list(changes(zone, datetime(2025, 1, 2, tzinfo=UTC), datetime(2029, 12, 1, tzinfo=UTC)))
    ordinary = [datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=7 * n) for n in range(6_000)]
    for at in (*ordinary, *(at + by for at in found for by in (-MINUTE, timedelta(0), MINUTE))):
        there = at.astimezone(oracle)
        assert told.at(at) == (there.utcoffset(), there.tzname()), at
        assert told.instant(there.replace(tzinfo=None)) == at or there.fold, at
    second = _Source(body).get(zone)
    for at in (one + by for one in found for by in (-2 * MINUTE, timedelta(hours=3))):
        shown = local(at, zone)
        if not at.astimezone(oracle).fold:
            assert shown.replace(tzinfo=second).utcoffset() == at.astimezone(oracle).utcoffset(), at


class _Source:
    """dateutil reads from something with `read`, and knows no listed onsets: those zones are our own reader's."""

    def __init__(self, body: bytes) -> None:
        self.body = body.decode()

    def read(self) -> str:
        return self.body

    def get(self, zone: str) -> object:
        return tzical(self).get(zone)  # type: ignore[arg-type]


def test_a_rule_is_told_as_a_rule_and_a_list_as_a_list() -> None:
    rules = {zone: timezone(zone, 2025).to_ical().decode().count("RRULE") for zone in EXACT}
    assert rules == {
        "America/New_York": 2, "America/Los_Angeles": 2, "Europe/London": 2, "Australia/Sydney": 2,
        "Australia/Lord_Howe": 2, "America/Santiago": 0, "Europe/Berlin": 2, "America/Phoenix": 0,
        "Africa/Casablanca": 0, "Asia/Kathmandu": 0, "America/St_Johns": 2,
    }  # fmt: skip
