"""What fault tests counted: printed, and kept for docs/faults.md when `make faults` asks for it (ONSITE_FIGURES)."""

import json
import os
import sys
from pathlib import Path

from django.db import connection


def tell(row: str, words: str, *, is_control: bool = False) -> None:
    """One figure of a row of quality.md, part 2: ("R3", "1,000 kills with work pending: 0 lost, 0 doubled").

    A control is the naive way beside it, which has to fail: its words say how.
    """
    database = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    sys.stdout.write(f"\n{row} on {database}{' (control)' if is_control else ''}: {words}\n")
    path = os.environ.get("ONSITE_FIGURES", "")
    if path:
        line = {"row": row, "database": database, "words": words, "is_control": is_control}
        with Path(path).open("a", encoding="utf-8") as kept:
            kept.write(json.dumps(line) + "\n")
