"""A stage moves only through its machine: no `.update(state=...)` and no SQL that writes it (decisions.md D15)."""

import ast
import re
from pathlib import Path

import pytest

from common.fsm import StateField

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("config payments assignments clients workers ledger notifications timeline accounts common").split()
SWEEPS = {"assignments/sweeps.py", "payments/sweeps.py"}
OTHER_STATES = {"notifications/outbox.py"}
"""States of delivery, not of a machine: rows of the outbox are claimed by conditional updates."""


def sources() -> list[Path]:
    found = (path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def writes_state(text: str) -> list[int]:
    """Line numbers of calls that write a state past the machine."""
    lines = []
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        is_update = node.func.attr in ("update", "aupdate") and any(k.arg == "state" for k in node.keywords)
        bulk = node.func.attr in ("bulk_update", "abulk_update") and "'state'" in ast.unparse(node)
        if is_update or bulk:
            lines.append(node.lineno)
    return lines + [
        text[: match.start()].count("\n") + 1
        for match in re.finditer(r"UPDATE\s+\w+\s+SET\s+[^;]*\bstate\s*=", text, re.I)
    ]


def test_no_state_is_written_past_the_machine() -> None:
    asked = [path for path in sources() if name(path) not in SWEEPS | OTHER_STATES]
    wrong = {name(path): lines for path in asked if (lines := writes_state(path.read_text()))}
    assert (wrong, len(asked) > 100) == ({}, True)


@pytest.mark.parametrize(
    "text",
    [
        "Assignment.objects.filter(pk=1).update(title='x', state='paid')",
        "rows.bulk_update(found, ['state'])",
        "cursor.execute('UPDATE assignments_assignment SET state = %s')",
    ],
)
def test_the_search_finds_each_way(text: str) -> None:
    assert writes_state(text) == [1]


def test_the_field_is_protected() -> None:
    assert StateField().protected is True
