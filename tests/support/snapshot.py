"""What the database holds, as numbers that can be compared."""

import hashlib
from typing import Any

from django.apps import apps

SKIPPED = frozenset({"sessions.Session", "assignments.ThreadRead", "admin.LogEntry"})
"""What reading may write: the session, and up to where a thread was read."""


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
