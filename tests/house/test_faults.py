"""`make faults`: figures are read, rows that did not run are said, and the figures of other rows stay."""

import json
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from config import fault_table, faults, lanes
from config.fault_table import GOALS, MET, NOT_MET, NOT_RUN, POSTGRES, SQLITE, Figure
from tests.support.figures import full_counts

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
ONE = Figure("R1", POSTGRES, "50 rounds: 50 won")
NAIVE = Figure("R1", POSTGRES, "9 to 16 won", is_control=True)


def line(one: Figure) -> str:
    return json.dumps(
        {"row": one.row, "database": one.database, "words": one.words, "is_control": one.is_control}
    )


def test_figures_are_read_once_each_and_in_order() -> None:
    assert fault_table.figures([line(NAIVE), line(ONE), line(NAIVE)]) == [NAIVE, ONE]


@pytest.mark.parametrize(
    "wrong", ["", "[]", "{}", '{"row": "R1"}', "R1: 50 won", line(Figure("R99", SQLITE, "x"))]
)
def test_what_is_no_figure_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"no figure|no row R99"):
        fault_table.figures([wrong])


def test_rows_are_named_in_any_order_and_unknown_ones_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert fault_table.wanted(["r9", " R1", ""]) == ["R1", "R9"]
    assert fault_table.wanted([""]) == list(GOALS)
    with pytest.raises(SystemExit):
        faults.main(["--rows", "R1,R18"])
    assert "there is no row R18" in capsys.readouterr().err


def test_every_row_of_the_goals_is_there() -> None:
    assert list(GOALS) == [f"R{number}" for number in range(1, 18)]
    assert {row for row, goal in GOALS.items() if SQLITE in goal.databases} == {
        "R1",
        "R2",
        "R3",
        "R14",
        "R15",
    }


def test_a_row_is_met_by_its_figures_and_not_by_its_controls() -> None:
    told = [ONE, Figure("R1", SQLITE, "naive", is_control=True), Figure("R9", SQLITE, "0 twice")]
    found = fault_table.results(["R1", "R9", "R4"], told, failed=set())
    assert found == {
        ("R1", POSTGRES): MET,
        ("R1", SQLITE): NOT_RUN,
        ("R9", POSTGRES): NOT_RUN,
        ("R9", SQLITE): MET,
        ("R4", POSTGRES): NOT_RUN,
    }
    assert fault_table.results(["R1"], told, failed={("R1", POSTGRES)})["R1", POSTGRES] == NOT_MET


def test_the_table_has_each_row_and_says_what_was_not_run() -> None:
    lines = fault_table.table(
        {("R1", POSTGRES): MET, ("R1", SQLITE): NOT_RUN}, [ONE, NAIVE], "2026-12-01, abc"
    )
    assert lines[2] == (
        "| R1 | 200 concurrent assigns of one assignment, 50 rounds | 1 winner, 199 calm refusals, 0 5xx "
        "| PostgreSQL | 50 rounds: 50 won | 9 to 16 won | met | 2026-12-01, abc |"
    )
    assert lines[3].endswith("| SQLite | - | - | not run | 2026-12-01, abc |")
    assert len(lines) == 2 + sum(len(goal.databases) for goal in GOALS.values())
    assert all(one.endswith("| - | - | not run | - |") for one in lines[4:])


def test_words_never_break_the_table() -> None:
    odd = Figure("R1", POSTGRES, "a | b\nc")
    lines = fault_table.table({("R1", POSTGRES): MET}, [odd, ONE], "now")
    assert "| a / b c<br>50 rounds: 50 won |" in lines[2]
    every = {(row, database) for row, goal in GOALS.items() for database in goal.databases}
    assert set(fault_table.rows_of("\n".join(lines))) == every


def test_rows_that_did_not_run_now_keep_their_lines() -> None:
    first = fault_table.table({("R1", POSTGRES): MET, ("R1", SQLITE): MET}, [ONE, NAIVE], "2026-12-01, abc")
    old = "# Title\n\n" + "\n".join(first) + "\n| R99 | gone | | SQLite | 1 | - | met | - |\n"
    second = fault_table.table({("R9", SQLITE): MET, ("R9", POSTGRES): NOT_MET}, [], "2026-12-02, def", old)
    assert second[2:4] == first[2:4]
    assert [one for one in second if "2026-12-02" in one] == [
        one for one in second if one.startswith("| R9 |")
    ]
    assert not [one for one in second if one.startswith("| R99 |")]


