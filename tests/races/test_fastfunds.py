"""FastFunds is taken exactly once, however many ask for it at the same instant."""

from datetime import timedelta

import pytest
from django.db import OperationalError

from assignments.states import State
from common import clock
from common.errors import AlreadyDone
from ledger.models import Posting
from payments import actions, sweeps
from payments.models import Advance
from tests.payments.support import Deal
from tests.support.together import each_at_once
from timeline.models import Entry

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

TAKEN = {"balance": 32_375, "fastfunds_fee": 2_625, "fastfunds_advanced": -35_000}


def test_a_hundred_takes_of_one_quote_are_one():
    deal = Deal(State.APPROVED, fastfunds_eligible=True)
    offer, before = deal.quoted(), deal.held()
    results = each_at_once(100, lambda n: actions.take(deal.pk, offer, actor=deal.worker.user))
    assert sum(isinstance(one, Advance) for one in results) == 1
    # a busy server turns some away before they come to the row (no connection, or too long a wait): no effect either
    others = {type(one) for one in results if not isinstance(one, Advance)}
    assert AlreadyDone in others
    assert others <= {AlreadyDone, OperationalError}
    assert deal.moved(before) == TAKEN
    assert (Advance.objects.count(), Posting.objects.filter(kind="advance.taken").count()) == (1, 1)


def test_the_sweep_and_the_worker_take_it_once():
    deal = Deal(State.PENDING_APPROVAL, fastfunds_eligible=True)
    actions.set_automatic(actor=deal.worker.user, is_on=True, agreed_bps=750)
    later = clock.now() + timedelta(minutes=1)
    with clock.moved(later):
        actions.approve(deal.pk, actor=deal.owner)
        offer, before = deal.quoted(), deal.held()

    def act(n: int) -> object:
        with clock.moved(later):  # the clock of a thread is its own
            return sweeps.take_fastfunds() if n % 2 else actions.take(deal.pk, offer, actor=deal.worker.user)

    results = each_at_once(20, act)
    taken = sum(isinstance(one, Advance) for one in results) + sum(
        one for one in results if isinstance(one, int)
    )
    assert (taken, deal.moved(before)) == (1, TAKEN)
    assert (Advance.objects.count(), Entry.objects.filter(kind="advance.taken").count()) == (1, 1)
