"""Doubled clicks, the back button, and a page that is out of date: one effect, and a calm page."""

from datetime import timedelta

import pytest

from assignments.models import Application, Assignment
from assignments.states import State
from common import clock
from ledger.accounts import balance
from ledger.audit import audit
from ledger.purposes import BALANCE, WORKER
from payments.models import Invoice, PaymentRun
from tests.factories import assignment_in
from tests.journeys.acts import draft_values
from tests.support.browser import Desk, until
from tests.support.cast import Cast
from timeline.models import Entry

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def entries(row: Assignment, kind: str) -> int:
    return Entry.objects.filter(
        subject_type="assignment", subject_id=row.pk, kind=f"assignment.{kind}"
    ).count()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_doubled_click_has_one_effect(windows: Desk, cast: Cast, script: bool) -> None:
    row = assignment_in(State.SENT, owner=cast.owner)
    worker = windows.window(cast.worker.user, script=script).open(f"/assignments/{row.pk}/apply/")
    worker.find("button", "Send application").dblclick()
    until(lambda: worker.path == f"/assignments/{row.pk}/", worker)
    worker.has("Application sent, waiting for the client")
    assert Application.objects.filter(assignment=row).count() == 1
    assert entries(row, "applied") == 1

    held = assignment_in(State.ASSIGNED, owner=cast.owner, by=cast.rival)
    client = windows.window(cast.owner, script=script).open(f"/assignments/{held.pk}/hold/")
    client.fill(reason="site_not_ready").find("button", "Put on hold").dblclick()
    until(lambda: client.path == f"/assignments/{held.pk}/", client)
    client.has("On Hold")
    assert entries(held, "held") == 1


def test_a_doubled_payment_is_one(windows: Desk, cast: Cast) -> None:
    row = assignment_in(State.APPROVED, owner=cast.owner, by=cast.worker)
    invoice = Invoice.objects.get(assignment=row)
    client = windows.window(cast.owner, script=False).open(f"/payments/pay/?invoice={invoice.pk}")
    client.find("button", f"Pay {invoice.total}").dblclick()
    until(lambda: client.path.startswith("/payments/runs/"), client)

    client.has(str(invoice.total))
    client.back().press(f"Pay {invoice.total}")
    client.has(str(invoice.total))
    row.refresh_from_db()
    assert row.state == State.PAID
    assert entries(row, "paid") == 1
    assert PaymentRun.objects.count() == 1
    assert balance(WORKER, cast.worker.pk, BALANCE, "USD") == row.money(35_000)
    assert audit() == []


def test_back_and_again_has_one_effect(windows: Desk, cast: Cast) -> None:
    client = windows.window(cast.owner).open("/assignments/new/")
    client.fill(**draft_values()).press("Check and send")
    client.back()
    assert client.h1 == "Create assignment"
    client.press("Check and send")
    row = Assignment.objects.get()

    client.open(f"/assignments/{row.pk}/send/").press("Send, $385.00 at most")
    client.back().press("Send, $385.00 at most")
    assert client.path.startswith(f"/assignments/{row.pk}/")
    assert entries(row, "sent") == 1


def test_a_stale_tab_is_told_what_happened(windows: Desk, cast: Cast) -> None:
    row = assignment_in(
        State.ASSIGNED, owner=cast.owner, by=cast.worker, start_at=clock.now() + timedelta(days=1)
    )
    client = windows.window(cast.owner).open(f"/assignments/{row.pk}/unassign/")
    stale = windows.tab(client.page.context, "stale tab").open(f"/assignments/{row.pk}/hold/")

    client.fill(reason="worker_cancelled", note="She called.").press("Remove worker")
    stale.fill(reason="site_not_ready").press("Put on hold", status=409)

    stale.has("This assignment is now")
    row.refresh_from_db()
    assert row.state == State.SENT
    assert entries(row, "held") == 0
    stale.back().open(f"/assignments/{row.pk}/").has("No applications yet")
