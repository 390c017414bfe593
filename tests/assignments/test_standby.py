"""Standing by: what the row keeps, who sees it, and when it moves; the constraints hold in both databases."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from assignments import standby_sweeps
from assignments.actions import assigning, closeout, drafting, holds, standbys, timers
from assignments.actions.closeout import Submission
from assignments.actions.drafting import Content
from assignments.models import Application, Assignment, Carried, Engagement, Revisit, Standby
from assignments.standing import standing
from assignments.states import ScheduleKind, StandbyState, State
from assignments.visibility import PRIVATE, Level, sight, visible_to
from clients.blocks import is_blocked
from common import clock
from common.errors import AlreadyDone, Conflict, Invalid, NotAllowed, WrongState
from ledger.errors import InsufficientFunds
from ledger.reserve import reserved
from tests.assignments.acts import standby
from tests.assignments.scenes import apply, refused, scene, unassign
from tests.factories import People, assignment_in
from tests.support.facts import told

pytestmark = pytest.mark.django_db

H = timedelta(hours=1)


def level(people: People, name: str, row: Assignment) -> Level:
    fresh = Assignment.objects.select_related("client").get(pk=row.pk)
    user = people.user(name)
    view = sight(standing(user, fresh), fresh)
    assert Assignment.objects.filter(visible_to(user), pk=row.pk).exists() == view.opens
    assert not view.shows & PRIVATE or view.level == Level.FULL
    return view.level


@pytest.mark.parametrize("state", [State.ASSIGNED, State.SENT])
def test_the_standby_sees_the_limited_page(people: People, state: str):
    row = scene(people, state)
    standby(row, people, is_ready=False)
    assert level(people, "stranger", row) == Level.LIMITED
    standbys.accept_standby(row.pk, actor=people.stranger.user)
    assert level(people, "stranger", row) == Level.LIMITED
    if state == State.ASSIGNED:
        assert level(people, "applicant", row) == Level.ROW


def test_it_stays_open_on_site_and_on_hold_and_ends_with_the_work(people: People):
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker, checkin_required=False)
    standby(row, people)
    holds.hold(row.pk, actor=people.owner, reason="weather")
    assert level(people, "stranger", row) == Level.LIMITED
    closeout.cancel(row.pk, actor=people.owner, reason="other", note="")
    assert (Standby.objects.get().state, level(people, "stranger", row)) == (StandbyState.ENDED, Level.NONE)
    assert told(people, "stranger", row)[-1] == "standby_ended"


def test_submitting_ends_it(people: People):
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker, checkin_required=False)
    standby(row, people)
    with clock.moved(row.start_at):
        timers.start(row.pk)
        assert level(people, "stranger", row) == Level.LIMITED
        closeout.submit(row.pk, Submission("Done."), actor=people.worker.user)
    assert Standby.objects.get().state == StandbyState.ENDED


def test_the_standby_cannot_apply_ask_or_write_there(people: People):
    row = scene(people, State.ASSIGNED)
    standby(row, people)
    error = refused(lambda row, people: apply(row, people.stranger), row, people)
    assert isinstance(error, WrongState)


def test_only_one_stands_by(people: People):
    row = scene(people, State.ASSIGNED)
    found = standby(row, people)
    error = refused(
        lambda row, people: standbys.name_standby(row.pk, people.invited, actor=people.owner), row, people
    )
    assert isinstance(error, Conflict)
    with pytest.raises(IntegrityError), transaction.atomic():
        Standby.objects.create(assignment=row, worker=people.invited, named_by=people.owner)
    for wrong in ({"agreed_at": None}, {"ended_at": clock.now()}, {"expenses_minor": -1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Standby.objects.filter(pk=found.pk).update(**wrong)


def test_who_cannot_be_named(people: People):
    row = scene(people, State.ASSIGNED)
    error = refused(
        lambda row, people: standbys.name_standby(row.pk, people.worker, actor=people.owner), row, people
    )
    assert (type(error), error.field) == (Invalid, "worker")
    assert not is_blocked(row.client_id, people.worker.pk)


def test_another_workers_word_does_not_count(people: People):
    row = scene(people, State.ASSIGNED)
    standby(row, people, is_ready=False)
    error = refused(
        lambda row, people: standbys.accept_standby(row.pk, actor=people.invited.user), row, people
    )
    assert isinstance(error, WrongState)
    error = refused(lambda row, people: standbys.accept_standby(row.pk, actor=people.owner), row, people)
    assert isinstance(error, NotAllowed)


def test_the_price_is_that_of_the_own_offer_else_the_posted_one(people: People):
    row = assignment_in(State.SENT, owner=people.owner)
    drafting.edit(row.pk, Content({"price_minor": 30_000}), actor=people.owner)
    named = standbys.name_standby(row.pk, people.stranger, actor=people.owner)
    assert (named.price_minor, named.expenses_minor) == (30_000, 0)
    with pytest.raises(AlreadyDone):
        standbys.name_standby(row.pk, people.stranger, actor=people.owner)


def test_money_that_is_short_drops_the_standby_and_nothing_is_lost(people: People):
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    found = standby(row, people)
    Standby.objects.filter(pk=found.pk).update(price_minor=5_000_000)
    before = reserved("assignment", row.pk).total
    assigning.back_out(row.pk, actor=people.worker.user, reason="ill", note="Flu.")
    now = Assignment.objects.get(pk=row.pk)
    assert (now.state, now.worker, now.price_minor, now.assigned_at) == (
        State.SENT,
        None,
        row.price_minor,
        None,
    )
    assert reserved("assignment", row.pk).total == before
    assert Standby.objects.get().state == StandbyState.ENDED
    assert Engagement.objects.count() == 1


def test_by_hand_money_that_is_short_is_said_and_the_standby_stays(people: People):
    row = assignment_in(State.SENT, owner=people.owner)
    found = standby(row, people)
    Standby.objects.filter(pk=found.pk).update(price_minor=5_000_000)
    with pytest.raises(InsufficientFunds):
        standbys.promote_standby(row.pk, actor=people.owner)
    assert Standby.objects.get().state == StandbyState.READY
    Standby.objects.filter(pk=found.pk).update(price_minor=30_000)
    standbys.promote_standby(row.pk, actor=people.owner)
    assert Assignment.objects.get(pk=row.pk).worker == people.stranger


def test_a_missed_confirmation_with_a_standby_who_cannot_come_keeps_the_worker(people: People):
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker, confirm_hours=24)
    standby(row, people, promote_unconfirmed=True)
    other = assignment_in(State.SENT, owner=people.owner)
    offer = apply(other, people.stranger)
    assigning.assign(other.pk, offer.pk, actor=people.owner)
    with clock.moved(row.confirm_due_at):
        assert standby_sweeps.promote_standbys() == 1
        assert standby_sweeps.promote_standbys() == 0
    now = Assignment.objects.get(pk=row.pk)
    assert (now.state, now.worker, Standby.objects.get().state) == (
        State.ASSIGNED, people.worker, StandbyState.ENDED,
    )  # fmt: skip


def test_who_was_named_while_the_worker_left_steps_in_by_the_next_sweep(people: People):
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    found = standby(row, people)
    unassign(row, people.owner)
    Standby.objects.filter(pk=found.pk).update(promote_due_at=clock.now())
    assert standby_sweeps.promote_standbys() == 1
    now = Assignment.objects.get(pk=row.pk)
    assert (now.state, now.worker) == (State.ASSIGNED, people.stranger)


def test_a_window_that_ends_too_soon_moves_whole(people: People):
    start = clock.now() + 3 * H
    row = assignment_in(
        State.ASSIGNED,
        owner=people.owner,
        by=people.worker,
        start_at=start,
        schedule_kind=ScheduleKind.WINDOW,
        window_end_at=start + 2 * H,
        deliverables_due_at=start + 5 * H,
    )
    standby(row, people)
    with clock.moved(start + 2 * H):
        assigning.back_out(row.pk, actor=people.worker.user, reason="vehicle", note="Van.")
    now = Assignment.objects.get(pk=row.pk)
    assert (now.start_at, now.window_end_at, now.deliverables_due_at) == (
        start + 3 * H, start + 5 * H, start + 8 * H,
    )  # fmt: skip


def test_assigning_the_standby_by_its_offer_ends_the_standing_by(people: People):
    row = assignment_in(State.SENT, owner=people.owner)
    offer = apply(row, people.stranger)
    standby(row, people)
    assigning.assign(row.pk, offer.pk, actor=people.owner)
    assert Standby.objects.get().state == StandbyState.PROMOTED
    assert Application.objects.get().state == "accepted"
    assert told(people, "stranger", row)[-1] == "assigned"


def test_a_revisit_follows_another_assignment_once(people: People):
    row, other = (assignment_in(State.DRAFT, owner=people.owner) for _ in range(2))
    link = Revisit.objects.create(original=row, revisit=other, made_by=people.owner)
    for wrong in (
        {"original": other, "revisit": other},
        {"original": row, "revisit": assignment_in(State.DRAFT, owner=people.owner)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Revisit.objects.create(made_by=people.owner, **wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Carried.objects.create(link=link)
