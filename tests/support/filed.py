"""A database that several connections share: the test's own on PostgreSQL, a file of an empty installation on SQLite.

The usual SQLite test database lives in memory, where two connections meet other locks than in a file.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.support.installed import Installed


@pytest.fixture
def filed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | None]:
    """Each thread gets a connection of its own to the same rows. Use it with `django_db(transaction=True)`.

    Gives the folder of the SQLite file `onsite.sqlite3`; None on PostgreSQL.
    """
    if connection.vendor != "sqlite":
        yield None
        return
    install: Installed = request.getfixturevalue("installed")
    install(tmp_path)
    name, options = connection.settings_dict["NAME"], dict(connection.settings_dict["OPTIONS"])
    kept, connection.connection = (
        connection.connection,
        None,
    )  # a memory database ends with its last connection
    connection.settings_dict["NAME"] = str(tmp_path / "onsite.sqlite3")
    try:
        yield tmp_path
    finally:
        BaseDatabaseWrapper.close(connection)
        connection.settings_dict["NAME"], connection.settings_dict["OPTIONS"] = name, options
        connection.connection = kept
