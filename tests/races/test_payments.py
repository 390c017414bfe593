"""Money at the same instant from real connections: one effect each."""

import pytest

from assignments.states import State
from common import clock
from common.money import Money
from ledger.audit import audit
from ledger.errors import InsufficientFunds
from payments import actions
from payments.models import Advance, Dispute, Invoice, PaymentItem, PaymentRun, Withdrawal
from payments.queries.owed import owed_by_day
from payments.states import Side
from tests.payments.payouts import ready
from tests.payments.support import Deal, usd
from tests.support import together
from tests.support.together import each_at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_fifty_approvals_make_one_invoice():
    deal = Deal()
    results = each_at_once(50, lambda n: actions.approve(deal.pk, actor=deal.owner))
    assert sum(isinstance(one, Invoice) for one in results) == 1
    assert Invoice.objects.count() == 1
    assert audit() == []


def test_twenty_payments_under_one_key_and_under_many_pay_once():
    deal = Deal(State.APPROVED)
    pk = deal.invoice.pk
    same = each_at_once(10, lambda n: actions.pay([pk], actor=deal.owner, key="same"))
    assert {one.pk for one in same if isinstance(one, PaymentRun)} == {PaymentRun.objects.get().pk}
    assert deal.held()["balance"] == 35_000
    other = Deal(State.APPROVED)
    pk = other.invoice.pk
    each_at_once(10, lambda n: actions.pay([pk], actor=other.owner, key=f"k{n}"))
    assert other.held()["balance"] == 35_000


def test_a_hundred_payments_at_once_pay_once():
    """100 at the same instant, each under a key of its own, are one payment and 99 refusals."""
    deal = Deal(State.APPROVED)
    pk = deal.invoice.pk
    acts = [lambda n=n: actions.pay([pk], actor=deal.owner, key=f"h{n}") for n in range(100)]
    together.at_once(acts, at=clock.now(), connections=20)
    paid = PaymentItem.objects.filter(invoice_id=pk, result="paid").count()
    assert (paid, deal.held()["balance"], audit()) == (1, 35_000, [])


def test_withdrawals_never_take_more_than_there_is():
    deal = Deal(State.PAID)
    user = deal.worker.user
    account = ready(user, deal.staff).pk
    results = each_at_once(
        12, lambda n: actions.withdraw(actor=user, account_id=account, amount=usd(10_000), key=f"w{n}")
    )
    assert sum(isinstance(one, Withdrawal) for one in results) == 3
    assert sum(isinstance(one, InsufficientFunds) for one in results) == 9
    assert deal.held()["balance"] == 5_000


def test_fastfunds_is_taken_once_and_crosses_a_payment_without_loss():
    deal = Deal(State.APPROVED, fastfunds_eligible=True)
    offer = deal.quoted()
    pk = deal.invoice.pk
    each_at_once(
        12,
        lambda n: (
            actions.take(deal.pk, offer, actor=deal.worker.user)
            if n % 2
            else actions.pay([pk], actor=deal.owner, key=f"k{n}")
        ),
    )
    advances = Advance.objects.count()
    held = deal.held()
    assert held["balance"] == (32_375 if advances else 35_000)
    assert held["fastfunds_advanced"] == 0


def test_a_dispute_and_a_payment_have_one_winner():
    deal = Deal(State.APPROVED)
    pk = deal.invoice.pk
    each_at_once(
        8,
        lambda n: (
            actions.pay([pk], actor=deal.owner, key=f"k{n}")
            if n % 2
            else actions.open_dispute(deal.pk, actor=deal.owner, ground="quality", statement="No.")
        ),
    )
    assert (deal.row.state == "paid") != Dispute.objects.exists()


def test_numbers_have_no_gaps_when_many_companies_approve_at_once():
    deals = [Deal() for _ in range(8)]
    each_at_once(8, lambda n: actions.approve(deals[n].pk, actor=deals[n].owner))
    numbers = sorted(Invoice.objects.values_list("number", flat=True))
    assert numbers == [f"INV-{n:06d}" for n in range(1, 9)]
    assert audit() == []


def test_batches_of_two_companies_with_the_same_worker_do_not_block_each_other():
    first, second = Deal(State.APPROVED), Deal(State.APPROVED)
    mine = [first.invoice.pk, first.another().invoices.get().pk]
    yours = [second.invoice.pk, second.another().invoices.get().pk]
    results = each_at_once(
        6,
        lambda n: (
            actions.pay(mine, actor=first.owner, key="a")
            if n % 2
            else actions.pay(yours, actor=second.owner, key="b")
        ),
    )
    assert all(isinstance(one, PaymentRun) for one in results)
    assert Invoice.objects.filter(state="paid").count() == 4
    assert audit() == []
    assert Money(0, "USD") == usd(0)


def test_sums_of_one_day_are_right_after_approvals_payments_and_stops_at_once():
    """The kept sums of one company and one worker are written by all of them in the same moment (payments/owed.py)."""
    deal = Deal(State.APPROVED)
    to_approve = [deal.another(State.PENDING_APPROVAL).pk for _ in range(4)]
    to_pay, to_stop = ([deal.another(State.APPROVED).pk for _ in range(4)] for _ in range(2))
    invoices = dict(Invoice.objects.values_list("assignment_id", "pk"))
    acts = [
        *(lambda pk=pk: actions.approve(pk, actor=deal.owner) for pk in to_approve),
        *(lambda pk=pk: actions.pay([invoices[pk]], actor=deal.owner, key=f"p{pk}") for pk in to_pay),
        *(
            lambda pk=pk: actions.stop_payment(pk, actor=deal.owner, reason="Wrong figures.")
            for pk in to_stop
        ),
    ]
    errors = [one for one in together.at_once(acts, at=clock.now()) if isinstance(one, Exception)]
    assert (errors, audit()) == ([], [])
    for side, party, each in ((Side.CLIENT, deal.client.pk, 38_500), (Side.WORKER, deal.worker.pk, 35_000)):
        days = owed_by_day(side, party, "USD")
        assert (sum(day.minor for day in days), sum(day.number for day in days)) == (5 * each, 5)
