"""Two hundred workers accept at the same instant: one is assigned, the others hear so calmly (issue 3, point 1)."""

from collections import Counter
from datetime import datetime
from functools import partial

import pytest
from django.db import connection, connections

from assignments import sweeps
from assignments.actions import assigning, routing, sourcing
from assignments.actions.sourcing import Offer
from assignments.models import AgreementSheet, Application, Assignment, Engagement, Invitation, RouteMode
from assignments.routing import MARKET, by_name
from assignments.states import State
from common.errors import AlreadyDone, Conflict, WrongState
from ledger.audit import audit
from ledger.models import Reservation
from notifications.models import Message
from tests.factories import People, make_people
from tests.support.crowd import crowd_of
from tests.support.together import at_once
from tests.support.waves import offered, pool_of, pool_wave, sent
from timeline.models import Entry

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs real row locks"),
]
CROWD = 200
CONNECTIONS = 40
"""The server allows a hundred, and others use it too: the rest wait at the door as in a pool of connections."""


@pytest.fixture
def people(frozen: datetime) -> People:
    return make_people()


@pytest.fixture
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who wins is asked here, not how long a busy machine lets the others wait for the lock."""
    options = {**connections.settings["default"]["OPTIONS"], "options": "-c lock_timeout=0"}
    monkeypatch.setitem(connections.settings["default"], "OPTIONS", options)


def kinds(row: Assignment) -> Counter[str]:
    entries = Entry.objects.filter(subject_type="assignment", subject_id=row.pk)
    return Counter(entry.kind.removeprefix("assignment.") for entry in entries)


@pytest.mark.usefixtures("_patient")
def test_two_hundred_accept_and_one_is_assigned(people: People, frozen: datetime):
    workers = crowd_of(CROWD)
    row = offered(people, *workers, is_marketplace=False)
    acts = [partial(routing.accept, row.pk, actor=worker.user) for worker in workers]
    results = at_once(acts, at=frozen, connections=CONNECTIONS)

    refused = [one for one in results if isinstance(one, Exception)]
    assert (len(results) - len(refused), len(refused)) == (1, CROWD - 1)
    assert {(type(one), str(one)) for one in refused} == {(WrongState, routing.TAKEN)}
    now = Assignment.objects.get(pk=row.pk)
    winner = workers[next(n for n, one in enumerate(results) if not isinstance(one, Exception))]
    assert (now.state, now.worker) == (State.ASSIGNED, winner)
    assert [one.worker_id for one in Engagement.objects.all()] == [winner.pk]
    assert [one.engagement_id for one in AgreementSheet.objects.all()] == [now.engagement_id]
    held = Reservation.objects.filter(subject_type="assignment")
    assert [(one.subject_id, one.cash_minor + one.terms_minor) for one in held] == [(row.pk, 38_500)]
    assert kinds(row) == {"created": 1, "sent": 1, "offered": 1, "accepted": 1, "filled": 1}
    assert Message.objects.filter(kind="assignment.filled").count() == CROWD - 1
    assert (now.version, audit()) == (5, [])


def test_accept_against_the_clients_choice(people: People, frozen: datetime):
    for n in range(10):
        one, two = crowd_of(2, f"Pair {n}")
        row = sent(people, MARKET, by_name([one], RouteMode.ACCEPT))
        offer = sourcing.apply(row.pk, Offer(), actor=two.user)
        results = at_once(
            [
                partial(routing.accept, row.pk, actor=one.user),
                partial(assigning.assign, row.pk, offer.pk, actor=people.owner),
            ],
            at=frozen,
        )
        refused = [result for result in results if isinstance(result, Exception)]
        assert [isinstance(result, WrongState | Conflict | AlreadyDone) for result in refused] == [True]
        now = Assignment.objects.get(pk=row.pk)
        states = set(Application.objects.filter(assignment=row).values_list("state", flat=True))
        assert (now.worker_id, states) in [(one.pk, {"closed"}), (two.pk, {"accepted"})]


def test_one_worker_accepts_two_for_the_same_hour_and_gets_one(people: People, frozen: datetime):
    rows = [offered(people, people.worker) for _ in range(6)]
    acts = [partial(routing.accept, row.pk, actor=people.worker.user) for row in rows]
    results = at_once(acts, at=frozen)
    refused = [one for one in results if isinstance(one, Exception)]
    assert {type(one) for one in refused} == {Conflict}
    assert Counter(Assignment.objects.values_list("state", flat=True)) == {"assigned": 1, "sent": 5}


def test_ten_sweeps_send_a_wave_once(people: People, frozen: datetime):
    pool = pool_of(people.client, *crowd_of(20))
    row = sent(people, MARKET, pool_wave(pool, delay_minutes=60))
    due = row.routes.get(kind="pool").due_at
    results = at_once([sweeps.fire_waves] * 10, at=due)
    assert sorted(results) == [0] * 9 + [1]
    assert (kinds(row)["invited"], Invitation.objects.count()) == (1, 20)
    assert Message.objects.filter(kind="assignment.invited").count() == 20
