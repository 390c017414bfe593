"""Silence and an answer at the same instant: one outcome (N1)."""

import pytest
from django.db import connection

from assignments.actions import closeout
from assignments.actions.door import Busy
from common import clock
from common.errors import AlreadyDone, WrongState
from ledger.audit import audit
from payments import actions
from payments.models import Invoice
from tests.payments.support import Deal
from tests.support.together import at_once
from timeline.models import Entry

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs real row locks"),
]


@pytest.mark.parametrize("turn", range(5))
def test_silence_against_not_satisfied_has_one_outcome(turn: int, frozen: object):
    deal = Deal(silence=1)
    due = deal.row.auto_approve_due_at
    assert due is not None

    def send_back() -> None:
        closeout.send_back(deal.pk, actor=deal.owner, reason="The label is missing.")

    results = at_once([lambda: actions.approve_silent(deal.pk), send_back] * 4, at=due)
    refused = [one for one in results if isinstance(one, Exception)]
    assert all(isinstance(one, AlreadyDone | Busy | WrongState) for one in refused), refused
    kinds = Entry.objects.filter(subject_id=deal.pk, at=due).values_list("kind", flat=True)
    outcome = {"assignment.approved", "assignment.sent_back"} & set(kinds)
    state, invoices = deal.row.state, Invoice.objects.count()
    assert (outcome, state, invoices) in (
        ({"assignment.approved"}, "approved", 1),
        ({"assignment.sent_back"}, "in_progress", 0),
    )
    assert audit() == []


def test_eight_sweeps_make_one_invoice(frozen: object):
    deal = Deal(silence=1)
    due = deal.row.auto_approve_due_at
    assert due is not None
    results = at_once([lambda: actions.approve_silent(deal.pk)] * 8, at=due)
    assert [one for one in results if one is True] == [True]
    assert all(one in (True, False) or isinstance(one, Busy) for one in results), results
    with clock.moved(due):
        assert (Invoice.objects.count(), audit()) == (1, [])
