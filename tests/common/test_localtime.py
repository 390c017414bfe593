"""Local times of a site on ordinary days and on the two days on which clocks are moved."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import Invalid
from common.localtime import local, parse_local, parse_local_datetime

EASTERN = "America/New_York"
ZONES = st.sampled_from(
    [EASTERN, "America/Phoenix", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"]
)


def typed(text: str) -> datetime:
    """What an input holds: a date and time without a zone."""
    return datetime.fromisoformat(text)


def test_an_ordinary_day() -> None:
    assert parse_local(date(2026, 12, 1), time(9), EASTERN) == datetime(2026, 12, 1, 14, tzinfo=UTC)
    assert parse_local(date(2026, 7, 1), time(9), EASTERN) == datetime(2026, 7, 1, 13, tzinfo=UTC)


def test_the_answer_is_in_utc() -> None:
    assert parse_local(date(2026, 12, 1), time(9), EASTERN).tzinfo is UTC


@pytest.mark.usefixtures("frozen")  # a date of this year is told without its year
@pytest.mark.parametrize("minute", [0, 30, 59])
def test_a_skipped_time_is_refused_with_a_sentence(minute: int) -> None:
    with pytest.raises(Invalid) as refused:
        parse_local(date(2027, 3, 14), time(2, minute), EASTERN, field="start_time")
    assert refused.value.field == "start_time"
    assert refused.value.sentence == (
        f"2:{minute:02d} AM does not exist on Mar 14, 2027 there: clocks go forward. Enter another time."
    )


def test_the_edges_of_the_gap_exist() -> None:
    assert parse_local(date(2027, 3, 14), time(1, 59), EASTERN) == datetime(2027, 3, 14, 6, 59, tzinfo=UTC)
    assert parse_local(date(2027, 3, 14), time(3, 0), EASTERN) == datetime(2027, 3, 14, 7, 0, tzinfo=UTC)


def test_a_time_that_happens_twice_means_the_first() -> None:
    assert parse_local(date(2026, 11, 1), time(1, 30), EASTERN) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_one_input_of_date_and_time() -> None:
    found = parse_local_datetime(typed("2026-12-01T09:15"), EASTERN, field="start_at")
    assert found == datetime(2026, 12, 1, 14, 15, tzinfo=UTC)
    with pytest.raises(Invalid):
        parse_local_datetime(typed("2027-03-14T02:30"), EASTERN)


def test_local_is_what_an_input_starts_with() -> None:
    assert local(datetime(2026, 12, 1, 14, tzinfo=UTC), EASTERN) == typed("2026-12-01T09:00")


@given(moment=st.datetimes(typed("2020-01-01"), typed("2035-01-01"), timezones=st.just(UTC)), zone=ZONES)
def test_what_is_shown_reads_back_as_the_same_local_time(moment: datetime, zone: str) -> None:
    shown = local(moment, zone)
    assert local(parse_local_datetime(shown, zone), zone) == shown
