"""One assignment in a stage with all personas around it, for the matrix tests."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from assignments.actions import assigning, closeout, drafting, sourcing, talk
from assignments.actions.drafting import Content
from assignments.actions.sourcing import Offer
from assignments.models import Application, Assignment
from assignments.states import State
from common import clock
from common.errors import DomainError
from common.money import Money
from tests.factories import STARTED, People, Walk, assignment_in, path_to, steps
from timeline.models import Entry
from workers.models import Worker


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def scene(people: People, state: str, *, pay: Money | None = None, **columns: Any) -> Assignment:
    """`removed` had it and was removed; `applicant` applied, `invited` was asked; then `worker` got it.

    Owned by the User `user_owner`, followed by the User `follower`. The start lies 6 hours ahead, or 2 hours back
    once the work has started. Confirmation is asked.
    """
    now = clock.now()
    path = path_to(state, None)
    start = now - timedelta(hours=2) if STARTED & set(path) else now + timedelta(hours=6)
    columns = {"owner": people.user_owner, "start_at": start, "confirm_hours": 24, **columns}
    at = steps(now, start)
    row = assignment_in(State.DRAFT, owner=people.owner, content=Content(columns), start_at=start)
    talk.follow(row.pk, actor=people.follower)
    walk = Walk(row.pk, people.owner, people.worker, at, start)
    if path[1:]:
        walk.send((people.invited,))
        give_and_take(walk, people.removed)
        walk.apply_all((people.applicant,))
    for step in path[2:]:
        if step == State.ASSIGNED:
            walk.assign()
        elif step == State.CANCELLED:
            walk.cancel(pay)
        else:
            getattr(walk, f"to_{step}")()
    return Assignment.objects.get(pk=row.pk)


def give_and_take(walk: Walk, removed: Worker) -> None:
    """`removed` gets it for a moment."""
    with walk.at("sent"):
        chosen = sourcing.apply(walk.pk, Offer(), actor=removed.user)
        assigning.assign(walk.pk, chosen.pk, actor=walk.owner)
        unassign(walk.row, walk.owner)


def unassign(row: Assignment, actor: Any, **more: Any) -> None:
    with_defaults = {"reason": "other", "note": "Another plan.", "original_budget": True, **more}
    assigning.unassign(row.pk, actor=actor, **with_defaults)


def apply(row: Assignment, worker: Worker, offer: Offer | None = None) -> Application:
    return sourcing.apply(row.pk, offer or Offer(), actor=worker.user)


def assign(row: Assignment, worker: Worker, actor: Any) -> Assignment:
    """Accept the pending offer of a worker; makes one first where there is none."""
    pending = Application.objects.filter(assignment=row, worker=worker, state="pending").first()
    return assigning.assign(row.pk, (pending or apply(row, worker)).pk, actor=actor)


def invite(row: Assignment, worker: Worker, actor: Any) -> None:
    drafting.invite(row.pk, [worker], actor=actor)


def cancel(row: Assignment, actor: Any, **more: Any) -> None:
    closeout.cancel(row.pk, actor=actor, **{"reason": "not_needed", "note": "", **more})


def refused(act: Callable[[Assignment, People], Any], row: Assignment, people: People) -> DomainError:
    """The refusal, after making sure that nothing changed."""
    entries, version = Entry.objects.count(), Assignment.objects.get(pk=row.pk).version
    with pytest.raises(DomainError) as caught:
        act(row, people)
    assert (Entry.objects.count(), Assignment.objects.get(pk=row.pk).version) == (entries, version)
    return caught.value
