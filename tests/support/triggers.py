"""What the database says about its triggers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

_CATALOGUE = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


def trigger_names() -> set[str]:
    """The names of all triggers that exist now."""
    with connection.cursor() as cursor:
        cursor.execute(_CATALOGUE[connection.vendor])
        return {row[0] for row in cursor.fetchall()}


@contextmanager
def unguarded(remove_sql: Callable[[str], list[str]]) -> Iterator[None]:
    """A block in which damage can be done, to see that it is found. All of it is rolled back at its end."""
    connection.check_constraints()
    with transaction.atomic():
        with connection.cursor() as cursor:
            for statement in remove_sql(connection.vendor):
                cursor.execute(statement)
        yield
        transaction.set_rollback(True)
