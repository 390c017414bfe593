"""Which database errors only say that somebody else holds the row: nothing is wrong, and trying again helps."""

from typing import Final

from django.db import OperationalError

WAITED: Final = {"55P03", "40P01", "40001"}
"""PostgreSQL: a lock waited for longer than the settings allow, a deadlock, two moves that exclude each other."""
LOCKED: Final = ("database is locked", "database table is locked")
"""What SQLite says when another writer kept the database for longer than its timeout."""


def is_busy(error: BaseException) -> bool:
    """Whether the transaction was given up because others were at work on the same rows (docs/locking.md)."""
    if not isinstance(error, OperationalError):
        return False
    return getattr(error.__cause__, "sqlstate", None) in WAITED or str(error) in LOCKED
