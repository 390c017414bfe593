"""What every test has: no leftovers in the cache, and a clock that can be set."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.db import connection
from hypothesis import HealthCheck, settings

from common import clock
from tests.factories import People, make_people
from tests.support.figures import FIGURES, full_counts
from tests.support.flush import flush_with_triggers
from tests.support.installed import installed

__all__ = ["flush_with_triggers", "installed"]

# A busy machine is no finding: properties say what holds, benchmarks/ says how fast.
# The usual run draws the same examples each time: a change is judged by what it changed. `make long` draws anew.
DRAWS_ANEW = bool(os.environ.get("ONSITE_TEST_DRAW"))
settings.register_profile(
    "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=not DRAWS_ANEW
)
settings.load_profile("patient")

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
"""The frozen instant: a Tuesday, in winter time of New York (7:00 AM EST)."""


def chromium() -> str:
    """Path of the browser that stories are run in."""
    return os.environ.get("ONSITE_CHROMIUM", "/usr/bin/chromium")


DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}


def pytest_collection_finish() -> None:
    """What was imported stays: looking at it again and again took a sixth of the processor time of the suite."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


@pytest.hookimpl(tryfirst=True)  # before pytest's own selection by marker
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A plain `pytest` skips what this environment cannot run; the lanes select by marker.

    A test that touches no database says the same on all of them: it is marked `one_database`, and runs once.
    """
    if os.environ.get(FIGURES):
        items[:] = full_counts(items)
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if not item.get_closest_marker("django_db") and not fixtures & DATABASE_FIXTURES:
            item.add_marker("one_database")
    absent = {
        "postgres": connection.vendor != "postgresql" and "needs DATABASE_URL of a PostgreSQL server",
        "redis": not os.environ.get("ONSITE_TEST_REDIS_URL") and "needs ONSITE_TEST_REDIS_URL",
        "browser": not os.access(chromium(), os.X_OK) and "needs Chromium (ONSITE_CHROMIUM)",
    }
    for item in items:
        for marker, reason in absent.items():
            if reason and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Rate limits live in the cache: no test inherits those of another."""
    yield
    cache.clear()


@pytest.fixture
def frozen() -> Iterator[datetime]:
    """The clock stands still at NOON."""
    with clock.moved(NOON):
        yield NOON


@pytest.fixture
def at() -> Callable[[datetime], AbstractContextManager[None]]:
    """`with at(instant): ...` sets the clock for a block."""
    return clock.moved


@pytest.fixture
def people(db: None, frozen: datetime) -> People:
    """Two funded companies with their people and five workers, at NOON (tests/factories.py)."""
    return make_people()
