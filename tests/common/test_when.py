from datetime import UTC, date, datetime, timedelta

import pytest

from common import when

TODAY = date(2026, 11, 24)
NINE_EASTERN = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "zone", "text"),
    [
        (NINE_EASTERN, "America/New_York", "Tue, Dec 1, 9:00 AM EST"),
        (NINE_EASTERN, "America/Los_Angeles", "Tue, Dec 1, 6:00 AM PST"),
        (NINE_EASTERN, "", "Tue, Dec 1, 2:00 PM UTC"),
        (NINE_EASTERN, "No/Such_Zone", "Tue, Dec 1, 2:00 PM UTC"),
        (NINE_EASTERN, "Asia/Kolkata", "Tue, Dec 1, 7:30 PM IST"),
        (NINE_EASTERN, "America/Sao_Paulo", "Tue, Dec 1, 11:00 AM UTC-3"),
        (NINE_EASTERN, "Asia/Kathmandu", "Tue, Dec 1, 7:45 PM UTC+5:45"),
        (datetime(2027, 7, 4, 4, 0, tzinfo=UTC), "America/New_York", "Sun, Jul 4, 2027, 12:00 AM EDT"),
        (datetime(2026, 12, 1, 17, 5, tzinfo=UTC), "America/New_York", "Tue, Dec 1, 12:05 PM EST"),
    ],
)
def test_instant_is_said_in_the_named_zone(moment: datetime, zone: str, text: str) -> None:
    assert when.instant(moment, zone, today=TODAY) == text


def test_a_naive_datetime_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        when.instant(datetime(2026, 12, 1, 9, 0), "UTC")  # noqa: DTZ001 - naive on purpose


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(hours=2), "Tue, Dec 1, 9:00 AM to 11:00 AM EST"),
        (timedelta(hours=20), "Tue, Dec 1, 9:00 AM to Wed, Dec 2, 5:00 AM EST"),
    ],
)
def test_range_names_the_second_day_only_when_it_is_another(length: timedelta, text: str) -> None:
    assert when.instant_range(NINE_EASTERN, NINE_EASTERN + length, "America/New_York", today=TODAY) == text


def test_range_over_the_end_of_summer_time_names_both_zones() -> None:
    start = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    text = when.instant_range(start, start + timedelta(hours=1), "America/New_York", today=TODAY)
    assert text == "Sun, Nov 1, 1:30 AM EDT to 1:30 AM EST"


@pytest.mark.parametrize(
    ("value", "text"), [(date(2026, 12, 30), "Dec 30"), (date(2027, 12, 30), "Dec 30, 2027")]
)
def test_day_has_a_year_only_when_it_is_not_this_one(value: date, text: str) -> None:
    assert when.day(value, today=TODAY) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "just now"),
        (-59, "just now"),
        (30, "in less than a minute"),
        (60, "in 1 minute"),
        (-3_599, "59 minutes ago"),
        (3_600, "in 1 hour"),
        (-7_200, "2 hours ago"),
        (86_399, "in 23 hours"),
        (7 * 86_400, "in 7 days"),
        (-13 * 86_400, "13 days ago"),
        (14 * 86_400, "in 2 weeks"),
        (100 * 86_400, "in 3 months"),
        (-3 * 365 * 86_400, "2 years ago"),
    ],
)
def test_relative_rounds_down(seconds: int, text: str) -> None:
    assert when.relative(NINE_EASTERN + timedelta(seconds=seconds), NINE_EASTERN) == text


@pytest.mark.parametrize(
    ("total", "text"), [(0, "0 min"), (45, "45 min"), (60, "1 h"), (135, "2 h 15 min"), (-90, "−1 h 30 min")]
)
def test_minutes(total: int, text: str) -> None:
    assert when.minutes(total) == text


@pytest.mark.parametrize(
    ("distance", "text"),
    [
        (0.01, "less than 0.1 mi"),
        (6.0, "6 mi"),
        (6.44, "6.4 mi"),
        (9.96, "10 mi"),
        (14.2, "14 mi"),
        (1_204, "1,204 mi"),
    ],
)
def test_miles(distance: float, text: str) -> None:
    assert when.miles(distance) == text
