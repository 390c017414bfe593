"""Who sees what in which stage: the matrix of domain.md 8.2 with D8-D10, as row and as query."""

from datetime import timedelta

import pytest

from accounts.models import User
from assignments.actions import holds, reschedules, sourcing, timers
from assignments.actions.sourcing import Offer
from assignments.models import Assignment
from assignments.standing import standing
from assignments.states import ScheduleKind, State
from assignments.visibility import PRIVATE, Level, sight, visible_to
from clients.models import Member
from common import clock
from tests.assignments.scenes import apply, assign, cancel, invite, scene, unassign, usd
from tests.factories import PERSONAS, People, WorkerFactory, assignment_in, member

pytestmark = pytest.mark.django_db

NONE, ROW, LIMITED, FULL = Level.NONE, Level.ROW, Level.LIMITED, Level.FULL
STAGES = "draft sent assigned in_progress on_hold pending_approval approved paid cancelled".split()
EVERYWHERE = [FULL] * 9
NOWHERE = [NONE] * 9
EXPECTED: dict[str, list[Level]] = {
    **dict.fromkeys(
        ["owner", "manager", "controller", "user_owner", "follower", "user_member", "view_only"], EVERYWHERE
    ),
    "other_client": NOWHERE,
    "staff": NOWHERE,
    "worker": [NONE, LIMITED, FULL, FULL, FULL, FULL, FULL, FULL, ROW],
    "applicant": [NONE, LIMITED, ROW, ROW, ROW, ROW, ROW, ROW, ROW],
    "removed": [NONE, ROW, ROW, ROW, ROW, ROW, ROW, ROW, ROW],
    "stranger": [NONE, LIMITED, NONE, NONE, NONE, NONE, NONE, NONE, NONE],
    "invited": [NONE, LIMITED, NONE, NONE, NONE, NONE, NONE, NONE, NONE],
}


def level(user: User, row: Assignment) -> Level:
    """The level, after making sure that the query agrees with the row."""
    fresh = Assignment.objects.select_related("client").get(pk=row.pk)
    view = sight(standing(user, fresh), fresh)
    assert Assignment.objects.filter(visible_to(user), pk=row.pk).exists() == view.opens
    return view.level


def test_the_table_has_every_persona_and_stage():
    assert set(EXPECTED) == set(PERSONAS)
    assert State.values == STAGES


@pytest.mark.parametrize(("column", "state"), list(enumerate(STAGES)))
def test_matrix(people: People, column: int, state: str):
    row = scene(people, state)
    found = {name: level(people.user(name), row) for name in PERSONAS}
    assert found == {name: EXPECTED[name][column] for name in PERSONAS}


def test_cancelled_with_pay_stays_open_to_its_worker_only(people: People):
    row = scene(people, State.CANCELLED, pay=usd(1_000))
    workers = ("worker", "applicant", "removed", "stranger", "invited")
    assert [level(people.user(name), row) for name in workers] == [FULL, ROW, ROW, NONE, NONE]


@pytest.mark.parametrize(
    ("state", "name", "shown"),
    [
        ("sent", "stranger", frozenset()),
        ("sent", "applicant", frozenset()),
        ("assigned", "worker", PRIVATE),
        ("on_hold", "worker", PRIVATE),
        ("assigned", "applicant", frozenset()),
        ("sent", "view_only", PRIVATE),
    ],
)
def test_private_sections(people: People, state: str, name: str, shown: frozenset[str]):
    row = scene(people, state)
    assert sight(standing(people.user(name), row), row).shows & PRIVATE == shown


@pytest.mark.parametrize("name", ["worker", "applicant", "stranger"])
def test_workers_never_see_the_clients_own_sections(people: People, name: str):
    row = scene(people, State.SENT)
    hidden = {"gross", "applications", "private_notes", "former_workers", "questions"}
    assert not hidden & sight(standing(people.user(name), row), row).shows


@pytest.mark.parametrize("fact", ["disputed_at", "support_access"])
def test_a_dispute_or_the_companys_switch_opens_it_to_admins(people: People, fact: str):
    row, other = scene(people, State.PENDING_APPROVAL), assignment_in(State.SENT)
    if fact == "disputed_at":
        Assignment.objects.filter(pk=row.pk).update(disputed_at=clock.now())
    else:
        people.client.support_access = True
        people.client.save()
    assert (level(people.staff, row), level(people.staff, other)) == (FULL, NONE)
    fresh = Assignment.objects.select_related("client").get(pk=row.pk)
    assert not {"private_notes", "applications"} & sight(standing(people.staff, fresh), fresh).shows


def not_in_the_market(people: People, **more: object) -> Assignment:
    return assignment_in(
        State.SENT, owner=people.owner, invite=(people.invited,), is_marketplace=False, **more
    )


def test_what_is_not_in_the_market_is_for_invited_workers_only(people: People):
    row = not_in_the_market(people)
    assert [level(people.user(n), row) for n in ("invited", "stranger", "worker")] == [LIMITED, NONE, NONE]


def test_a_declined_invitation_closes_it_unless_it_is_in_the_market(people: People):
    private = not_in_the_market(people)
    market = assignment_in(State.SENT, owner=people.owner, invite=(people.invited,))
    for row in (private, market):
        sourcing.decline_invitation(row.pk, actor=people.invited.user)
    assert [level(people.invited.user, row) for row in (private, market)] == [NONE, LIMITED]
    invite(private, people.invited, people.owner)
    assert level(people.invited.user, private) == LIMITED


