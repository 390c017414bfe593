"""Deposits, statements and credit notes at the same instant from real connections: one effect each."""

import pytest
from django.db import DatabaseError

from assignments.states import State
from common.errors import DomainError
from ledger.audit import audit
from ledger.models import Posting
from payments import actions
from payments.models import CreditNote, Deposit, Invoice, Statement
from tests.factories import StaffFactory
from tests.payments.support import Deal, usd
from tests.support.together import each_at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
BIG = usd(2_500_001)


def test_one_deposit_is_confirmed_once_by_many_and_never_by_who_recorded_it():
    deal = Deal(State.DRAFT)
    before = deal.held()["cash"]
    others = [StaffFactory(name=f"Sam Second{n}") for n in range(4)]
    deposit = actions.record_deposit(deal.client.pk, actor=deal.staff, amount=BIG, key="big")
    results = each_at_once(
        12, lambda n: actions.confirm_deposit(deposit.pk, actor=deal.staff if n % 3 == 0 else others[n % 4])
    )
    assert sum(isinstance(one, Deposit) for one in results) == 1
    assert all(isinstance(one, (Deposit, DomainError)) for one in results)
    kept = Deposit.objects.get()
    assert (kept.state, kept.confirmed_by_id != deal.staff.pk) == ("received", True)
    assert deal.held()["cash"] - before == BIG.minor


def test_one_deposit_is_recorded_once_and_confirmed_or_refused():
    deal = Deal(State.DRAFT)
    before = deal.held()["cash"]
    second = StaffFactory(name="Sam Second")
    made = each_at_once(
        6, lambda n: actions.record_deposit(deal.client.pk, actor=deal.staff, amount=BIG, key="one")
    )
    assert len({one.pk for one in made if isinstance(one, Deposit)}) == Deposit.objects.count() == 1
    pk = Deposit.objects.get().pk
    each_at_once(
        8,
        lambda n: (
            actions.confirm_deposit(pk, actor=second)
            if n % 2
            else actions.refuse_deposit(pk, actor=second, reason="Not there.")
        ),
    )
    state = Deposit.objects.get().state
    assert deal.held()["cash"] - before == (BIG.minor if state == "received" else 0)
    assert state in ("received", "failed")


@pytest.mark.parametrize("turn", range(4))
def test_a_bundle_and_a_stopped_payment_have_one_winner(turn: int):
    deal = Deal(State.APPROVED)
    ids = [deal.invoice.pk, deal.another().invoices.get().pk]
    each_at_once(
        6,
        lambda n: (
            actions.bundle(ids, actor=deal.owner, key=f"b{n}")
            if (n + turn) % 2
            else actions.stop_payment(deal.pk, actor=deal.owner, reason="Wait.")
        ),
    )
    stopped = deal.row.state == State.PENDING_APPROVAL
    assert stopped != Statement.objects.exists()
    assert Statement.objects.count() <= 1
    assert Invoice.objects.filter(pk=ids[0], state="withdrawn").exists() == stopped
    assert audit() == []


def test_two_bundles_share_no_invoice_and_their_numbers_have_no_gap():
    deal = Deal(State.APPROVED)
    ids = [deal.invoice.pk, *(deal.another().invoices.get().pk for _ in range(3))]
    each_at_once(6, lambda n: actions.bundle(ids[n % 3 : n % 3 + 2], actor=deal.owner, key=f"b{n}"))
    numbers = sorted(Statement.objects.values_list("number", flat=True))
    assert numbers == [f"ST-{n:06d}" for n in range(1, len(numbers) + 1)]
    assert audit() == []


def test_the_last_two_invoices_of_a_statement_close_it_from_two_sides():
    deal = Deal(State.APPROVED)
    ids = [deal.invoice.pk, *(deal.another().invoices.get().pk for _ in range(3))]
    statement = actions.bundle(ids, actor=deal.owner)
    each_at_once(
        5,
        lambda n: (
            actions.pay_statement(statement.pk, actor=deal.owner, key="all")
            if n == 4
            else actions.pay([ids[n]], actor=deal.owner, key=f"p{n}")
        ),
    )
    assert Statement.objects.get().state == "paid"
    assert Invoice.objects.filter(state="paid").count() == 4
    assert audit() == []


def test_credit_notes_at_once_never_exceed_the_invoice_and_one_key_is_one_note():
    deal = Deal(State.PAID)
    pk = deal.invoice.pk

    def give(n: int) -> CreditNote:
        key = "same" if n < 6 else f"k{n}"
        return actions.credit(pk, actor=deal.staff, amount=usd(10_000), reason="Late.", key=key)

    results = each_at_once(12, give)
    assert len({one.pk for one in results if isinstance(one, CreditNote)}) == CreditNote.objects.count() == 3
    assert sorted(CreditNote.objects.values_list("number", flat=True)) == [f"CN-{n:06d}" for n in (1, 2, 3)]
    assert audit() == []


def test_a_posting_is_taken_back_once():
    deal = Deal(State.DRAFT)
    actions.record_deposit(deal.client.pk, actor=deal.staff, amount=usd(5_000), key="d")
    pk = Posting.objects.get(kind="deposit.received", subject_type="deposit").pk
    results = each_at_once(
        6, lambda n: actions.return_deposit(Deposit.objects.get().pk, actor=deal.staff, reason="No.")
    )
    assert sum(isinstance(one, Deposit) for one in results) == 1
    assert not any(isinstance(one, DatabaseError) for one in results)
    assert Posting.objects.filter(reverses_id=pk).count() == 1
    assert audit() == []
