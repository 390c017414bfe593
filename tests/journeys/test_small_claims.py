"""Small claims in two windows: figures that cross, and figures that an admin decides and one side appeals (N6)."""

import re

import pytest

from assignments.models import Assignment
from assignments.states import State
from ledger.audit import audit
from payments.models import Dispute
from tests.factories import StaffFactory, assignment_in
from tests.journeys.acts import sign_in
from tests.support.axe import violations
from tests.support.browser import PHONE, Desk, Window
from tests.support.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REASONS = {"reason_to_client": "The cables hang.", "reason_to_worker": "One cable hangs."}


@pytest.fixture
def claim(cast: Cast) -> Assignment:
    """$200.00 of submitted work."""
    return assignment_in(
        State.PENDING_APPROVAL, owner=cast.owner, by=cast.worker, title="Hang the cables", price_minor=20_000
    )


def give(window: Window, row: Assignment, figure: str) -> Window:
    """One side's figure, over the check page."""
    window.open(f"/assignments/{row.pk}/dispute/").follow("Give your figure").fill(figure=figure)
    window.press("Check the figure").has("It is sealed at once")
    return window.press(re.compile(r"^Seal \$"))


def opened(windows: Desk, cast: Cast, row: Assignment) -> tuple[Window, Window]:
    """The client's window, with the dispute opened in it, and the worker's phone."""
    client = windows.window(cast.owner).open(f"/assignments/{row.pk}/dispute/")
    client.has("is a small claim").fill(ground="quality", statement="One cable hangs.").press("Open dispute")
    return client.has("Small claim", "Give your figure"), windows.window(cast.worker.user, viewport=PHONE)


def test_figures_that_cross_settle_at_the_middle(windows: Desk, cast: Cast, claim: Assignment) -> None:
    client, worker = opened(windows, cast, claim)
    give(client, claim, "150.00").has("given, sealed", "You gave your figure.").lacks("$150.00")
    worker.open(f"/assignments/{claim.pk}/dispute/").has("given, sealed").lacks("$150.00")
    assert violations(worker.page) == []
    give(worker, claim, "120.00").has("Settled by both sides", "$150.00", "$120.00", "$135.00 to the worker")
    client.open(f"/assignments/{claim.pk}/dispute/").has("$135.00 to the worker", "Settled by both sides")
    assert violations(client.page) == []
    claim.refresh_from_db()
    assert (claim.state, claim.pay_minor) == (State.APPROVED, 13_500)
    worker.open("/payments/").has("$135.00", "Hang the cables")
    assert audit() == []


def test_an_admin_decides_between_the_figures_and_one_side_appeals(
    windows: Desk, cast: Cast, claim: Assignment
) -> None:
    first, second = StaffFactory(name="Stella Staff"), StaffFactory(name="Sven Second")
    client, worker = opened(windows, cast, claim)
    give(worker, claim, "180.00")
    give(client, claim, "100.00").has("Stella Staff of Onsite decides", "$100.00", "$180.00")
    dispute = Dispute.objects.get(assignment=claim)

    def decide(staff: object, decision: str, amount: str) -> None:
        admin = windows.window()
        sign_in(admin, staff, f"/admin/payments/dispute/{dispute.pk}/change/")
        admin.open(f"/admin/payments/dispute/{dispute.pk}/change/").has("$100.00", "$180.00")
        assert violations(admin.page) == []
        admin.fill(decision=decision, amount=amount, **REASONS).press("Check decision").has("Ledger lines")
        admin.press(f"Decide {dispute.number}").has("Both sides were told.")

    decide(first, "part", "120.00")
    worker.open(f"/assignments/{claim.pk}/dispute/").has(
        "$120.00 to the worker", "Either side can appeal once"
    )
    worker.follow("Appeal").fill(statement="All but one cable hang.").press("Appeal")
    worker.has("Another admin decides the appeal")
    client.open(f"/assignments/{claim.pk}/dispute/").has("All but one cable hang.")
    decide(second, "part", "160.00")
    for window in (worker, client):
        window.open(f"/assignments/{claim.pk}/dispute/").has(
            "$160.00 to the worker", "The first decision was"
        )
    claim.refresh_from_db()
    assert (claim.state, claim.pay_minor) == (State.APPROVED, 16_000)
    assert audit() == []
