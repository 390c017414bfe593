"""Disputes at the same instant from real connections: figures, proposals, appeals, payments have one effect each."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from assignments.states import State
from common import clock
from common.errors import AlreadyDone, Conflict, WrongState
from ledger.audit import audit
from payments import actions, sweeps
from payments.models import Dispute, Invoice, SealedFigure, SettlementOffer
from tests.payments.support import Deal, usd
from tests.support.together import each_at_once
from timeline.models import Entry

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at(moment: datetime, act: Callable[[], object]) -> object:
    """The clock of a thread is its own."""
    with clock.moved(moment):
        return act()


def small() -> Deal:
    deal = Deal(price_minor=20_000)
    actions.open_dispute(deal.pk, actor=deal.owner, ground="quality", statement="No.")
    return deal


def large() -> Deal:
    deal = Deal()
    actions.open_dispute(deal.pk, actor=deal.owner, ground="quality", statement="No.")
    return deal


@pytest.mark.parametrize("_", range(5))
def test_both_figures_at_the_same_instant_settle_once(_):
    deal = small()
    people = (deal.owner, deal.worker.user)
    results = each_at_once(
        8,
        lambda n: actions.give_figure(
            deal.pk, actor=people[n % 2], figure=usd(15_000 if n % 2 == 0 else 12_000)
        ),
    )
    assert sum(isinstance(one, Dispute) for one in results) == 2
    assert {type(one) for one in results} <= {Dispute, AlreadyDone, Conflict, WrongState}
    assert (deal.dispute.state, deal.dispute.decided, deal.row.state) == ("settled", usd(13_500), "approved")
    assert (SealedFigure.objects.count(), Invoice.objects.count()) == (2, 1)
    assert Entry.objects.filter(kind="dispute.crossed").count() == 1
    assert audit() == []


def test_a_figure_against_the_sweep_has_one_end():
    deal = small()
    actions.give_figure(deal.pk, actor=deal.worker.user, figure=usd(12_000))
    due = deal.dispute.step_due_at
    each_at_once(8, lambda n: at(due, sweeps.step_disputes))
    assert (deal.dispute.state, deal.dispute.decided, deal.dispute.rulings.count()) == (
        "ruled",
        usd(12_000),
        1,
    )
    each_at_once(8, lambda n: at(due + timedelta(days=7), sweeps.step_disputes))
    assert (deal.dispute.state, deal.row.pay_minor, Invoice.objects.count()) == ("decided", 12_000, 1)
    assert Entry.objects.filter(kind="dispute.carried_out", visibility="client").count() == 1


@pytest.mark.parametrize("_", range(5))
def test_accepting_and_taking_back_a_proposal_have_one_winner(_):
    deal = large()
    offer = actions.offer_settlement(deal.pk, actor=deal.worker.user, amount=usd(30_000))
    results = each_at_once(
        8,
        lambda n: (
            actions.accept_settlement(deal.pk, offer.pk, actor=deal.owner)
            if n % 2
            else actions.withdraw_settlement(deal.pk, offer.pk, actor=deal.worker.user)
        ),
    )
    state = SettlementOffer.objects.get().state
    assert state in ("accepted", "withdrawn")
    assert (deal.dispute.state, Invoice.objects.count()) == (
        ("settled", 1) if state == "accepted" else ("open", 0)
    )
    assert sum(not isinstance(one, Exception) for one in results) == 1
    assert audit() == []


def test_an_appeal_against_the_end_of_its_time_has_one_winner():
    deal = large()
    deal.decide("part", usd(20_000))
    end, user = deal.dispute.appeal_until, deal.worker.user
    each_at_once(
        6,
        lambda n: (
            at(end, sweeps.step_disputes)
            if n % 2
            else at(
                end - timedelta(microseconds=1),
                lambda: actions.appeal_dispute(deal.pk, actor=user, statement="No."),
            )
        ),
    )
    assert (deal.dispute.state, Invoice.objects.count()) in (("appealed", 0), ("decided", 1))
    assert deal.dispute.statements.filter(is_appeal=True).count() == (deal.dispute.state == "appealed")


@pytest.mark.parametrize("_", range(3))
def test_a_dispute_against_a_payment_and_fastfunds_has_one_winner(_):
    deal = Deal(State.APPROVED, fastfunds_eligible=True)
    pk, offer = deal.invoice.pk, deal.quoted()
    each_at_once(
        9,
        lambda n: (
            (lambda: actions.pay([pk], actor=deal.owner, key=f"k{n}")),
            (lambda: actions.open_dispute(deal.pk, actor=deal.owner, ground="quality", statement="No.")),
            (lambda: actions.take(deal.pk, offer, actor=deal.worker.user)),
        )[n % 3](),
    )
    row = deal.row
    assert Dispute.objects.exists() == (row.state == "approved" and row.advanced_at is None)
    assert not (Dispute.objects.exists() and row.advanced_at)
    assert audit() == []
