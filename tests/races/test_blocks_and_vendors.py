"""Blocks, pools and vendors at the same instant: each thing is done once, and nobody is in two places."""

from functools import partial

import pytest
from django.db import connection

from assignments.actions import assigning, sourcing
from assignments.actions.sourcing import Offer
from assignments.models import Application, Assignment
from assignments.states import State
from clients.actions import blocks, pools
from clients.models import Block, PoolMember
from common.errors import AlreadyDone, Conflict, WrongState
from tests.factories import People, assignment_in, make_people, worker
from tests.support.together import at_once
from workers import vendor_actions as vendors
from workers.models import VendorMember, VendorRole, VendorState

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs real row locks"),
]
CALM = (AlreadyDone, Conflict, WrongState)


@pytest.fixture
def crowd(frozen) -> People:
    return make_people()


def calm(results: list[object]) -> int:
    """How many came through; the others heard so calmly."""
    refused = [one for one in results if isinstance(one, Exception)]
    assert all(isinstance(one, CALM) for one in refused), refused
    return len(results) - len(refused)


def test_colleagues_block_one_worker_once(crowd: People, frozen):
    acts = [
        partial(blocks.block_worker, crowd.client.pk, crowd.stranger.pk, actor=actor, reason="Late.")
        for actor in (crowd.owner, crowd.manager) * 6
    ]
    assert calm(at_once(acts, at=frozen)) == 1
    assert Block.objects.count() == 1


def test_a_block_meets_an_offer_and_its_acceptance(crowd: People, frozen):
    """Whichever is first: either it was assigned before the block and goes on, or it never is."""
    row = assignment_in(State.SENT, owner=crowd.owner, applicants=(crowd.stranger,))
    offer = Application.objects.get()
    acts = [
        partial(blocks.block_client, crowd.client.pk, actor=crowd.stranger.user, reason=""),
        partial(assigning.assign, row.pk, offer.pk, actor=crowd.owner),
        partial(sourcing.apply, row.pk, Offer(reason="Again."), actor=crowd.stranger.user),
    ] * 2
    assert calm(at_once(acts, at=frozen)) >= 1
    now = Assignment.objects.get(pk=row.pk)
    assert Block.objects.count() == 1
    assert now.worker in (None, crowd.stranger)
    if now.worker is None:
        for left in Application.objects.filter(state="pending"):
            with pytest.raises(Conflict):
                assigning.assign(row.pk, left.pk, actor=crowd.owner)


def test_a_doubled_join_is_one_place(crowd: People, frozen):
    made = pools.save_pool(
        crowd.client.pk, None, actor=crowd.owner, name="Night crew", description="", visibility="public",
        requirements_id=None,
    )  # fmt: skip
    acts = [partial(pools.join_pool, made.pk, actor=crowd.stranger.user) for _ in range(8)]
    assert calm(at_once(acts, at=frozen)) == 1
    assert PoolMember.objects.get().state == "active"


def test_a_worker_of_two_vendors_is_in_one(crowd: People, frozen):
    places = []
    for number in range(4):
        agent = worker(f"Agent {number}")
        made = vendors.found(actor=agent.user, name=f"Vendor {number}", about="")
        places.append(vendors.invite(made.pk, actor=agent.user, email=crowd.stranger.user.email))
    acts = [partial(vendors.accept, place.pk, actor=crowd.stranger.user) for place in places] * 2
    assert calm(at_once(acts, at=frozen)) == 1
    assert VendorMember.objects.filter(worker=crowd.stranger, state=VendorState.ACTIVE).count() == 1


def test_the_last_two_agents_do_not_leave_together(crowd: People, frozen):
    made = vendors.found(actor=crowd.stranger.user, name="Crew", about="")
    for person in (crowd.worker, crowd.invited):
        place = vendors.invite(made.pk, actor=crowd.stranger.user, email=person.user.email)
        vendors.accept(place.pk, actor=person.user)
    second = VendorMember.objects.get(worker=crowd.worker)
    vendors.set_role(made.pk, second.pk, actor=crowd.stranger.user, role=VendorRole.AGENT)
    acts = [partial(vendors.leave, actor=one.user) for one in (crowd.stranger, crowd.worker)]
    assert calm(at_once(acts, at=frozen)) == 1
    assert VendorMember.objects.filter(state=VendorState.ACTIVE, role="agent").count() == 1
