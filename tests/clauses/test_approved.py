"""Approved: scheduled for payment, with terms and a date, and FastFunds for who wants it sooner (S35-S37)."""

from datetime import date, timedelta

import pytest

from assignments.states import State
from common import clock
from tests.support import markers
from tests.support.facts import books, fresh, moved, url
from tests.support.markers import marked


def approved(people, visitor, **columns):
    """Approved just now by the owner, over HTTP."""
    row = marked(people, State.PENDING_APPROVAL, **columns)
    visitor("owner").submit(url(row, "approve/"))
    return fresh(row)


def test_s35_approved_work_is_scheduled_for_payment(people, visitor):
    """S35: it is not paid yet; both sides see when it will be, and no money has moved."""
    row = marked(people, State.PENDING_APPROVAL)
    before = books()
    visitor("owner").submit(url(row, "approve/"))
    assert moved(before) == {}
    assert (fresh(row).state, fresh(row).paid_at) == (State.APPROVED, None)
    visitor("worker").open(url(row)).has("$351.23 comes on Dec 31", "Scheduled for payment.")
    visitor("owner").open(url(row)).has("Its invoice is in the Payment Center", "Due Dec 31.")


@pytest.mark.parametrize("days", [7, 15, 21, 30, 45, 90])
def test_s36_terms_begin_the_day_of_the_invoice_and_the_date_is_shown_from_then(people, visitor, days):
    """S36: counted from approval, not from the work; before approval no date is shown."""
    row = marked(people, State.PENDING_APPROVAL, terms_days=days)
    due = date(2026, 12, 4) + timedelta(days=days)
    words = f"{due:%b} {due.day}"
    assert (row.payment_due_on, words in visitor("worker").open("/payments/").text) == (None, False)
    with clock.moved(clock.now() + timedelta(days=3)):
        visitor("owner").submit(url(row, "approve/"))
        assert fresh(row).payment_due_on == due
        visitor("worker").open("/payments/").has(words)
        visitor("worker").open(url(row)).has(words)
        visitor("owner").open("/payments/").has(words)


def test_s37_the_worker_can_use_fastfunds_where_it_is_eligible(people, visitor):
    """S37: quote with fee and net first; taking it pays the worker now; not offered where it is not eligible."""
    row = approved(people, visitor, fastfunds_eligible=True)
    worker = visitor("worker")
    worker.open(url(row)).has("Get paid now")
    quote = worker.open(url(row, "fastfunds/"))
    quote.has(markers.PAY, "$26.34", "$324.89")
    before = books()
    worker.submit(url(row, "fastfunds/"), **{"agreed": True} if "agreed" in names(quote) else {})
    taken = moved(before)
    assert sum(taken.values()) == 0
    assert {purpose: minor for (_, _, purpose), minor in taken.items()} == {
        "balance": 32_489, "fastfunds_fee": 2_634, "fastfunds_advanced": -35_123,
    }  # fmt: skip
    kept = fresh(row)
    assert (kept.state, kept.advanced_at) == (State.APPROVED, clock.now())
    for page in (visitor("owner").open(url(row)), visitor("owner").open("/payments/")):
        page.lacks("$26.34", "$324.89")


def test_s37_not_eligible_means_not_offered(people, visitor):
    """S37, the other way: no button, and the address answers 409 without moving money."""
    row, before = approved(people, visitor), books()
    visitor("worker").open(url(row)).lacks("Get paid now")
    visitor("worker").open(url(row, "fastfunds/"), 409)
    assert moved(before) == {}


def names(page):
    """Every input on the page."""
    return {name for form in page.posts for name in form.controls}
