"""How workers stand to requirements: each kind, at its edges; the list condition says the same; secrets stay secret."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assignments.models import AssignmentRequirement, Findable
from assignments.requirements import marks, own_marks, qualified_q, unmet
from assignments.states import State
from clients import pools, requirements
from clients.actions import requirements as actions
from clients.models import Pool, PoolMember, PoolMemberState, PoolVisibility
from clients.requirements import Score, set_marks
from common import clock
from common.errors import Invalid
from tests.factories import People, assignment_in, worker
from tests.support.asks import agreement, ask, asks, credential, exam, hand_in, line, prove, result, sign
from workers import proving

pytestmark = pytest.mark.django_db


@pytest.fixture
def scored(monkeypatch):
    """Let the figures of everybody be these."""

    def be(**figures):
        provider = requirements.Scores(beside=lambda now: {}, read=lambda held: Score(**figures))
        monkeypatch.setattr(requirements, "_scores", [provider])

    return be


def met(people: People, *lines) -> list[bool]:
    """Whether the worker meets each line."""
    made = asks(people.owner, *lines, name=uuid4().hex)
    return [mark.met for mark in set_marks(made, [people.worker])[people.worker.pk]]


@pytest.mark.parametrize(
    ("kind", "number", "figures", "is_met"),
    [
        ("satisfaction", 90, {"satisfaction": (9, 10)}, True),
        ("satisfaction", 91, {"satisfaction": (9, 10)}, False),
        ("satisfaction", 67, {"satisfaction": (2, 3)}, False),
        ("satisfaction", 0, {}, False),
        ("on_time", 66, {"on_time": (2, 3)}, True),
        ("cancelled", 2, {"cancelled": 2}, True),
        ("cancelled", 1, {"cancelled": 2}, False),
        ("abandoned", 0, {}, True),
        ("abandoned", 0, {"abandoned": 1}, False),
    ],
)
def test_figures_have_a_minimum_or_a_maximum(people: People, scored, kind, number, figures, is_met):
    """Shares at least, counts at most; a share of nothing meets no minimum."""
    scored(**figures)
    assert met(people, line(kind, number)) == [is_met]


def test_evidence_counts_when_accepted_until_the_end_of_its_last_day(people: People):
    what = credential()
    today = clock.now().date()
    assert met(people, line(what)) == [False]
    row = hand_in(people.worker, what, expires_on=today + timedelta(days=5))
    assert met(people, line(what)) == [False]
    proving.accept_evidence(row.pk, actor=people.staff)
    assert met(people, line(what)) == [True]
    for days, counts in ((5, True), (7, False)):  # two days on it is over everywhere
        with clock.moved(clock.now() + timedelta(days=days)):
            assert met(people, line(what)) == [counts]


def test_a_renewed_proof_counts_beside_the_old_one(people: People):
    """The best counts: a newer one in review takes nothing away, a newer accepted one carries on."""
    what = credential()
    today = clock.now().date()
    prove(people.worker, what, people.staff, expires_on=today + timedelta(days=5))
    newer = hand_in(people.worker, what, expires_on=today + timedelta(days=500))
    assert met(people, line(what)) == [True]
    proving.accept_evidence(newer.pk, actor=people.staff)
    with clock.moved(clock.now() + timedelta(days=50)):
        assert met(people, line(what)) == [True]


def test_a_screening_counts_only_while_it_is_shown(people: People):
    """And what is hidden reads exactly like what never was (domain.md 3.4, 4.11)."""
    what = credential("background_check", "Federal")
    never = [
        (m.words, m.met, m.note)
        for m in set_marks(asks(people.owner, line(what)), [people.worker])[people.worker.pk]
    ]
    row = prove(people.worker, what, people.staff, shown=False)
    made = people.client.requirement_sets.get()
    assert [(m.words, m.met, m.note) for m in set_marks(made, [people.worker])[people.worker.pk]] == never
    proving.show_evidence(row.pk, actor=people.worker.user, is_shown=True)
    assert met(people, line(what)) == [True]
    proving.reject_evidence(row.pk, actor=people.staff, reason="It is of somebody else.")
    assert [(m.words, m.met, m.note) for m in set_marks(made, [people.worker])[people.worker.pk]] == never


def test_a_new_version_of_an_agreement_asks_again(people: People):
    text = agreement(people.owner)
    ask(assignment_in(State.SENT, owner=people.owner), people.owner, line(text), name="Asks it")
    sign(text, people.worker)
    assert met(people, line(text)) == [True]
    actions.save_agreement(
        people.client.pk, text.pk, actor=people.owner, title=text.title, text="Say less.", is_active=True
    )
    assert met(people, line(text)) == [False]
    sign(text, people.worker)
    assert met(people, line(text)) == [True]


def test_the_newest_result_of_a_test_counts(people: People):
    test = exam(people.owner)
    today = clock.now().date()
    found = []
    for days, percent in ((30, 79), (20, 80), (10, 60), (15, 100)):
        result(people.owner, test, people.worker, percent, today - timedelta(days=days))
        found.append(met(people, line(test))[0])
    assert found == [False, True, False, False]


@pytest.mark.parametrize("state", PoolMemberState.values)
def test_only_members_are_in_a_pool(people: People, state: str):
    pool = Pool.objects.create(client=people.client, name="Night crew", visibility=PoolVisibility.PUBLIC)
    PoolMember.objects.create(pool=pool, worker=people.worker, state=state)
    assert met(people, line(pool)) == [state == PoolMemberState.ACTIVE]


def test_a_private_pool_cannot_be_asked_and_tells_nothing_where_it_became_one(people: People):
    """Membership of a private pool is the company's secret (domain.md 10, row 37)."""
    pool = Pool.objects.create(client=people.client, name="Marker pool", visibility=PoolVisibility.PUBLIC)
    row = assignment_in(State.SENT, owner=people.owner)
    ask(row, people.owner, line(pool))
    PoolMember.objects.create(pool=pool, worker=people.worker, state=PoolMemberState.ACTIVE)
    for visibility in (PoolVisibility.PRIVATE, PoolVisibility.INVITE_ONLY):
        pool.visibility = visibility
        pool.save()
        assert [(m.words, m.met) for m in own_marks(row, people.stranger)] == [(requirements.CHOSEN, False)]
    assert [m.words for m in own_marks(row, people.worker)] == ["Member of a talent pool: Marker pool"]
    pool.visibility = PoolVisibility.PRIVATE
    pool.save()
    assert own_marks(row, people.worker) == []
    assert [m.words for m in marks(row, [people.worker])[people.worker.pk]] == [
        "Member of a talent pool: Marker pool"
    ]
    with pytest.raises(Invalid):
        asks(people.owner, line(pool), name="Secret")


