"""The whole life of an assignment, with the client's and the worker's browsers open at the same time."""

from pathlib import Path

import pytest

from assignments.models import Application, CheckIn, Deliverable
from assignments.states import ApplicationState, State
from common.money import Money
from ledger.accounts import balance
from ledger.audit import audit
from ledger.purposes import BALANCE, WORKER
from notifications.models import Notice
from payments.models import Invoice
from payments.states import InvoiceState
from tests.journeys.acts import (
    AT_SITE,
    STREET,
    TITLE,
    approve,
    check_in,
    create,
    fill_fields,
    pay,
    photo,
    sign_in,
)
from tests.support.browser import PHONE, Desk
from tests.support.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_draft_to_paid(windows: Desk, cast: Cast, tmp_path: Path) -> None:
    client = windows.window()
    sign_in(client, cast.owner)
    worker = windows.window(viewport=PHONE, place=AT_SITE, theme="dark")
    sign_in(worker, cast.worker.user)

    # Draft: only the company sees it; sent, the worker finds it, without street and contact.
    row = create(client)
    worker.open(f"/assignments/{row.pk}/", status=404)
    client.press("Send, $385.00 at most")
    row.refresh_from_db()
    assert row.state == State.SENT
    assert "Sent" in client.text or "Available" in client.text
    worker.open("/find-work/").follow(TITLE)
    worker.has("$350.00", "Swap both access points")
    worker.lacks(STREET, "Sam Site", "518 555 0100", "key of the rack")

    # The worker asks for more; the client compares and accepts.
    worker.follow("Counteroffer").fill(price_minor="380.00", expenses="20", reason="Two ladders are needed.")
    worker.press("Send counteroffer")
    worker.has("Counteroffer sent, waiting for the client", "$400.00")
    offer = Application.objects.get(assignment=row)
    assert (offer.state, offer.price_minor, offer.expenses_minor) == (ApplicationState.PENDING, 38_000, 2_000)
    client.open("/").open(f"/assignments/{row.pk}/").follow("Review 1 application")
    client.has("Wanda Worker", "Counteroffer", "$400.00", "$440.00", "Two ladders are needed.")
    client.follow("Review Wanda Worker").follow("Assign")
    client.has("Nobody else has applied.")
    client.press("Assign Wanda Worker")
    client.has("The worker is assigned and was told.")

    # Assigned: the worker's page shows everything, and confirms.
    worker.open(f"/assignments/{row.pk}/").has(STREET, "Sam Site", "key of the rack", "Assigned")
    assert Notice.objects.filter(user=cast.worker.user, subject_id=row.pk).exists()
    worker.follow("Confirm schedule").press("Confirm schedule")
    row.refresh_from_db()
    assert row.confirmed_at is not None
    client.open(f"/assignments/{row.pk}/").has("Wanda Worker is on schedule")

    # On site with a phone: check in with the position, photos, the field, check out.
    check_in(worker, row)
    row.refresh_from_db()
    assert row.state == State.IN_PROGRESS
    visit = CheckIn.objects.get(assignment=row)
    assert visit.in_lat == pytest.approx(AT_SITE[0], abs=0.01)
    client.open(f"/assignments/{row.pk}/").has("In Progress", "Wanda Worker is working on it")
    wanted = row.requirements.get()
    worker.open(f"/assignments/{row.pk}/deliver/{wanted.pk}/")
    worker.fill(files=[photo(tmp_path, "left", "red"), photo(tmp_path, "right", "blue")])
    worker.press("Add files")
    assert Deliverable.objects.filter(requirement=wanted).count() == 2
    fill_fields(worker, row)
    worker.open(f"/assignments/{row.pk}/visit/").press("Check out")
    worker.follow("Submit for approval").fill(resolution="Both are replaced and labelled.")
    worker.has("$400.00")
    worker.press("Submit for approval")
    worker.has("Sent for approval")
    row.refresh_from_db()
    assert row.state == State.PENDING_APPROVAL

    # The client looks at the work and approves it: an invoice in the Payment Center.
    client.open(f"/assignments/{row.pk}/").has("Pending Approval", "Review the work")
    client.open(f"/assignments/{row.pk}/deliverables/").has("left", "right")
    approve(client, row, "$440.00")
    row.refresh_from_db()
    assert row.state == State.APPROVED
    invoice = Invoice.objects.get(assignment=row)
    assert (invoice.worker_minor, invoice.fee_minor, invoice.total_minor) == (40_000, 4_000, 44_000)
    worker.open(f"/assignments/{row.pk}/").has("Approved")
    worker.open("/payments/").has("$400.00")

    # Paid: both see it, the books agree.
    client.open("/payments/").has("$440.00")
    pay(client, invoice)
    client.has("$440.00", "Wanda Worker")
    row.refresh_from_db()
    invoice.refresh_from_db()
    assert (row.state, invoice.state) == (State.PAID, InvoiceState.PAID)
    client.open(f"/assignments/{row.pk}/").has("Paid and closed")
    worker.open(f"/assignments/{row.pk}/").has("Paid")
    worker.open("/payments/").has("Available to withdraw $400.00")
    assert balance(WORKER, cast.worker.pk, BALANCE, "USD") == Money(40_000, "USD")
    assert audit() == []
