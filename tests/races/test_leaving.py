"""Leaving and stepping in at the same instant: one worker leaves once, one standby steps in once."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, connections

from assignments import standby_sweeps
from assignments.actions import assigning, revisits, standbys, visits
from assignments.models import Assignment, Engagement, Revisit, Standby
from assignments.states import State
from ledger.reserve import reserved
from tests.factories import People, assignment_in, worker
from tests.races.test_assignments import crowd, kinds, split, whole
from tests.support.together import at_once

__all__ = ["crowd"]

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs real row locks"),
]


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who wins is asked here, not how long a busy machine lets the other wait for the lock."""
    options = {**connections.settings["default"].get("OPTIONS", {}), "options": "-c lock_timeout=0"}
    monkeypatch.setitem(connections.settings["default"], "OPTIONS", options)


def ready(people: People, **columns: object) -> Assignment:
    """Assigned, with a standby of its own who agreed."""
    number = Assignment.objects.count()
    row = assignment_in(
        State.ASSIGNED, owner=people.owner, by=worker(f"First {number}"), confirm_hours=24, **columns
    )
    second = worker(f"Second {number}")
    standbys.name_standby(row.pk, second, actor=people.owner, promote_unconfirmed=True)
    standbys.accept_standby(row.pk, actor=second.user)
    return Assignment.objects.get(pk=row.pk)


def assert_stepped_in_once(row: Assignment) -> None:
    now = whole(row)
    standby = Standby.objects.get(assignment=row)
    assert (now.state, now.worker_id, standby.state) == (State.ASSIGNED, standby.worker_id, "promoted")
    ends = [one.ended_at is None for one in Engagement.objects.filter(assignment=row).order_by("id")]
    assert ends == [False, True]
    assert kinds(row)["standby_promoted"] == 1
    assert reserved("assignment", row.pk).total.minor == 38_500


def test_back_out_against_unassign_promotes_once(crowd: People, frozen):
    for _ in range(12):
        row = ready(crowd)
        leave = partial(assigning.back_out, row.pk, actor=row.worker.user, reason="ill", note="Flu.")
        remove = partial(
            assigning.unassign,
            row.pk,
            actor=crowd.owner,
            reason="worker_cancelled",
            note="Called.",
            original_budget=True,
            engagement_id=row.engagement_id,
        )
        won, refused = split(at_once([leave, remove], at=frozen))
        assert (len(won), len(refused)) == (1, 1)
        found = kinds(row)
        assert found["backed_out"] + found["unassigned"] == 1
        assert_stepped_in_once(row)


def test_ten_sweeps_promote_once_on_a_missed_confirmation(crowd: People, frozen):
    row = ready(crowd)
    results = at_once([standby_sweeps.promote_standbys] * 10, at=row.confirm_due_at)
    split(results)
    assert sum(results) == 1
    assert_stepped_in_once(row)


def test_a_late_confirmation_against_the_sweep(crowd: People, frozen):
    for _ in range(8):
        row = ready(crowd)
        confirm = partial(visits.confirm, row.pk, actor=row.worker.user)
        results = at_once([confirm, standby_sweeps.promote_standbys], at=row.confirm_due_at)
        if isinstance(results[0], Exception):
            assert_stepped_in_once(row)
        else:
            now = whole(row)
            assert (now.worker_id, Standby.objects.get(assignment=row).state) == (row.worker_id, "ready")
            Standby.objects.filter(assignment=row).delete()


def test_a_back_out_against_the_end_of_standing_by(crowd: People, frozen):
    for _ in range(8):
        row = ready(crowd)
        standby = Standby.objects.get(assignment=row)
        leave = partial(assigning.back_out, row.pk, actor=row.worker.user, reason="ill", note="Flu.")
        end = partial(standbys.end_standby, row.pk, actor=standby.worker.user)
        results = at_once([leave, end], at=frozen)
        assert not isinstance(results[0], Exception)
        now = whole(row)
        if isinstance(results[1], Exception):
            assert_stepped_in_once(row)
        else:
            assert (now.state, now.worker_id) == (State.SENT, None)


def test_ten_clicks_make_one_revisit(crowd: People, frozen):
    row = assignment_in(State.IN_PROGRESS, owner=crowd.owner, by=crowd.worker)
    make = partial(revisits.make_revisit, row.pk, actor=crowd.owner, note="The rest.", price_minor=9_000)
    won, refused = split(at_once([make] * 10, at=frozen + timedelta(minutes=1)))
    assert (len(won), len(refused)) == (1, 9)
    assert (Revisit.objects.count(), Assignment.objects.count()) == (1, 2)
    assert whole(row).state == State.IN_PROGRESS
