"""One clock, which tests and the demo can move."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest

from common import clock

AT = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)


def test_the_real_time_is_aware_utc():
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_it_stands_still_and_comes_back_even_after_an_error():
    def fail() -> None:
        with clock.moved(AT):
            assert clock.now() == clock.now() == AT
            with clock.moved(AT + timedelta(days=1)):
                assert clock.now() == AT + timedelta(days=1)
            assert clock.now() == AT
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert clock.now() != AT


def test_other_zones_become_utc():
    with clock.moved(datetime(2026, 12, 1, 9, 0, tzinfo=timezone(timedelta(hours=-5)))):
        assert (clock.now(), clock.now().tzinfo) == (AT, UTC)


def test_a_naive_time_is_refused():
    with pytest.raises(ValueError, match="aware"), clock.moved(datetime(2026, 12, 1)):  # noqa: DTZ001
        pytest.fail("it moved")


def test_other_threads_keep_their_time():
    seen: list[datetime] = []
    with clock.moved(AT):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen[0] != AT
