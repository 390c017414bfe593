"""Prices are pure integers: never above the cap, never falling with more work, and sums that add up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.actions.money import Ask, increased, worth
from assignments.pricing import Cost, Terms, billable_minutes, cost, worker_total
from assignments.states import PricingType
from common.money import Money

AT = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
rates = st.integers(0, 10**7)
lengths = st.integers(0, 10_000)
prices = st.builds(
    Terms,
    pricing_type=st.sampled_from(PricingType.values),
    currency=st.sampled_from(["USD", "JPY", "KWD"]),
    price_minor=rates,
    max_minutes=lengths,
    max_units=st.integers(0, 1_000),
    extra_price_minor=rates,
    extra_max_minutes=lengths,
)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


@pytest.mark.parametrize(
    ("terms", "minutes", "units", "pay"),
    [
        (Terms("flat", "USD", 35_000), 500, 0, 35_000),
        (Terms("hourly", "USD", 4_500, max_minutes=180), 61, 0, 4_575),
        (Terms("hourly", "USD", 4_500, max_minutes=180), 181, 0, 13_500),
        (Terms("hourly", "USD", 1_001, max_minutes=60), 30, 0, 501),  # 500.5 rounds half up
        (Terms("unit", "USD", 1_200, max_units=40), 0, 12, 14_400),
        (Terms("unit", "USD", 1_200, max_units=40), 0, 41, 48_000),
        (Terms("blended", "USD", 10_000, 60, 0, 4_000, 120), 90, 0, 12_000),
        (Terms("blended", "USD", 10_000, 60, 0, 4_000, 120), 999, 0, 18_000),
        (Terms("blended", "USD", 10_000, 60, 0, 4_000, 120), 45, 0, 7_500),
    ],
)
def test_pay(terms: Terms, minutes: int, units: int, pay: int):
    assert terms.pay(minutes=minutes, units=units) == usd(pay)


@given(prices, lengths, lengths)
def test_pay_is_never_above_the_budget(terms: Terms, minutes: int, units: int):
    assert Money.zero(terms.currency) <= terms.pay(minutes=minutes, units=units) <= terms.budget


@given(prices, lengths, st.integers(0, 1_000), st.integers(0, 1_000))
def test_more_work_never_pays_less(terms: Terms, minutes: int, units: int, more: int):
    less = terms.pay(minutes=minutes, units=units)
    assert terms.pay(minutes=minutes + more, units=units + more) >= less


@given(prices, st.integers(0, 5_000))
def test_the_client_pays_worker_and_fee_and_nothing_else(terms: Terms, bps: int):
    made = cost(terms.budget, bps)
    assert made.total - made.fee == terms.budget
    assert made.fee == terms.budget.percent(bps)


@given(prices, st.integers(1, 10**6), st.integers(1, 600), st.integers(1, 50))
def test_an_increase_raises_the_budget_by_what_it_is_worth(
    terms: Terms, amount: int, minutes: int, units: int
):
    asked = Ask("increase", "More work", amount, add_minutes=minutes, add_units=units)
    grown = increased(terms, amount_minor=amount, add_minutes=minutes, add_units=units)
    gained = grown.budget.minor - terms.budget.minor
    assert abs(gained - worth(terms, asked)) <= 1  # each part of the time is rounded half up on its own


@pytest.mark.parametrize("kind", ["expense", "bonus"])
def test_expenses_and_bonuses_are_worth_their_amount(kind: str):
    assert worth(Terms("hourly", "USD", 4_500, max_minutes=60), Ask(kind, "Parking", 1_500)) == 1_500


def test_totals():
    total = worker_total(usd(35_000), expenses=usd(1_500), bonus=usd(500))
    assert cost(total, 1_000) == Cost(usd(37_000), usd(3_700))
    assert cost(total, 1_000).total == usd(40_700)


@pytest.mark.parametrize(
    ("spans", "minutes"),
    [([], 0), ([60], 1), ([61], 2), ([30, 30], 1), ([20, 20, 21], 2), ([3_600], 60), ([0.5], 1)],
)
def test_billable_minutes_are_summed_and_rounded_up_once(spans: list[float], minutes: int):
    visits = [(AT, AT + timedelta(seconds=seconds)) for seconds in spans]
    assert billable_minutes(visits) == minutes


@given(st.lists(st.integers(0, 86_400), max_size=20))
def test_rounding_adds_less_than_a_minute(seconds: list[int]):
    found = billable_minutes((AT, AT + timedelta(seconds=n)) for n in seconds)
    assert 0 <= found * 60 - sum(seconds) < 60
