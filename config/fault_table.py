"""docs/faults.md as data: the rows that are to be measured, the figures that tests told, and the table of both.

Pure: config/faults.py runs the tests, reads and writes the files.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

POSTGRES: Final = "PostgreSQL"
SQLITE: Final = "SQLite"


@dataclass(frozen=True, slots=True)
class Goal:
    """One row: what is done to the portal, what must come out, and on which databases it must be measured."""

    test: str
    goal: str
    databases: tuple[str, ...] = (POSTGRES,)


BOTH: Final = (POSTGRES, SQLITE)
GOALS: Final[dict[str, Goal]] = {
    "R1": Goal(
        "200 concurrent assigns of one assignment, 50 rounds", "1 winner, 199 calm refusals, 0 5xx", BOTH
    ),
    "R2": Goal(
        "50 double approves; 100 repeats of one idempotency key",
        "1 invoice, 1 effect, same answer; changed body 409",
        BOTH,
    ),
    "R3": Goal(
        "kill -9 of sweepers 1,000 times with work pending",
        "ledger 0, stuck 0, doubled 0, without history 0",
        BOTH,
    ),
    "R4": Goal("kill -9 of a web worker inside a POST, 200 times", "all or nothing each"),
    "R5": Goal("kill -9 of a PostgreSQL backend, then of the server, 20 times", "0 acknowledged writes lost"),
    "R6": Goal(
        "Redis flushed 20 times under load; down 10 min; frozen",
        "0 moves lost, delay at most 1 poll; web 0 5xx, p99 at most 2 s",
    ),
    "R7": Goal("24 h without any sweep, then one", "caught up, stages in order, each with history"),
    "R8": Goal(
        "two beats and four sweepers over 100,000 due", "each moved once; at least one sweeper's rate"
    ),
    "R9": Goal(
        "clock +1 day, -1 h; daylight saving both ways in five zones",
        "nothing twice; 0 differences from a UTC oracle",
    ),
    "R10": Goal(
        "cancel against start; edit against apply; apply against close; dispute against pay; admin against user: "
        "1,000 pairs each",
        "one outcome each, history agrees",
    ),
    "R11": Goal("the provider answers after a time-out, doubled, reordered: 100 times", "1 payout"),
    "R12": Goal("mail server down an hour", "0 lost; doubles only with the same message id"),
    "R13": Goal("one poisonous row in 1,000", "999 move, 1 parked, alert"),
    "R14": Goal(
        "8 processes of mixed verbs for 10 min; SQLite: 8 writers 5 min",
        "0 unhandled deadlocks, 0 lost; SQLite: 0 5xx",
        BOTH,
    ),
    "R15": Goal(
        "random walk of all verbs by all personas, 10,000 steps, against a plain model",
        "no illegal move, replayed history = state, ledger 0 per currency",
        BOTH,
    ),
    "R16": Goal("migration on 1M rows under load; backup and restore", "no lock over 3 s; ledger hash equal"),
    "R17": Goal("history checker over a client log of every acknowledged action", "explains the final state"),
}
HEAD: Final = (
    "| row | what is done | goal | database | figures | control: the naive way | result | measured |",
    "|---|---|---|---|---|---|---|---|",
)
MET: Final = "met"
NOT_MET: Final = "**not met**"
NOT_RUN: Final = "not run"
_LINE: Final = re.compile(r"^\| (R\d+) \|")

Key = tuple[str, str]
"""A row and a database."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What a test counted; a control's words say how the naive way failed."""

    row: str
    database: str
    words: str
    is_control: bool = False


def figures(lines: Iterable[str]) -> list[Figure]:
    """The figures of a file that tests wrote (tests/support/figures.py), each once and in order.

    Raises ValueError for a line that is none, or whose row is not in the table.
    """
    found: dict[Figure, None] = {}
    for line in lines:
        try:
            one = Figure(**json.loads(line))
        except (TypeError, json.JSONDecodeError) as error:
            raise ValueError(f"this is no figure: {line!r}") from error
        if one.row not in GOALS:
            raise ValueError(f"there is no row {one.row}")
        found[one] = None
    return list(found)


def wanted(rows: Iterable[str] = ()) -> list[str]:
    """These rows, in the order of the table; all when none is named. Raises ValueError for an unknown one."""
    named = {row.strip().upper() for row in rows if row.strip()}
    if unknown := named - set(GOALS):
        raise ValueError(f"there is no row {', '.join(sorted(unknown))}")
    return [row for row in GOALS if row in named or not named]


def results(ran: Iterable[str], told: Iterable[Figure], failed: set[Key]) -> dict[Key, str]:
    """Met, not met or not run, of each row that ran and each database for which it counts or told something."""
    told = list(told)
    measured = {(one.row, one.database) for one in told if not one.is_control}
    found = {}
    for row in ran:
        for database in BOTH:
            key = (row, database)
            if key in failed:
                found[key] = NOT_MET
            elif key in measured:
                found[key] = MET
            elif database in GOALS[row].databases:
                found[key] = NOT_RUN
    return found


def table(new: Mapping[Key, str], told: Iterable[Figure], when: str, old: str = "") -> list[str]:
    """The lines of the table: those that ran anew, the others as they stand in the text `old`; else not run."""
    told, kept = list(told), rows_of(old)
    lines = list(HEAD)
    for row, goal in GOALS.items():
        for database in BOTH:
            key = (row, database)
            if key in new:
                lines.append(_line(key, told, new[key], when))
            elif key in kept and not any(one == row for one, _ in new):
                lines.append(kept[key])
            elif database in goal.databases:
                lines.append(_line(key, [], NOT_RUN, ""))
    return lines


def _line(key: Key, told: Iterable[Figure], result: str, when: str) -> str:
    row, database = key
    mine = [one for one in told if (one.row, one.database) == key]
    plain = "<br>".join(one.words for one in mine if not one.is_control)
    control = "<br>".join(one.words for one in mine if one.is_control)
    goal = GOALS[row]
    cells = (row, goal.test, goal.goal, database, plain or "-", control or "-", result, when or "-")
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "/") for cell in cells) + " |"


def rows_of(text: str) -> dict[Key, str]:
    """The lines of a table that was written before, by row and database; without rows that are no more."""
    found = {}
    for line in text.splitlines():
        if _LINE.match(line):
            cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
            if len(cells) == len(HEAD[0].strip("| ").split(" | ")) and cells[0] in GOALS:
                found[cells[0], cells[3]] = line
    return found
