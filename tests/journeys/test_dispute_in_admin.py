"""An approval that takes too long: the worker escalates, an admin decides in the administration (S34, C08)."""

from datetime import timedelta

import pytest

from assignments.models import Assignment
from assignments.states import State
from common import clock
from ledger.audit import audit
from payments.models import Dispute, Invoice
from payments.states import Decision, DisputeState
from tests.factories import StaffFactory, assignment_in
from tests.journeys.acts import sign_in
from tests.support.axe import violations
from tests.support.browser import PHONE, Desk
from tests.support.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def overdue(cast: Cast) -> Assignment:
    """Submitted ten days ago and still not approved; the client usually needs three."""
    with clock.moved(clock.now() - timedelta(days=10)):
        return assignment_in(State.PENDING_APPROVAL, owner=cast.owner, by=cast.worker, title="Hang the signs")


def test_dispute_in_admin(windows: Desk, cast: Cast, overdue: Assignment) -> None:
    staff = StaffFactory(name="Stella Staff")
    path = f"/assignments/{overdue.pk}/"

    # The worker writes first, then escalates; the client says its side.
    worker = windows.window(cast.worker.user, viewport=PHONE).open(path)
    worker.has("Approval takes longer than usual.").follow("Write to the client")
    worker.fill(body="When do you approve it?").press("Send message")
    worker.open(path).follow("Escalate to Onsite")
    worker.fill(ground="overdue_approval", statement="It was done in full on the day.").press("Escalate")
    dispute = Dispute.objects.get(assignment=overdue)
    worker.has(dispute.number, "It was done in full on the day.", "Waiting for the other side")
    client = windows.window(cast.owner).open(path).has("A dispute is open")
    client.lacks("Review and approve")
    client.open(f"{path}dispute/").fill(statement="One sign hangs askew.").press("Send answer")
    client.has("Both sides were heard.")

    # The admin finds it in the queue, takes it, checks the decision, and settles a part.
    admin = windows.window()
    sign_in(admin, staff, "/admin/")
    assert admin.path == "/admin/"
    admin.open("/admin/payments/dispute/").has(dispute.number)
    assert violations(admin.open(f"/admin/payments/dispute/{dispute.pk}/change/").page) == []
    admin.has("It was done in full on the day.", "One sign hangs askew.", "When do you approve it?")
    admin.press("Assign to me").has("is yours")
    reasons = {"reason_to_client": "The signs hang; one is askew.", "reason_to_worker": "One sign is askew."}
    admin.fill(decision="part", amount="200.00", internal_note="First case.", **reasons).press(
        "Check decision"
    )
    admin.has("$200.00", "Ledger lines", "Mails")
    assert violations(admin.page) == []
    overdue.refresh_from_db()
    assert overdue.state == State.PENDING_APPROVAL
    admin.press(f"Decide {dispute.number}").has("Both sides were told.")

    # Both sides read the decision, each with its own reason; the money is what was decided.
    dispute.refresh_from_db()
    assert (dispute.state, dispute.decision, dispute.decided_minor) == (
        DisputeState.RULED,
        Decision.PART,
        20_000,
    )
    assert dispute.decided_by == staff
    worker.open(f"{path}dispute/").has("$200.00 to the worker", "One sign is askew.").lacks("First case.")
    client.open(f"{path}dispute/").has("$200.00 to the worker", "The signs hang; one is askew.").lacks(
        "First case."
    )
    overdue.refresh_from_db()
    assert overdue.state == State.PENDING_APPROVAL
    for side in (worker, client):
        side.follow("Give the appeal up").press("Give it up")
    invoice = Invoice.objects.get(assignment=overdue)
    assert (invoice.worker_minor, invoice.total_minor) == (20_000, 22_000)
    overdue.refresh_from_db()
    assert overdue.state == State.APPROVED
    worker.open("/payments/").has("Scheduled $200.00", "Hang the signs")
    assert audit() == []