def everything(people: People):
    """One line of each kind, of which the worker meets some; the stranger none, the invited all."""
    licence, check = credential(), credential("background_check", "Federal")
    text, test = agreement(people.owner), exam(people.owner)
    pool = Pool.objects.create(client=people.client, name="Night crew", visibility=PoolVisibility.PUBLIC)
    lines = [
        line("cancelled", 0), line("abandoned", 0), line(licence), line(check), line(text), line(test), line(pool),
    ]  # fmt: skip
    row = assignment_in(State.SENT, owner=people.owner)
    ask(row, people.owner, *lines)
    for one in (people.worker, people.invited):
        prove(one, licence, people.staff)
        result(people.owner, test, one, 90)
    prove(people.invited, check, people.staff)
    sign(text, people.invited)
    PoolMember.objects.create(pool=pool, worker=people.invited, state=PoolMemberState.ACTIVE)
    return row


def test_the_list_condition_agrees_with_the_marks(people: People):
    """Find Work's filter and the page are one rule, line by line and together."""
    row = everything(people)
    some = (people.worker, people.stranger, people.invited)
    found = marks(row, some)
    assert [[m.met for m in found[one.pk]] for one in some] == [
        [True, True, True, False, False, True, False],
        [True, True, False, False, False, False, False],
        [True] * 7,
    ]
    full = list(AssignmentRequirement.objects.filter(assignment=row))
    for kept in [[one] for one in full] + [full]:
        AssignmentRequirement.objects.filter(assignment=row).exclude(pk__in=[k.pk for k in kept]).delete()
        for one in some:
            listed = Findable.objects.filter(qualified_q(one)).filter(pk=row.pk).exists()
            assert listed == (not unmet(row, one)), (kept, one)
        AssignmentRequirement.objects.bulk_create([k for k in full if k not in kept])


def test_marks_take_the_same_queries_for_two_and_for_ten(people: People):
    row = everything(people)
    some = [people.worker, people.stranger, *(worker(f"Wim {number}") for number in range(8))]
    counts = []
    for few in (some[:2], some):
        with CaptureQueriesContext(
            connection,
        ) as run:
            marks(row, few)
        counts.append(len(run))
    assert counts[0] == counts[1] <= 9


def test_what_a_set_lacks_is_told_for_pools_too(people: People):
    made = asks(people.owner, line(credential()), line("cancelled", 0))
    pool = Pool.objects.create(client=people.client, name="Night crew", requirements=made)
    assert [(m.words, m.met) for m in pools.marks(pool, people.worker)] == [
        ("Licence: Electrician, Ohio", False),
        ("Cancelled at most 0", True),
    ]
    assert not pools.qualifies(pool, people.worker)
    prove(people.worker, credential(), people.staff)
    assert pools.qualifies(pool, people.worker)
