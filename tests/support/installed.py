"""An empty installation for tests that start processes of their own: the migrated tables without migrating again."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

Installed = Callable[[Path], None]
"""Puts the embedded database of an empty installation into a data folder, which it makes when it is missing."""


@pytest.fixture(scope="session")
def installed(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Installed:
    """A copy of the test database, taken while it is empty. Migrating a new one takes ten times as long."""
    path = tmp_path_factory.mktemp("installed") / "onsite.sqlite3"
    with django_db_blocker.unblock(), closing(sqlite3.connect(path)) as copy:
        connection.ensure_connection()
        connection.connection.backup(copy)
        assert copy.execute("SELECT count(*) FROM accounts_user").fetchone() == (0,)

    def install(var: Path) -> None:
        var.mkdir(exist_ok=True)
        (var / "onsite.sqlite3").write_bytes(path.read_bytes())

    return install
