"""Any price, fee and decision: the parts of a payment add up, and nothing is lost or made."""

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assignments.pricing import cost
from assignments.states import State
from common.money import Money
from common.tables import safe
from payments import actions
from tests.payments.support import Deal


@given(pay=st.integers(0, 10**12), bps=st.integers(0, 5000))
def test_pay_and_fee_are_the_total_to_the_cent(pay, bps):
    priced = cost(Money(pay, "USD"), bps)
    assert priced.worker + priced.fee == priced.total
    assert 0 <= priced.fee.minor <= (pay + 1) // 2 + 1


@given(pay=st.integers(1, 10**12), bps=st.integers(0, 9999))
def test_fastfunds_splits_the_pay_without_rest(pay, bps):
    amount = Money(pay, "USD")
    fee = amount.percent(bps)
    assert (amount - fee) + fee == amount


@given(text=st.text(max_size=20))
def test_no_cell_begins_like_a_formula(text):
    assert not safe(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@pytest.mark.django_db
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(price=st.integers(1, 400_000), terms=st.sampled_from([0, 7, 90]))
def test_every_price_is_paid_exactly(price, terms):
    deal = Deal(State.PENDING_APPROVAL, price_minor=price, terms_days=terms)
    before = deal.held()
    invoice = actions.approve(deal.pk, actor=deal.owner)
    if terms:
        actions.pay([invoice.pk], actor=deal.owner)
    moved = deal.moved(before)
    paid = -(moved.get("cash", 0) + moved.get("reserved_cash", 0))
    assert paid == moved["balance"] + moved.get("fee", 0) == invoice.total_minor
    assert moved["balance"] == price


@pytest.mark.one_database
@pytest.mark.django_db
def test_lists_ask_the_same_number_of_questions_with_one_row_and_with_many(
    frozen, client, django_assert_max_num_queries
):
    deal = Deal(State.APPROVED)
    deal.another(State.PENDING_APPROVAL)
    counts = []
    for _ in range(2):
        found = []
        for user, name in ((deal.owner, "center"), (deal.owner, "ledger"), (deal.worker.user, "center")):
            client.force_login(user)
            client.get(reverse(f"payments:{name}"))
            with django_assert_max_num_queries(40) as asked:
                client.get(reverse(f"payments:{name}"))
            found.append(len(asked))
        counts.append(found)
        for _ in range(5):
            deal.another(State.APPROVED)
        deal.another(State.PENDING_APPROVAL)
    assert counts[0] == counts[1]
