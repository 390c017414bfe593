"""The link in the mail, the page and the end of the time answer the same order at one instant: one outcome (N3)."""

from datetime import timedelta

import pytest
from django.db import connection

from assignments.actions import changes, counters, money
from assignments.actions.changes import Extra
from assignments.actions.counters import Counter
from assignments.actions.door import Busy
from assignments.actions.money import Ask
from assignments.models import Amendment, AnswerLink, ChangeOrder, Engagement, MoneyRequest
from assignments.states import State
from clients.models import Client
from common import clock
from common.errors import AlreadyDone, Conflict, WrongState
from ledger.audit import audit
from tests.payments.support import Deal
from tests.support.together import at_once
from timeline.models import Entry

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs real row locks"),
]
CALM = AlreadyDone | Busy | Conflict | WrongState


def ordered(deal: Deal) -> tuple[ChangeOrder, AnswerLink]:
    """Extra work of 50.00 that silence would approve, and the owner's link."""
    Client.objects.update(change_answer="approve", change_limit_minor=6_000)
    Engagement.objects.update(change_answer="approve", change_limit_minor=6_000)
    order = changes.order_change(deal.pk, Extra("One more switch", 5_000), actor=deal.worker.user)
    return order, AnswerLink.objects.get(order=order, user=deal.owner)


def outcome(deal: Deal) -> tuple[str, int, int, int]:
    """State of the order, the price, amendments and answers in the history."""
    order = ChangeOrder.objects.get()
    answers = Entry.objects.filter(
        subject_id=deal.pk, kind__in=["assignment.change_approved", "assignment.change_declined"]
    )
    return order.state, deal.row.price_minor, Amendment.objects.count(), answers.count()


@pytest.mark.parametrize("turn", range(3))
@pytest.mark.parametrize("late", [False, True], ids=["in time", "at the end"])
def test_link_page_and_silence_have_one_outcome(turn: int, late: bool, frozen: object):
    deal = Deal(State.IN_PROGRESS)
    price = deal.row.price_minor
    order, link = ordered(deal)

    def by_link() -> None:
        changes.approve_change(deal.pk, order.pk, actor=deal.owner, link_id=link.pk)

    def by_page() -> None:
        changes.decline_change(deal.pk, order.pk, actor=deal.owner, reason="Not today.")

    def by_silence() -> bool:
        return changes.time_out_change(deal.pk, order.pk)

    at = order.due_at if late else order.due_at - timedelta(seconds=1)
    results = at_once([by_link, by_page, by_silence] * 3, at=at)
    refused = [one for one in results if isinstance(one, Exception)]
    assert all(isinstance(one, CALM) for one in refused), refused
    approved, declined = ("approved", price + 5_000, 1, 1), ("declined", price, 0, 1)
    assert outcome(deal) in ((approved,) if late else (approved, declined))
    with clock.moved(at):
        assert audit() == []


def test_a_link_pressed_eight_times_grants_once(frozen: object):
    deal = Deal(State.IN_PROGRESS)
    price = deal.row.price_minor
    order, link = ordered(deal)

    def press() -> None:
        changes.approve_change(deal.pk, order.pk, actor=deal.owner, link_id=link.pk)

    results = at_once([press] * 8, at=clock.now())
    assert [one for one in results if not isinstance(one, Exception)] == [None]
    assert outcome(deal) == ("approved", price + 5_000, 1, 1)
    assert audit() == []


@pytest.mark.parametrize("turn", range(3))
def test_an_offer_accepted_against_the_request_approved_grants_once(turn: int, frozen: object):
    deal = Deal(State.IN_PROGRESS)
    price = deal.row.price_minor
    ask = money.request_money(deal.pk, Ask("increase", "More", 5_000), actor=deal.worker.user)
    counters.counter_money(deal.pk, ask.pk, Counter("Less", 3_000), actor=deal.owner)

    def accept() -> None:
        counters.accept_counter(deal.pk, ask.pk, actor=deal.worker.user)

    def approve() -> None:
        money.approve_money(deal.pk, ask.pk, actor=deal.owner)

    results = at_once([accept, approve] * 4, at=clock.now())
    assert len([one for one in results if not isinstance(one, Exception)]) == 1
    granted = MoneyRequest.objects.get().granted_minor
    assert (deal.row.price_minor, Amendment.objects.count()) == (price + granted, 1)
    assert granted in (3_000, 5_000)
    assert audit() == []
