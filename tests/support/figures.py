"""What fault tests counted: printed, and kept for docs/faults.md when `make faults` asks for it (ONSITE_FIGURES)."""

import json
import os
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from django.db import connection

FIGURES = "ONSITE_FIGURES"
"""Names the file of the figures; set by `make faults` alone."""


def tell(row: str, words: str, *, is_control: bool = False) -> None:
    """One figure of a row of quality.md, part 2: ("R3", "1,000 kills with work pending: 0 lost, 0 doubled").

    A control is the naive way beside it, which has to fail: its words say how.
    """
    database = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    sys.stdout.write(f"\n{row} on {database}{' (control)' if is_control else ''}: {words}\n")
    path = os.environ.get(FIGURES, "")
    if path:
        line = {"row": row, "database": database, "words": words, "is_control": is_control}
        with Path(path).open("a", encoding="utf-8") as kept:
            kept.write(json.dumps(line) + "\n")


def full_counts(items: list[pytest.Item]) -> list[pytest.Item]:
    """Without the short forms of tests of a row that have a slow form too: their figures would stand beside it."""
    forms: dict[tuple[Path, str], list[pytest.Item]] = defaultdict(list)
    for item in items:
        if item.get_closest_marker("row"):
            forms[item.path, getattr(item, "originalname", item.name)].append(item)
    short = {
        one
        for found in forms.values()
        if any(item.get_closest_marker("slow") for item in found)
        for one in found
        if not one.get_closest_marker("slow")
    }
    return [item for item in items if item not in short]
