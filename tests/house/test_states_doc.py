"""docs/states.md is what the code says, and the code says what mission.md C01 asks."""

from assignments.management.commands.statemachine import moves, page, path
from assignments.models import Assignment
from assignments.states import State


def test_the_page_is_current() -> None:
    assert path().read_text() == page(), "run: python manage.py statemachine --write"


def test_the_moves_are_those_of_the_decisions() -> None:
    """domain.md 1.2 as D1-D7 settle it, written out by hand."""
    assert {(move.name, move.source, move.target) for move in moves(Assignment)} == {
        ("send", "draft", "sent"),
        ("assign", "draft", "assigned"),
        ("assign", "sent", "assigned"),
        ("start", "assigned", "in_progress"),
        ("hold", "assigned", "on_hold"),
        ("hold", "in_progress", "on_hold"),
        ("resume", "on_hold", "assigned"),
        ("resume", "on_hold", "in_progress"),
        ("decline_resume", "on_hold", "sent"),
        ("unassign", "assigned", "sent"),
        ("unassign", "in_progress", "sent"),
        ("unassign", "on_hold", "sent"),
        ("back_out", "assigned", "sent"),
        ("submit", "in_progress", "pending_approval"),
        ("send_back", "pending_approval", "in_progress"),
        ("approve", "pending_approval", "approved"),
        ("stop_payment", "approved", "pending_approval"),
        ("pay", "approved", "paid"),
        ("cancel", "sent", "cancelled"),
        ("cancel", "assigned", "cancelled"),
        ("cancel", "in_progress", "cancelled"),
        ("cancel", "on_hold", "cancelled"),
        ("cancel", "pending_approval", "cancelled"),
    }


def test_nothing_leads_out_of_paid_or_cancelled() -> None:
    assert not {move.source for move in moves(Assignment)} & {State.PAID, State.CANCELLED}


def test_every_stage_has_its_words() -> None:
    assert [state.label for state in State] == [
        "Draft",
        "Available",
        "Assigned",
        "In Progress",
        "On Hold",
        "Pending Approval",
        "Approved",
        "Paid",
        "Cancelled",
    ]
