"""The timers of money: auto-pay in order, with short funds, after a late opt-in; a poisoned row blocks nobody."""

from datetime import timedelta

import pytest

from assignments.states import State
from clients.models import Client
from common import clock
from notifications.models import Message
from payments import actions, sweeps
from payments.models import Invoice
from tests.payments.support import Deal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def auto(cash: int, *terms: int) -> tuple[Deal, list[Invoice]]:
    deal = Deal(State.PENDING_APPROVAL, cash=cash, terms_days=terms[0])
    Client.objects.filter(pk=deal.client.pk).update(auto_pay=True)
    made = [actions.approve(deal.pk, actor=deal.owner)]
    for days in terms[1:]:
        made.append(deal.another(State.APPROVED, terms_days=days).invoices.get())
    return deal, made


def test_auto_pay_pays_on_the_due_date_and_not_before():
    deal, [invoice] = auto(50_000, 7)
    with clock.moved(invoice.autopay_due_at - timedelta(seconds=1)):
        assert sweeps.pay_due() == 0
    with clock.moved(invoice.autopay_due_at):
        assert (sweeps.pay_due(), sweeps.pay_due()) == (1, 0)
    assert deal.row.state == "paid"


def test_with_short_funds_the_oldest_is_paid_and_people_are_told_once():
    deal, [late, early] = auto(40_000, 15, 7)
    with clock.moved(late.autopay_due_at):
        assert sweeps.pay_due() == 1
    assert [Invoice.objects.get(pk=one.pk).state for one in (early, late)] == ["paid", "open"]
    for hours in (1, 2, 6, 30):
        with clock.moved(late.autopay_due_at + timedelta(hours=hours)):
            assert sweeps.pay_due() == 0
    assert Message.objects.filter(kind="invoice.autopay_failed").count() == 1
    actions.deposit_by_gateway(actor=deal.owner, amount=late.total, key="d")
    with clock.moved(late.autopay_due_at + timedelta(days=3)):
        assert sweeps.pay_due() == 1
    assert deal.held()["cash"] == 1_500


def test_opting_in_or_out_later_counts():
    deal, [invoice] = auto(50_000, 7)
    Client.objects.update(auto_pay=False)
    with clock.moved(invoice.autopay_due_at):
        assert sweeps.pay_due() == 0
    assert Invoice.objects.get().autopay_due_at is None
    Client.objects.update(auto_pay=True)
    with clock.moved(invoice.autopay_due_at):
        assert sweeps.pay_due() == 1
    assert deal.row.state == "paid"


def test_a_dispute_holds_auto_pay():
    deal, [invoice] = auto(50_000, 7)
    actions.open_dispute(deal.pk, actor=deal.owner, ground="quality", statement="No.")
    with clock.moved(invoice.autopay_due_at):
        assert sweeps.pay_due() == 0
    deal.settle("full")
    with clock.moved(invoice.autopay_due_at + timedelta(days=1)):
        assert sweeps.pay_due() == 1


def test_one_poisoned_row_is_parked_and_the_rest_go_on(monkeypatch):
    _, [first, second] = auto(100_000, 7, 15)
    real = actions.pay_due

    def poisoned(pk):
        if pk == first.pk:
            raise ZeroDivisionError
        return real(pk)

    monkeypatch.setattr(actions, "pay_due", poisoned)
    with clock.moved(second.autopay_due_at):
        assert sweeps.pay_due() == 1
        parked = Invoice.objects.get(pk=first.pk)
        assert (parked.failures, parked.next_try_at > clock.now()) == (1, True)
        monkeypatch.undo()
        assert sweeps.pay_due() == 0
    with clock.moved(second.autopay_due_at + timedelta(hours=1)):
        assert sweeps.pay_due() == 1
