"""Two want the same row at the same instant: one wins, the other hears so calmly, nothing is done twice."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection

from assignments import sweeps
from assignments.actions import assigning, drafting, holds, sourcing, timers, visits
from assignments.actions.door import Busy
from assignments.actions.drafting import Content
from assignments.actions.sourcing import Offer
from assignments.models import Application, Assignment, CheckIn, Engagement
from assignments.states import State
from common.errors import AlreadyDone, Conflict, WrongState
from ledger.audit import audit
from ledger.reserve import reserved
from tests.assignments.scenes import assign
from tests.factories import People, assignment_in, make_people, worker
from tests.support.together import at_once
from timeline.models import Entry

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs real row locks"),
]
CALM = (AlreadyDone, Busy, Conflict, WrongState)


@pytest.fixture
def crowd(frozen) -> People:
    return make_people()


def kinds(row: Assignment) -> Counter[str]:
    entries = Entry.objects.filter(subject_type="assignment", subject_id=row.pk)
    return Counter(entry.kind.removeprefix("assignment.") for entry in entries)


def whole(row: Assignment) -> Assignment:
    """The row, after checking what holds after every race."""
    now = Assignment.objects.get(pk=row.pk)
    assert now.version == sum(kinds(row).values())
    assert audit() == []
    return now


def split(results: list[object]) -> tuple[list[object], list[Exception]]:
    refused = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(result, CALM) for result in refused), refused
    return [result for result in results if not isinstance(result, Exception)], refused


def test_fifty_assign_one_assignment(crowd: People, frozen):
    row = assignment_in(State.SENT, owner=crowd.owner)
    offers = [sourcing.apply(row.pk, Offer(), actor=worker(f"Worker {n}").user) for n in range(10)]
    acts = [
        partial(assigning.assign, row.pk, offers[n % 10].pk, actor=crowd.owner if n % 2 else crowd.manager)
        for n in range(50)
    ]
    won, refused = split(at_once(acts, at=frozen))
    assert (len(won), len(refused)) == (1, 49)
    now = whole(row)
    assert now.state == State.ASSIGNED
    assert [(e.worker_id, e.ended_at) for e in Engagement.objects.all()] == [(now.worker_id, None)]
    assert Counter(Application.objects.values_list("state", flat=True)) == {"accepted": 1, "closed": 9}
    assert kinds(row) == {"created": 1, "sent": 1, "applied": 10, "assigned": 1, "filled": 1}
    assert reserved("assignment", row.pk).total.minor == 38_500


def test_one_worker_is_booked_once_for_the_same_hour(crowd: People, frozen):
    rows = [assignment_in(State.SENT, owner=crowd.owner, applicants=(crowd.worker,)) for _ in range(8)]
    offers = [Application.objects.get(assignment=row) for row in rows]
    acts = [
        partial(assigning.assign, row.pk, offer.pk, actor=crowd.owner)
        for row, offer in zip(rows, offers, strict=True)
    ]
    won, refused = split(at_once(acts, at=frozen))
    assert (len(won), len(refused)) == (1, 7)
    assert Counter(Assignment.objects.values_list("state", flat=True)) == {"assigned": 1, "sent": 7}
    assert audit() == []


def test_start_against_hold_has_one_winner_in_fifty_rounds(crowd: People, frozen):
    outcomes: Counter[tuple[str, str]] = Counter()
    for _ in range(50):
        by = worker(f"Worker {outcomes.total()}")
        row = assignment_in(State.ASSIGNED, owner=crowd.owner, by=by, checkin_required=False)
        hold = partial(holds.hold, row.pk, actor=crowd.owner, reason="weather")
        results = at_once([partial(timers.start, row.pk), hold], at=row.start_at + timedelta(minutes=1))
        split(results)
        now = whole(row)
        outcomes[(now.state, "started" if kinds(row)["started"] else "not started")] += 1
        assert kinds(row)["held"] == 1
    assert set(outcomes) <= {("on_hold", "started"), ("on_hold", "not started")}
    assert outcomes.total() == 50


def test_ten_sweeps_start_a_row_once(crowd: People, frozen):
    row = assignment_in(State.ASSIGNED, owner=crowd.owner, by=crowd.worker, checkin_required=False)
    results = at_once([sweeps.start_due] * 10, at=row.start_at)
    assert sorted(results) == [0] * 9 + [1]
    assert (whole(row).state, kinds(row)["started"]) == (State.IN_PROGRESS, 1)


def test_ten_sweeps_tell_of_lateness_once(crowd: People, frozen):
    row = assignment_in(State.ASSIGNED, owner=crowd.owner, by=crowd.worker)
    results = at_once([sweeps.raise_flags] * 10, at=row.start_at + timedelta(hours=1))
    assert sorted(results) == [0] * 9 + [1]
    assert (whole(row).state, kinds(row)["late"]) == (State.ASSIGNED, 1)


def test_an_edit_against_offers(crowd: People, frozen):
    """Whoever comes second: no offer stays open on terms that its worker has not read."""
    for n in range(20):
        row = assignment_in(State.SENT, owner=crowd.owner)
        edit = partial(drafting.edit, row.pk, Content({"price_minor": 40_000}), actor=crowd.owner)
        by = worker(f"Bidder {n}").user
        offer = partial(sourcing.apply, row.pk, Offer(), actor=by)
        split(at_once([edit, offer], at=frozen))
        now = whole(row)
        assert now.price_minor == 40_000
        assert not Application.objects.filter(assignment=row, state="pending", price_minor=35_000).exists()
        assert reserved("assignment", row.pk).total.minor == 44_000


def test_a_doubled_check_in_is_one_visit(crowd: People, frozen):
    row = assignment_in(State.ASSIGNED, owner=crowd.owner, by=crowd.worker)
    check_in = partial(visits.check_in, row.pk, actor=crowd.worker.user)
    won, refused = split(at_once([check_in] * 10, at=row.start_at))
    assert (len(won), len(refused)) == (1, 9)
    assert CheckIn.objects.count() == 1
    assert (whole(row).state, kinds(row)["checked_in"]) == (State.IN_PROGRESS, 1)


def test_assign_against_withdraw(crowd: People, frozen):
    for n in range(20):
        by = worker(f"Bidder {n}")
        row = assignment_in(State.SENT, owner=crowd.owner, applicants=(by,))
        offer = Application.objects.get(assignment=row)
        results = at_once(
            [
                partial(assigning.assign, row.pk, offer.pk, actor=crowd.owner),
                partial(sourcing.withdraw, row.pk, actor=by.user),
            ],
            at=frozen,
        )
        won, refused = split(results)
        assert (len(won), len(refused)) == (1, 1)
        offer = Application.objects.get(pk=offer.pk)
        assert (whole(row).state, offer.state) in {("assigned", "accepted"), ("sent", "withdrawn")}


def test_unassign_against_check_in(crowd: People, frozen):
    for n in range(20):
        by = worker(f"Worker {n}")
        row = assignment_in(State.SENT, owner=crowd.owner)
        assign(row, by, crowd.owner)
        unassign = partial(
            assigning.unassign,
            row.pk,
            actor=crowd.owner,
            reason="other",
            note="Another plan.",
            original_budget=True,
        )
        check_in = partial(visits.check_in, row.pk, actor=by.user)
        split(at_once([unassign, check_in], at=row.start_at))
        now = whole(row)
        assert (now.state, now.worker_id, now.first_check_in_at) == (State.SENT, None, None)
