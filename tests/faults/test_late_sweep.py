"""R7: 24 hours without any sweep, then one. Everything that fell due is caught up, stage by stage, with its history."""

import subprocess
from pathlib import Path

import pytest

from tests.faults import broken, naive, seeding_work
from tests.faults.portal import Portal, portal
from tests.faults.programs import ROOT, python
from tests.support.figures import tell
from tests.support.mail_server import mail_server

pytestmark = [pytest.mark.django_db, pytest.mark.row(id="R7")]
ORDER = (
    "assignment.created", "assignment.sent", "assignment.applied", "assignment.assigned", "assignment.started",
    "assignment.checked_in", "assignment.checked_out", "assignment.submitted", "assignment.approved", "invoice.issued",
    "assignment.paid",
)  # fmt: skip
"""Of those that an assignment has, each comes after the ones before it."""


def history(made: Portal) -> dict[int, list[tuple[int, str, str]]]:
    """Assignment -> its entries (sequence, kind, instant), in order."""
    found: dict[int, list[tuple[int, str, str]]] = {}
    sql = "SELECT subject_id, sequence, kind, at FROM timeline_entry WHERE subject_type = 'assignment' ORDER BY 1, 2"
    for pk, sequence, kind, at in made.ask(sql):
        found.setdefault(pk, []).append((sequence, kind, str(at)))
    return found


def out_of_order(made: Portal) -> list[int]:
    """Assignments whose history has a gap, goes back in time, or tells a stage before the one that leads to it."""
    wrong = []
    for pk, entries in history(made).items():
        numbers, instants = [one[0] for one in entries], [one[2] for one in entries]
        stages = [ORDER.index(kind) for _, kind, _ in entries if kind in ORDER]
        if (
            numbers != list(range(1, len(entries) + 1))
            or instants != sorted(instants)
            or stages != sorted(stages)
        ):
            wrong.append(pk)
    return wrong


def payments(made: Portal) -> list[str]:
    """The due dates of paid invoices in the order in which their money moved."""
    sql = """
        SELECT i.due_on FROM payments_invoice i
        JOIN ledger_posting p ON p.subject_type = 'invoice' AND p.subject_id = i.id
        JOIN ledger_entry e ON e.posting_id = p.id
        JOIN assignments_assignment a ON a.id = i.assignment_id AND a.terms_days > 0
        WHERE p.kind = 'invoice.paid' GROUP BY i.id, i.due_on ORDER BY min(e.id)"""
    return [str(due) for (due,) in made.ask(sql)]


@pytest.mark.parametrize(
    "work",
    [
        {"starts": 8, "silence": 3, "pay": 3},
        pytest.param({"starts": 240, "silence": 60, "pay": 60}, marks=pytest.mark.slow),
    ],
    ids=["short", "full"],
)
def test_one_sweep_catches_up_a_day(own_database: str, tmp_path: Path, work: dict[str, int]) -> None:
    with (
        mail_server() as server,
        portal(tmp_path, own_database, EMAIL_URL=server.url) as made,
        made.warm() as act,
    ):
        act(seeding_work.day_without_sweeps, **work)
        before = act(broken.found)
        subprocess.run(python("manage", "sweep"), cwd=ROOT, env=made.environment, check=True, timeout=580)
        states = dict(made.ask("SELECT state, count(*) FROM assignments_assignment GROUP BY 1"))
        after = act(broken.found)
        late, paid = out_of_order(made), payments(made)
    due = sum(work.values())
    assert before["stuck"] == due
    assert states == {"in_progress": work["starts"], "paid": work["silence"] + work["pay"]}
    assert {name: count for name, count in after.items() if count} == {}
    assert late == []
    assert len(paid) == work["pay"] and paid == sorted(paid)
    tell(
        "R7",
        f"24 h without a sweep, {due} moves due; one sweep: {due} caught up, 0 out of order, 0 without history",
    )


def test_the_control_that_looks_at_the_last_minute_misses_a_day(own_database: str, tmp_path: Path) -> None:
    """The check of the test above sees what was left behind."""
    with portal(tmp_path, own_database) as made, made.warm() as act:
        act(seeding_work.day_without_sweeps, starts=4, silence=0, pay=0)
        assert act(naive.start_of_this_minute) == 0
        left = act(broken.found)["stuck"]
    assert left == 4
    tell("R7", f"a timer that looks at the last minute: {left} of 4 left behind", is_control=True)
