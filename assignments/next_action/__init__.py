"""What this person should do next on an assignment: one answer for the next card, the dashboard queue and mails (R3).

Works on rows of queries.with_facts, so that a whole list is answered from one query.
"""

from datetime import datetime

from assignments.models import Assignment
from assignments.next_action.client import CLIENT
from assignments.next_action.shape import NEEDS, Button, Next, url
from assignments.next_action.worker import WORKER, stands_by
from assignments.standing import Standing
from assignments.states import State

__all__ = ["NEEDS", "Button", "Next", "next_action", "url"]


def next_action(row: Assignment, found: Standing, verbs: frozenset[str], now: datetime) -> Next:
    """The next step for a viewer who stands so to the row and may do `verbs`."""
    if found.standby is not None and found.side == "worker" and not found.is_assigned:
        return stands_by(row, found, verbs)
    if found.side == "worker":
        answer = WORKER.get(State(row.state), _nothing)(row, found, verbs, now)
    else:
        answer = CLIENT.get(State(row.state), _nothing)(row, found, verbs, now)
    return answer


def _nothing(row: Assignment, found: Standing, verbs: frozenset[str], now: datetime) -> Next:
    return Next(f"This assignment is {State(row.state).label}.")
