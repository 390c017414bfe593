"""What the database holds, as numbers that can be compared."""

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

from django.apps import apps
from django.db import connection

from tests.support.scene import undone

Answer = TypeVar("Answer")
READING = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK")
"""How a statement begins that writes nothing."""

SKIPPED = frozenset({"sessions.Session", "admin.LogEntry"})
"""What reading may write: the session."""


def snapshot(*skip: str) -> dict[str, tuple[int, str]]:
    """Model label -> (rows, hash of all columns of all rows)."""
    found = {}
    for model in apps.get_models():
        label = model._meta.label
        if label in SKIPPED or label in skip or not model._meta.managed or model._meta.proxy:
            continue
        rows = sorted(repr(row) for row in model._base_manager.order_by().values_list())
        found[label] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    return found


def changed(before: dict[str, tuple[int, str]], after: dict[str, tuple[int, str]]) -> dict[str, Any]:
    """The labels whose rows differ, with the counts."""
    return {label: (before[label][0], after[label][0]) for label in before if before[label] != after[label]}


def difference(act: Callable[[], Answer]) -> tuple[Answer, dict[str, Any]]:
    """What the act gave, and what it changed; all of it is taken back.

    The whole database is only read where a statement was run that may have written into it.
    """
    statements: list[str] = []

    def note(execute: Any, sql: str, *more: Any) -> Any:
        if not sql.lstrip().upper().startswith(READING) and '"django_session"' not in sql:
            statements.append(sql)
        return execute(sql, *more)

    with undone():
        with connection.execute_wrapper(note):
            answer = act()
        after = snapshot() if statements else None
    return answer, {} if after is None else changed(snapshot(), after)