def test_a_row_that_runs_again_leaves_no_line_of_a_database_that_is_not_there_now() -> None:
    first = fault_table.table({("R9", SQLITE): MET, ("R9", POSTGRES): MET}, [], "then")
    second = fault_table.table({("R9", POSTGRES): MET}, [], "now", "\n".join(first))
    assert [one.rsplit("| ", 1)[1] for one in second if one.startswith("| R9 |")] == ["now |"]


@pytest.mark.parametrize(
    ("told", "failed", "code"),
    [([ONE, Figure("R1", SQLITE, "x")], set(), 0), ([ONE], set(), 1), ([ONE], {("R1", SQLITE)}, 1)],
)
def test_the_page_is_written_and_the_command_fails_with_a_row(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: list[Figure], failed: set[Any], code: int
) -> None:
    monkeypatch.setattr(faults, "PAGE", tmp_path / "faults.md")
    assert faults.write(["R1"], told, failed, command="make faults ROWS=R1", at="abc", now=NOW) == code
    text = (tmp_path / "faults.md").read_text(encoding="utf-8")
    assert text.startswith(
        "# What faults were tried, and what came out\n\nWritten by `make faults ROWS=R1` on 2026-12-01"
    )
    assert f"{faults.os.cpu_count()} cores" in text
    assert "50 rounds: 50 won" in text


def test_a_row_whose_tests_fail_is_not_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[list[str], dict[str, str]]] = []
    environment = {"ONSITE_TEST_REDIS_URL": "redis://x", "DATABASE_URL": "x"}

    def answer(code: int) -> Any:
        return lambda command, given: (asked.append((command, given)), (code, ""))[1]

    for code, is_good in ((0, True), (5, True), (1, False), (2, False)):
        monkeypatch.setattr(faults, "tee", answer(code))
        assert faults.run_row("R1", environment, tmp_path / "f") is is_good
    figures = {"DATABASE_URL": "x", "ONSITE_FIGURES": str(tmp_path / "f")}
    for (command, given), redis in zip(asked[:2], ("not redis", "redis"), strict=True):
        assert command[-2:] == [
            f'row(id="{"R1"}") and {redis} and not browser',
            "tests/races/test_assigns.py",
        ]
        assert given == (
            figures if redis == "not redis" else {**figures, "ONSITE_TEST_REDIS_URL": "redis://x"}
        )


def test_a_row_without_tests_runs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "tee", lambda *given: pytest.fail("pytest was started"))
    monkeypatch.setattr(lanes, "ROOT", tmp_path)
    assert faults.run_row("R1", {}, tmp_path / "f")


class Item:
    """As much of a collected test as the choice of forms asks for."""

    def __init__(self, name: str, *marks: str) -> None:
        self.path, self.name, self.originalname, self.marks = (
            Path("t.py"),
            name,
            name.partition("[")[0],
            marks,
        )

    def get_closest_marker(self, name: str) -> bool:
        return name in self.marks


def test_short_forms_are_left_out_where_a_row_has_full_counts() -> None:
    items: list[Any] = [
        Item("test_a[1]", "row"),
        Item("test_a[50]", "row", "slow"),
        Item("test_b[x]", "row"),
        Item("test_c[1]"),
        Item("test_c[9]", "slow"),
    ]
    assert [one.name for one in full_counts(items)] == ["test_a[50]", "test_b[x]", "test_c[1]", "test_c[9]"]


def test_rows_run_one_by_one_and_the_page_grows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A row that fails does not keep the next one from being measured; its failure is the command's."""

    def run_row(row: str, environment: dict[str, str], figures: Path) -> bool:
        if row == "R4":
            return False
        figures.write_text(line(Figure(row, environment["database"], f"{row} counted")) + "\n")
        return True

    here = contextmanager(lambda: iter([{POSTGRES: {"database": POSTGRES}}]))
    monkeypatch.setattr(faults, "PAGE", tmp_path / "faults.md")
    monkeypatch.setattr(faults, "databases", here)
    monkeypatch.setattr(faults, "run_row", run_row)
    assert faults.main(["--rows", "R4,R5"]) == 1
    rows = lines_of(tmp_path / "faults.md")
    assert "| **not met** |" in rows["R4", POSTGRES]
    assert "| R5 counted | - | met |" in rows["R5", POSTGRES]
    assert faults.main(["--rows", "R5"]) == 0
    assert lines_of(tmp_path / "faults.md")["R4", POSTGRES] == rows["R4", POSTGRES]


def lines_of(page: Path) -> dict[fault_table.Key, str]:
    return fault_table.rows_of(page.read_text(encoding="utf-8"))
