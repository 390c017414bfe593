"""Withdrawals, files and timers at the same instant from real connections: one effect each, never below zero."""

from functools import partial

import pytest

from assignments.states import State
from common import clock
from common.busy import is_busy
from common.money import Money
from ledger.audit import audit
from ledger.errors import InsufficientFunds
from payments import actions
from payments.models import PayoutAccount, PayoutBatch, PayoutItem, Withdrawal
from tests.payments.payouts import account_of, ready, small_batch
from tests.payments.support import Deal, usd
from tests.support.together import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
CONNECTIONS = 40


def test_a_hundred_withdrawals_of_the_whole_balance_give_exactly_one():
    deal = Deal(State.PAID)
    account = ready(deal.worker.user, deal.staff)
    whole = deal.held()["balance"]
    acts = [
        partial(
            actions.withdraw, actor=deal.worker.user, account_id=account.pk, amount=usd(whole), key=f"w{n}"
        )
        for n in range(100)
    ]
    results = at_once(acts, at=clock.now(), connections=CONNECTIONS)
    assert sum(isinstance(one, Withdrawal) for one in results) == 1
    refused = [one for one in results if not isinstance(one, Withdrawal)]
    # Who waited for the row longer than the lock's three seconds is told to try again; the rest hear the balance.
    odd = [one for one in refused if not (isinstance(one, InsufficientFunds) or _is_busy(one))]
    assert (len(refused), odd) == (99, [])
    held = deal.held()
    assert (held["balance"], held["pending_payout"], Withdrawal.objects.count()) == (0, whole, 1)


def _is_busy(error: object) -> bool:
    return isinstance(error, Exception) and is_busy(error)


def test_a_person_and_two_sweeps_take_the_balance_once():
    deal = Deal(State.PAID)
    account = ready(deal.worker.user, deal.staff)
    rule = actions.set_auto_withdrawal(actor=deal.worker.user, account_id=account.pk, threshold=usd(3_000))
    acts = [partial(actions.withdraw_by_itself, rule.pk)] * 10
    acts.append(
        partial(actions.withdraw, actor=deal.worker.user, account_id=account.pk, amount=usd(35_000), key="w")
    )
    at_once(acts, at=clock.now())
    assert Withdrawal.objects.count() == 1
    assert deal.held()["balance"] == 0


def test_ten_files_of_the_same_withdrawals_are_one():
    deal = Deal(State.PAID)
    account = ready(deal.worker.user, deal.staff)
    made = [
        actions.withdraw(actor=deal.worker.user, account_id=account.pk, amount=usd(1_000), key=f"w{n}").pk
        for n in range(5)
    ]
    make = partial(
        actions.make_batch, actor=deal.staff, currency="USD", format="csv", expected=Money(5_000, "USD")
    )
    acts = [partial(make, withdrawal_ids=made, key=f"k{n}") for n in range(10)]
    results = at_once(acts, at=clock.now())
    assert sum(isinstance(one, PayoutBatch) for one in results) == 1
    assert PayoutItem.objects.filter(withdrawal__isnull=False).count() == 5
    assert audit() == []


def test_three_tries_are_three_however_many_come_at_once():
    deal = Deal(State.PAID)
    account = account_of(deal.worker.user)
    small_batch(staff=deal.staff)
    wrong = partial(actions.confirm_account, account.pk, actor=deal.worker.user, amounts=(16, 17))
    results = at_once([wrong] * 8, at=clock.now())
    found = PayoutAccount.objects.get(pk=account.pk)
    assert (found.state, found.tries, results.count(False)) == ("dead", 3, 3)