@pytest.mark.parametrize("how", ["declined", "withdrawn", "expired"])
def test_an_ended_offer_leaves_what_the_market_shows(people: People, how: str):
    market = assignment_in(State.SENT, owner=people.owner)
    private = not_in_the_market(people)
    sourcing.decline_invitation(private.pk, actor=people.invited.user)
    invite(private, people.applicant, people.owner)
    levels = []
    for row in (market, private):
        expires = clock.now() + timedelta(hours=1)
        offer = apply(row, people.applicant, Offer(expires_at=expires))
        if how == "declined":
            sourcing.decline(row.pk, offer.pk, actor=people.owner, reason="Too far away.")
        elif how == "withdrawn":
            sourcing.withdraw(row.pk, actor=people.applicant.user)
        else:
            with clock.moved(expires):
                assert timers.expire_application(row.pk, offer.pk)
        levels.append(level(people.applicant.user, row))
    assert levels == [LIMITED, LIMITED]  # the private one by its invitation


def test_who_lost_it_regains_nothing_when_it_returns(people: People):
    row = scene(people, State.ASSIGNED)
    unassign(row, people.owner)
    names = ("applicant", "worker", "removed", "stranger", "invited")
    assert [level(people.user(n), row) for n in names] == [ROW, ROW, ROW, LIMITED, LIMITED]


@pytest.mark.parametrize("name", ["applicant", "worker", "removed"])
def test_a_new_invitation_opens_it_again(people: People, name: str):
    row = scene(people, State.ASSIGNED)
    unassign(row, people.owner)
    with clock.moved(clock.now() + timedelta(minutes=1)):
        invite(row, getattr(people, name), people.owner)
    assert level(people.user(name), row) == LIMITED


def test_what_was_lost_stays_lost_after_an_invitation_was_declined(people: People):
    row = scene(people, State.ASSIGNED)
    unassign(row, people.owner)
    lost = people.applicant
    with clock.moved(clock.now() + timedelta(minutes=1)):
        invite(row, lost, people.owner)
        apply(row, lost)
        sourcing.withdraw(row.pk, actor=lost.user)
        sourcing.decline_invitation(row.pk, actor=lost.user)
    assert level(lost.user, row) == ROW


def test_a_second_loss_closes_it_again(people: People):
    row = scene(people, State.ASSIGNED)
    unassign(row, people.owner)
    with clock.moved(clock.now() + timedelta(minutes=1)):
        invite(row, people.applicant, people.owner)
        apply(row, people.applicant)
    with clock.moved(clock.now() + timedelta(minutes=2)):
        assign(row, people.stranger, people.owner)
        unassign(row, people.owner)
    assert [level(people.user(n), row) for n in ("applicant", "stranger")] == [ROW, ROW]


def test_declining_the_date_after_a_hold_closes_it(people: People):
    row = assignment_in(State.ON_HOLD, owner=people.owner, by=people.worker)
    new = (ScheduleKind.FIXED, clock.now() + timedelta(days=5), None)
    request = holds.remove_hold(row.pk, actor=people.owner, schedule=new)
    reschedules.decline_reschedule(row.pk, request.pk, actor=people.worker.user)
    assert level(people.worker.user, row) == ROW


def test_cancelled_from_sent_leaves_a_row_to_its_applicants(people: People):
    row = assignment_in(State.SENT, owner=people.owner, applicants=(people.applicant,))
    cancel(row, people.owner)
    assert [level(people.user(n), row) for n in ("applicant", "stranger")] == [ROW, NONE]


def test_a_colleague_with_a_worker_profile_stands_on_the_clients_side(people: People):
    row = scene(people, State.SENT)
    WorkerFactory(user=people.view_only)
    assert standing(people.view_only, row).side == "client"
    assert level(people.view_only, row) == FULL


def test_a_former_colleague_is_a_stranger(people: People):
    row = scene(people, State.PENDING_APPROVAL)
    Member.objects.filter(user=people.manager).update(is_active=False)
    assert level(people.manager, row) == NONE


def test_a_person_of_another_company_works_for_this_one(people: People):
    row = scene(people, State.SENT)
    own = assignment_in(State.SENT, owner=people.other_client)
    WorkerFactory(user=people.other_client)
    assert (level(people.other_client, row), standing(people.other_client, row).side) == (LIMITED, "worker")
    assert standing(people.other_client, own).side == "client"


def test_an_admin_with_a_worker_profile_sees_only_the_own_work(people: People):
    profile = WorkerFactory(user=people.staff)
    market = scene(people, State.SENT)
    own = assignment_in(State.ASSIGNED, owner=people.owner, by=people.stranger)
    assert [level(people.staff, market), level(people.staff, own)] == [NONE, NONE]
    Assignment.objects.filter(pk=own.pk).update(worker=profile)
    assert level(people.staff, own) == FULL


def test_an_admin_who_did_the_work_sees_no_more_by_a_dispute(people: People):
    profile = WorkerFactory(user=people.staff)
    row = scene(people, State.CANCELLED)
    Assignment.objects.filter(pk=row.pk).update(worker=profile, disputed_at=clock.now())
    assert level(people.staff, row) == ROW


def test_new_colleagues_see_old_work(people: People):
    row = scene(people, State.PAID)
    assert level(member(people.client, "Nora New", "view_only"), row) == FULL
