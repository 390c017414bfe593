"""On which days a rule falls (against dateutil, which others wrote), and at which instant when clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

import pytest
from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule
from hypothesis import given
from hypothesis import strategies as st

from assignments.recurring import LAST_DAY, Rule, Unit, bits

NINE = time(9)
DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))


def rule(unit: Unit, **more: object) -> Rule:
    values = {"every": 1, "at": NINE, "time_zone": "America/New_York", "starts_on": date(2026, 12, 1), **more}
    return Rule(unit, **values)


def oracle(made: Rule, since: date, count: int) -> list[date]:
    """The same by dateutil. A day that a month lacks is its last one: the last of the days up to it."""
    start = datetime.combine(made.starts_on, time())
    if made.unit == Unit.MONTH:
        wanted = range(28, (made.month_day or 31) + 1) if (made.month_day or 31) >= 28 else [made.month_day]
        found = rrule(
            MONTHLY, interval=made.every, dtstart=start.replace(day=1), bymonthday=list(wanted), bysetpos=-1
        )
    elif made.unit == Unit.WEEK:
        days = [n for n in range(7) if made.weekdays >> n & 1]
        found = rrule(WEEKLY, interval=made.every, dtstart=start, byweekday=days, wkst=0)
    else:
        found = rrule(DAILY, interval=made.every, dtstart=start)
    since = max(since, made.starts_on)
    return [one.date() for one in islice((one for one in found if one.date() >= since), count)]


RULES = st.one_of(
    st.builds(lambda start, every: rule(Unit.DAY, starts_on=start, every=every), DAYS, st.integers(1, 52)),
    st.builds(
        lambda start, every, days: rule(Unit.WEEK, starts_on=start, every=every, weekdays=bits(days)),
        DAYS,
        st.integers(1, 8),
        st.lists(st.integers(0, 6), min_size=1),
    ),
    st.builds(
        lambda start, every, day: rule(Unit.MONTH, starts_on=start, every=every, month_day=day),
        DAYS,
        st.integers(1, 12),
        st.integers(0, 31),
    ),
)


@given(RULES, st.integers(-40, 400))
def test_the_days_are_those_of_another_program(made: Rule, later: int) -> None:
    since = made.starts_on + timedelta(days=later)
    assert list(islice(made.days(since), 12)) == oracle(made, since, 12)


@given(RULES)
def test_going_from_day_to_day_leaves_none_out_and_doubles_none(made: Rule) -> None:
    days = list(islice(made.days(made.starts_on), 10))
    walked = [made.first_from(made.starts_on)]
    while len(walked) < 10:
        walked.append(made.next_after(walked[-1]))
    assert walked == days
    assert sorted(set(days)) == days


def test_a_rule_ends_with_its_last_day() -> None:
    made = rule(Unit.WEEK, weekdays=bits([1, 4]), ends_on=date(2026, 12, 11))
    assert list(made.days(date(2026, 1, 1))) == [date(2026, 12, d) for d in (1, 4, 8, 11)]
    assert made.next_after(date(2026, 12, 11)) is None


def test_the_last_day_of_each_month() -> None:
    made = rule(Unit.MONTH, month_day=LAST_DAY, starts_on=date(2027, 12, 31))
    assert list(islice(made.days(date(2027, 1, 1)), 4)) == [
        date(2027, 12, 31), date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "at", "on", "instant"),
    [
        ("America/New_York", time(9), date(2026, 10, 31), datetime(2026, 10, 31, 13, tzinfo=UTC)),
        ("America/New_York", time(9), date(2026, 11, 1), datetime(2026, 11, 1, 14, tzinfo=UTC)),
        ("America/New_York", time(1, 30), date(2026, 11, 1), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        ("America/New_York", time(2, 30), date(2027, 3, 14), datetime(2027, 3, 14, 7, 30, tzinfo=UTC)),
        ("Europe/Berlin", time(2, 30), date(2027, 3, 28), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        ("America/Phoenix", time(9), date(2027, 3, 14), datetime(2027, 3, 14, 16, tzinfo=UTC)),
    ],
)
def test_the_time_at_the_site_stays_when_clocks_change(
    zone: str, at: time, on: date, instant: datetime
) -> None:
    assert rule(Unit.DAY, time_zone=zone, at=at).start_at(on) == instant


def test_a_draft_is_due_at_the_same_time_of_day_some_days_before() -> None:
    made = rule(Unit.DAY)
    assert made.due(date(2026, 11, 2), 2) == datetime(2026, 10, 31, 13, tzinfo=UTC)


def test_words() -> None:
    assert str(rule(Unit.WEEK, weekdays=bits([0, 3, 4]), every=2)) == (
        "Every 2 weeks on Monday, Thursday and Friday, 9:00 AM"
    )
    assert str(rule(Unit.MONTH, month_day=15)) == "Every month on day 15, 9:00 AM"
    assert str(rule(Unit.MONTH)) == "Every month on the last day, 9:00 AM"
    assert str(rule(Unit.DAY, every=3)) == "Every 3 days, 9:00 AM"
