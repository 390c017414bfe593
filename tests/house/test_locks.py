"""Rows are locked as strongly as a change of them needs, and no more (docs/locking.md)."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = "accounts assignments clients common config ledger notifications payments timeline workers".split()
KEY_LOCK = re.compile(r"select_for_update\((?!no_key=True)|FOR UPDATE")


def code() -> list[Path]:
    return [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]


def test_no_lock_stands_in_the_way_of_a_foreign_key() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in code()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if KEY_LOCK.search(line) and '"""' not in line
    ]
    assert found == []


@pytest.mark.parametrize(
    "line", ["rows.select_for_update().get()", "select_for_update(of=('self',))", "x FOR UPDATE"]
)
def test_the_search_finds_each_way(line: str) -> None:
    assert KEY_LOCK.search(line)
    assert not KEY_LOCK.search("select_for_update(no_key=True, of=('self',))")
