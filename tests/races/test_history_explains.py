"""What people were told is in the history, once each, in an order that leads to where the row is now (R17)."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ledger.audit import audit
from tests.races.explaining import Act, Row, Told, findings
from tests.races.traffic import Traffic, rich_people
from tests.support.figures import tell

SHORT: dict[str, float] = {"acts": 40}
FULL: dict[str, float] = {"seconds": 300}


@pytest.mark.row(id="R17")
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("filed")
@pytest.mark.parametrize("length", [SHORT, pytest.param(FULL, marks=pytest.mark.slow)], ids=["short", "full"])
def test_each_acknowledged_act_is_in_the_history_once(
    tmp_path: Path, frozen: datetime, length: dict[str, Any]
) -> None:
    traffic = Traffic(rich_people(frozen), tmp_path, frozen, is_mixed=False)
    traffic.run(4, **length)
    heard = Counter(one["heard"].partition(":")[0] for one in traffic.heard())
    assert set(heard) <= {"done", "refused"}, heard
    acts, entries, rows = traffic.acts(), traffic.entries(), traffic.rows()
    assert findings(acts, entries, rows, is_all=True) == []
    assert audit() == []
    assert len(acts) >= 10
    tell(
        "R17",
        f"4 processes: {len(acts):,} acknowledged acts and {heard['refused']:,} refusals on {len(rows)} "
        f"assignments; their {len(entries):,} entries explain each act and each final stage, 0 findings",
    )
    missed = undetected(acts, entries, rows)
    assert missed == []
    tell("R17", f"any one of {len(acts):,} entries dropped: found each time", is_control=True)


def undetected(acts: list[Act], entries: list[Told], rows: list[Row]) -> list[Told]:
    """The promised entries whose loss the checker does not notice: each is dropped in turn."""
    by_row = {row.subject: row for row in rows}
    kinds = {(act.subject, act.kind, act.actor) for act in acts}
    missed = []
    for lost in entries:
        row = by_row[lost.subject]
        if lost.sequence <= row.came_at or (lost.subject, lost.kind, lost.actor) not in kinds:
            continue
        mine = [one for one in entries if one.subject == lost.subject and one != lost]
        closed = [replace(one, sequence=n) for n, one in enumerate(mine, 1)]  # a thief renumbers the rest
        own = [act for act in acts if act.subject == lost.subject]
        if not findings(own, closed, [replace(row, version=len(closed))], is_all=True):
            missed.append(lost)
    return missed


# --- the checker itself, on histories that a person can follow

ROW = Row(7, "assigned", 3, came_at=1)
STORY = [Told(7, 1, "sent", 1), Told(7, 2, "applied", 5), Told(7, 3, "assigned", 1)]
ACTS = [Act(7, 5, "applied", 1, 2), Act(7, 1, "assigned", 2, 3)]


def test_a_whole_story_has_no_findings() -> None:
    assert findings(ACTS, STORY, [ROW], is_all=True) == []
    assert findings(ACTS[:1], STORY, [ROW], is_all=False) == []


@pytest.mark.parametrize(
    ("acts", "story", "row", "words"),
    [
        (ACTS, STORY[:2], ROW, "entries [1, 2] at version 3"),
        (ACTS, STORY[:2], replace(ROW, version=2), "history leads to sent"),
        (ACTS, STORY[:2], replace(ROW, version=2, state="sent"), "assigned by 1 was acknowledged"),
        ([*ACTS, ACTS[1]], STORY, ROW, "assigned by 1 was acknowledged"),
        ([ACTS[0], replace(ACTS[1], after=3, until=4)], STORY, ROW, "assigned by 1 was acknowledged"),
        ([ACTS[0], replace(ACTS[1], actor=2)], STORY, ROW, "assigned by 2 was acknowledged"),
        (ACTS[:1], STORY, ROW, "entry 3, assigned by 1, nobody did"),
        (ACTS, [STORY[0], replace(STORY[2], sequence=2), replace(STORY[1], sequence=3)], ROW, "applied by 5"),
        (ACTS, [*STORY, Told(7, 4, "paid", 1)], replace(ROW, version=4, state="paid"), "says paid in stage assigned"),
        (ACTS, [*STORY, STORY[2]], ROW, "entries [1, 2, 3, 3]"),
        ([*ACTS, Act(8, 1, "sent", 0, 1)], STORY, ROW, "not there"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_found(acts: list[Act], story: list[Told], row: Row, words: str) -> None:
    assert any(words in one for one in findings(acts, story, [row], is_all=True))


def test_two_who_acted_at_the_same_time_may_be_written_in_either_order() -> None:
    first, second = Act(7, 5, "posted", 1, 3), Act(7, 5, "posted", 1, 2)
    story = [Told(7, 1, "sent", 1), Told(7, 2, "posted", 5), Told(7, 3, "posted", 5)]
    assert findings([first, second], story, [Row(7, "sent", 3, 1)], is_all=True) == []
    assert findings([second, second], story, [Row(7, "sent", 3, 1)], is_all=True) != []
