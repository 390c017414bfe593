"""Cancelling with pay keeps the worker's page and makes a receivable; without pay the page closes (S41-S43)."""

import pytest

from assignments.states import State
from ledger.audit import audit
from payments.models import Invoice
from tests.factories import assignment_in
from tests.journeys.acts import pay
from tests.support.browser import PHONE, Desk
from tests.support.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_cancel_with_pay(windows: Desk, cast: Cast) -> None:
    row = assignment_in(State.ASSIGNED, owner=cast.owner, by=cast.worker, title="Hang the signs")
    client = windows.window(cast.owner).open(f"/assignments/{row.pk}/")
    worker = windows.window(cast.worker.user, viewport=PHONE)

    # Too much is refused with the typed words kept; then the check page says what it costs.
    client.more("Cancel assignment")
    client.fill(reason="customer_cancelled", note="The shop closes for good.", pay="900")
    client.press("Check the cancellation", status=422).has("Enter an amount from zero to $350.00")
    assert client.page.locator("main [name=note]").input_value() == "The shop closes for good."
    client.fill(pay="50.00").press("Check the cancellation").has("$50.00", "$5.00", "$55.00")
    client.press("Cancel assignment and pay $55.00").has("Cancelled with pay")

    row.refresh_from_db()
    invoice = Invoice.objects.get(assignment=row)
    assert (row.state, row.cancelled_pay_minor, invoice.total_minor) == (State.CANCELLED, 5_000, 5_500)

    # The worker still reads the assignment and sees the receivable; after the payment, the money.
    worker.open(f"/assignments/{row.pk}/").has("Cancelled")
    worker.open("/payments/").has("Hang the signs", "$50.00")
    pay(client, invoice)
    worker.open("/payments/").has("Available to withdraw $50.00")
    row.refresh_from_db()
    assert row.state == State.CANCELLED
    assert audit() == []


def test_cancel_without_pay(windows: Desk, cast: Cast) -> None:
    row = assignment_in(State.ASSIGNED, owner=cast.owner, by=cast.worker, title="Hang the signs")
    client = windows.window(cast.owner).open(f"/assignments/{row.pk}/cancel/")
    worker = windows.window(cast.worker.user, viewport=PHONE).open(f"/assignments/{row.pk}/")

    client.fill(reason="not_needed").press("Check the cancellation").press("Cancel assignment").has(
        "Cancelled"
    )

    worker.open(f"/assignments/{row.pk}/", status=404)
    worker.open("/work/?stage=cancelled").has("Hang the signs")
    assert not Invoice.objects.filter(assignment=row).exists()
