"""What fault tests get: an empty database of their own for each test, on PostgreSQL in a server of their own."""

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from tests.faults.cluster import Cluster, cluster
from tests.faults.programs import Redis
from tests.support.installed import Installed

_numbers = count(1)


@pytest.fixture(scope="session")
def server(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cluster]:
    """A PostgreSQL server that tests may kill, with the empty tables of the test database."""
    if connection.vendor != "postgresql":
        pytest.skip("needs DATABASE_URL of a PostgreSQL server")
    with django_db_blocker.unblock():
        named = connection.settings_dict
        connection.close()
    url = f"postgres://{named['USER']}:{named['PASSWORD']}@{named['HOST']}:{named['PORT']}/{named['NAME']}"
    with cluster(url) as made:
        yield made


@pytest.fixture(scope="session")
def blank(request: pytest.FixtureRequest) -> Cluster | Installed:
    """Where empty databases come from. Of the session, because it copies before a test opens its transaction."""
    return request.getfixturevalue("server" if connection.vendor == "postgresql" else "installed")


@pytest.fixture
def own_database(blank: Cluster | Installed, tmp_path: Path, db: None) -> str:
    """The address of an empty database of this test alone: of the kind that this run tests."""
    if isinstance(blank, Cluster):
        return blank.fresh(f"fault_{next(_numbers)}")
    blank(tmp_path)
    return f"sqlite:///{tmp_path / 'onsite.sqlite3'}"


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    """A Redis server of this test alone, which it may flush, freeze and kill. Skips where the program is missing."""
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed here")
    made = Redis(tmp_path)
    try:
        yield made.start()
    finally:
        made.kill()
