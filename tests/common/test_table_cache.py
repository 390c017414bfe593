"""The cache in a table, where there is no Redis: a count lives as long as its span, and no crowd pushes it out."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

from common import limits
from common.limits import TooMany
from config.settings.base import cache_for

pytestmark = pytest.mark.django_db
TABLE = "cache_of_this_test"
A_DAY = timedelta(hours=24)


@pytest.fixture(autouse=True)
def _table(settings: Any) -> None:
    settings.CACHES = {"default": {**cache_for(""), "LOCATION": TABLE}}
    call_command("createcachetable", verbosity=0)


def ends() -> list[object]:
    """When each entry ends."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT expires FROM {TABLE} ORDER BY cache_key")  # noqa: S608
        return [ends for (ends,) in cursor.fetchall()]


def test_counting_up_does_not_move_the_end() -> None:
    assert cache.add("tries", 1, timeout=A_DAY.total_seconds())
    before = ends()
    assert (cache.incr("tries"), cache.incr("tries", 5), cache.get("tries")) == (2, 7, 7)
    assert (ends(), len(before)) == (before, 1)


def test_what_is_not_counted_cannot_be_counted_up() -> None:
    with pytest.raises(ValueError, match="not found"):
        cache.incr("tries")
    cache.set("tries", 1, timeout=-1)
    with pytest.raises(ValueError, match="not found"):
        cache.incr("tries")
    assert ends() == []


def test_a_limit_of_a_day_holds_for_a_day(frozen: datetime) -> None:
    limits.spend("copy", 7, times=2, within=A_DAY)
    (end,) = ends()
    limits.spend("copy", 7, times=2, within=A_DAY)
    with pytest.raises(TooMany):
        limits.spend("copy", 7, times=2, within=A_DAY)
    assert ends() == [end]


def test_a_crowd_pushes_no_count_out() -> None:
    for number in range(400):  # more than Django keeps by itself
        cache.add(f"person-{number:03}", 1, timeout=600)
    assert sum(1 for number in range(400) if cache.get(f"person-{number:03}")) == 400


def test_one_more_costs_two_statements(django_assert_num_queries: Any, frozen: datetime) -> None:
    limits.spend("search", 7, times=9, within=A_DAY)
    with django_assert_num_queries(2):
        limits.spend("search", 7, times=9, within=A_DAY)
