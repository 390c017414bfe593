"""Paid: the money arrives, and nothing is ever changed again (S38-S40)."""

import pytest
from django.db import DatabaseError, transaction

from assignments.models import Assignment
from assignments.policies import VERBS
from assignments.states import State
from common import clock
from tests.clauses.test_pending_approval import invoice_of
from tests.support import markers
from tests.support.facts import books, columns, fresh, history, moved, told, url
from tests.support.http import Visitor
from tests.support.markers import marked


def test_s38_the_client_pays_the_invoice_and_the_worker_can_withdraw_it(people, visitor):
    """S38: cash of the client becomes the worker's balance and the platform's fee; the worker withdraws it."""
    row = marked(people, State.APPROVED)
    invoice, before = invoice_of(row), books()
    visitor("worker").open("/payments/").has(markers.PAY)
    pay(visitor("owner"), invoice)
    client, worker = people.client.pk, people.worker.pk
    assert moved(before) == {
        ("client", client, "cash"): -38_635,
        ("client", client, "reserved_terms"): -38_635,
        ("client", client, "terms"): 38_635,
        ("worker", worker, "balance"): 35_123,
        ("platform", 0, "fee"): 3_512,
    }
    kept = fresh(row)
    assert (kept.state, kept.paid_at, invoice_of(row).state) == (State.PAID, clock.now(), "paid")
    visitor("worker").open(url(row)).has("Paid", "$351.23 is paid")
    visitor("worker").open("/payments/balance/").has("$351.23")
    assert told(people, "worker", row)[-1] == "paid"


def pay(session, invoice):
    """Open the check page of the chosen invoice and pay it."""
    return session.submit(
        f"/payments/pay/?invoice={invoice.pk}", action="/payments/pay/", press="Pay $386.35"
    )


def test_s39_unless_the_worker_used_fastfunds(people, visitor):
    """S39: then the client's payment settles the advance; the worker gets nothing a second time."""
    row = marked(people, State.APPROVED, fastfunds_eligible=True)
    visitor("worker").submit(url(row, "fastfunds/"))
    before = books()
    pay(visitor("owner"), invoice_of(row))
    change = moved(before)
    assert change[("platform", 0, "fastfunds_advanced")] == 35_123
    assert ("worker", people.worker.pk, "balance") not in change
    assert fresh(row).state == State.PAID


PATHS = (
    "edit/ edit-site/ delete/ send/ invite/ assign-directly/ hold/ remove-hold/ unassign/ send-back/ attach/ "
    "add-money/ reschedule/ approve/ cancel/ check-in/ check-out/ submit/ back-out/ confirm/ apply/ counteroffer/ "
    "request/bonus/ request/expense/ request/increase/ fields/ messages/ withdraw/ ask/ rate-worker/ fastfunds/ "
    "escalate/ dispute/open/"
).split()


def test_s40_a_paid_assignment_cannot_be_reopened_or_modified_by_anybody(people, visitor):
    """S40: no person, by no address, changes a column or adds an entry."""
    row = marked(people, State.PAID)
    before, entries, sums = columns(row), history(row), books()
    typed = {
        "reason": "other", "note": "x", "body": "x", "title": "x", "resolution": "x", "amount": "1.00",
        "start_date": "2026-12-09", "start_time": "09:00", "schedule_kind": "fixed", "state": "approved",
    }  # fmt: skip
    for name in ("owner", "manager", "controller", "worker", "staff", "applicant"):
        session = Visitor(people.user(name), csrf=False)
        for path in PATHS:
            status = session.client.post(url(row, path), typed).status_code
            assert status in (403, 404, 405, 409, 422), f"{name} {path}: {status}"
    assert (columns(row), history(row), books()) == (before, entries, sums)


def test_s40_no_verb_of_the_table_is_allowed_and_no_button_is_drawn(people, visitor):
    """S40: the only things left are the worker's rating, the fault record's 7 days (D6), and reading."""
    row = marked(people, State.PAID)
    page = visitor("owner").open(url(row))
    assert {one for one in page.addresses if one.startswith(url(row))} <= {
        url(row, path)
        for path in ("", "details/", "questions/", "applications/", "messages/", "deliverables/", "requests/",
                     "history/", "copy/", "save-template/", "promise/", "sheet/", "proof/")
    }  # fmt: skip
    stages = {verb for verb, rule in VERBS.items() if State.PAID in rule.states}
    assert stages == {"rate_client", "contest_fault", "answer_fault", "decide_fault", "settle_fault"}


@pytest.mark.parametrize("change", [{"state": State.APPROVED}, {"title": "x"}, {"pay_minor": 1}])
def test_s40_the_database_itself_refuses(people, visitor, change):
    """S40: by any way in: not even SQL beside the portal changes or deletes the row."""
    row = marked(people, State.PAID)
    with pytest.raises(DatabaseError), transaction.atomic():
        Assignment.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Assignment.objects.filter(pk=row.pk)._raw_delete("default")
    assert fresh(row).state == State.PAID
