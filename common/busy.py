"""Which database errors only say that somebody else holds the row, or that the server is away: trying again helps."""

from typing import Final

import psycopg
from django.db import InterfaceError, OperationalError

WAITED: Final = {"55P03", "40P01", "40001"}
"""PostgreSQL: a lock waited for longer than the settings allow, a deadlock, two moves that exclude each other."""
LOCKED: Final = ("database is locked", "database table is locked")
"""What SQLite says when another writer kept the database for longer than its timeout."""


def is_busy(error: BaseException) -> bool:
    """Whether the transaction was given up because others were at work on the same rows (docs/locking.md)."""
    if not isinstance(error, OperationalError):
        return False
    return getattr(error.__cause__, "sqlstate", None) in WAITED or str(error) in LOCKED


GOING: Final = ("08", "57P", "53300")
"""PostgreSQL: how the codes begin of a broken connection, a server that ends or starts, and no connection left."""


def is_away(error: BaseException | None) -> bool:
    """Whether PostgreSQL could not be reached, or went away in the middle of it: then nothing was written, unless it
    broke while it was committing. A pool without a free connection counts as away too."""
    cause = error.__cause__ if isinstance(error, (InterfaceError, OperationalError)) else None
    if not isinstance(cause, psycopg.Error) or is_busy(error or OperationalError()):
        return False
    return cause.sqlstate is None or cause.sqlstate.startswith(GOING)
