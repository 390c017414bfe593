"""Cancelled: hidden from the worker, still in the list; with pay it stays readable and is paid (S41-S43)."""

import pytest

from assignments.states import State
from tests.clauses.test_pending_approval import invoice_of
from tests.support import markers
from tests.support.books import figures
from tests.support.facts import books, fresh, history, moved, told, url
from tests.support.markers import marked

TABS = ("", "details/", "messages/", "deliverables/", "requests/", "history/", "visit/")


@pytest.mark.parametrize("state", [State.ASSIGNED, State.IN_PROGRESS, State.ON_HOLD, State.PENDING_APPROVAL])
def test_s41_a_cancelled_assignments_contents_are_no_longer_visible_to_the_worker(people, visitor, state):
    """S41: page, thread and files are gone for the worker from every stage; the reserved money is free again."""
    row = marked(people, state)
    document = row.attachments.get()
    visitor("worker").open(url(row)).has(row.title)
    check = visitor("owner").submit(
        url(row, "cancel/"), status=200, reason="not_needed", note="The store closes."
    )
    assert fresh(row).state == state
    visitor("owner").submit(check, press="Cancel assignment").has("Cancelled")
    kept = fresh(row)
    assert (kept.state, kept.cancelled_pay_minor) == (State.CANCELLED, 0)
    assert figures(people.client.pk) == (1_000_000, 2_000_000, 0, 0)
    for path in TABS:
        visitor("worker").open(url(row, path), 404)
    visitor("worker").open(f"/files/attachments/{document.uuid}/", 404)
    visitor("owner").open(url(row, "details/")).has(*markers.CONTACTS)
    assert (history(row)[-1], told(people, "worker", row)[-1]) == ("cancelled", "cancelled")


def test_s42_it_still_is_in_the_workers_dashboard_under_cancelled(people, visitor):
    """S42: one line with number and title, no link to the contents."""
    row = marked(people, State.CANCELLED)
    page = visitor("worker").open("/work/?stage=cancelled")
    page.has("Cancelled", row.title, row.number)
    page.lacks(*markers.BEFORE_ASSIGNMENT, *markers.CLIENTS_OWN)
    assert url(row) not in page.addresses
    visitor("applicant").open("/work/?stage=cancelled").lacks(row.title)


def test_s43_a_client_can_cancel_and_still_pay(people, visitor):
    """S43: then the worker can view the assignment, and the receivable in the Payment Center."""
    row = marked(people, State.IN_PROGRESS)
    before = books()
    typed = {"reason": "other", "note": "We pay your trip.", "pay": "60.00"}
    check = visitor("owner").submit(url(row, "cancel/"), status=200, **typed)
    check.has("$60.00", "$66.00")
    visitor("owner").submit(check, press="Cancel assignment and pay $66.00")
    kept, invoice = fresh(row), invoice_of(row)
    assert (kept.state, kept.cancelled_pay_minor, invoice.state, invoice.total_minor) == (
        State.CANCELLED, 6_000, "open", 6_600,
    )  # fmt: skip
    client = people.client.pk
    assert moved(before) == {
        ("client", client, "reserved_terms"): 6_600 - 38_635, ("client", client, "terms"): 38_635 - 6_600,
    }  # fmt: skip
    visitor("worker").open(url(row)).has("Cancelled with pay", "$60.00", markers.CONTACT)
    seen = visitor("worker").open("/payments/")
    seen.has(row.number, "$60.00")
    seen.lacks("$66.00")
    visitor("owner").open("/payments/").has(row.number, "$66.00")
