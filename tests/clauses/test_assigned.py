"""Assigned: choosing a worker, what the chosen one sees and may ask, and who is shut out (S08-S15)."""

from datetime import timedelta

import pytest

from assignments.models import Application, Message, MoneyRequest, RescheduleRequest
from assignments.states import ApplicationState, EngagementEnd, RequestState, State
from common import clock
from tests.factories import consent, picture
from tests.support import markers
from tests.support.books import figures
from tests.support.facts import fresh, history, told, url
from tests.support.markers import marked

TERMS = 2_000_000
GROSS_MINOR = 38_635


def test_s08_the_client_selects_a_worker_and_it_is_assigned_until_its_start(people, visitor):
    """S08: choosing an offer assigns it while the start lies ahead; its price and date come into force."""
    row = marked(people, State.SENT)
    visitor("worker").submit(
        url(row, "counteroffer/"), press="Send counteroffer", price_minor="400.00", reason="Two floors."
    )
    visitor("applicant").submit(url(row, "apply/"))
    offer = Application.objects.get(worker=people.worker)
    page = visitor("owner").submit(url(row, f"applications/{offer.pk}/assign/"))
    page.has("Assigned", "Wanda Worker")
    kept = fresh(row)
    assert (kept.state, kept.worker, kept.price_minor) == (State.ASSIGNED, people.worker, 40_000)
    assert kept.start_at > clock.now()
    states = dict(Application.objects.values_list("worker__user__name", "state"))
    assert states == {"Wanda Worker": ApplicationState.ACCEPTED, "Adam Applicant": ApplicationState.CLOSED}
    assert figures(people.client.pk) == (1_000_000, TERMS - 44_000, 0, 44_000)
    assert history(row)[-2:] == ["assigned", "filled"]
    assert (told(people, "worker", row), told(people, "applicant", row)) == (["assigned"], ["filled"])
    with clock.moved(kept.start_at + timedelta(hours=1)):
        assert fresh(row).state == State.ASSIGNED


def test_s08_straight_from_draft_for_a_worker_who_agreed(people, visitor):
    """S08: directly from Draft, only for a worker who agreed to direct assignment by this company."""
    row = marked(people, State.DRAFT)
    page = visitor("owner").open(url(row, "assign-directly/"))
    page.lacks("Wanda Worker")
    consent(people.client, people.worker)
    visitor("owner").submit(url(row, "assign-directly/"), worker=people.worker.pk).has(
        "Assigned", "Wanda Worker"
    )
    kept = fresh(row)
    assert (kept.state, kept.worker) == (State.ASSIGNED, people.worker)
    assert figures(people.client.pk) == (1_000_000, TERMS - GROSS_MINOR, 0, GROSS_MINOR)
    assert Application.objects.count() == 0


def test_s09_the_assigned_worker_sees_all_information_contacts_and_attachments(people, visitor):
    """S09: contacts, street, way in, instructions and documents, but never the client's fee, gross or notes."""
    row = marked(people, State.ASSIGNED)
    page = visitor("worker").open(url(row))
    page.has(*markers.CONTACTS, markers.STREET, markers.WAY_IN, markers.INSTRUCTIONS, markers.PAY)
    assert page.links[markers.DOCUMENT] == f"/files/attachments/{row.attachments.get().uuid}/"
    assert visitor("worker").follow(page, markers.DOCUMENT).body.decode() == markers.DOCUMENT_TEXT
    for path in ("", "messages/", "requests/", "history/", "visit/"):
        visitor("worker").open(url(row, path)).lacks(*markers.CLIENTS_OWN)
    visitor("owner").open(url(row)).has(markers.GROSS, markers.FEE, people.worker.user.email)


def test_s10_the_assigned_worker_can_post_messages(people, visitor):
    """S10: the worker writes, the client reads and answers; an applicant has no thread."""
    row = marked(people, State.ASSIGNED)
    visitor("worker").submit(url(row, "messages/"), body="I park behind the building.")
    visitor("owner").open(url(row, "messages/")).has("Wanda Worker", "I park behind the building.")
    visitor("owner").submit(url(row, "messages/"), body="Fine with us.")
    visitor("worker").open(url(row, "messages/")).has("Fine with us.")
    assert list(Message.objects.filter(is_private=False).values_list("author__name", "side", "body")) == [
        ("Wanda Worker", "worker", "I park behind the building."),
        ("Olivia Owner", "client", "Fine with us."),
    ]
    assert (told(people, "owner", row)[-1], told(people, "worker", row)[-1]) == (
        "message_posted",
        "message_posted",
    )
    for name in ("applicant", "stranger"):
        visitor(name).open(url(row, "messages/"), 404)


def test_s11_the_assigned_worker_can_request_a_budget_increase(people, visitor):
    """S11: asked with a reason; only the client's approval changes price and reservation."""
    row = marked(people, State.ASSIGNED)
    visitor("worker").submit(url(row, "request/increase/"), amount="50.00", reason="A third switch.")
    request = MoneyRequest.objects.get()
    assert (request.kind, request.amount_minor, request.state) == ("increase", 5_000, RequestState.OPEN)
    assert fresh(row).price_minor == markers.PRICE_MINOR
    asked = visitor("owner").open(url(row, "requests/"))
    asked.has("Budget increase: $50.00", "A third switch.")
    visitor("owner").open(url(row)).has("Budget Increase Requested")
    visitor("owner").submit(url(row, f"money/{request.pk}/approve/"))
    assert fresh(row).price_minor == markers.PRICE_MINOR + 5_000
    assert figures(people.client.pk)[3] == 44_135
    visitor("worker").open(url(row)).has("$401.23")
    assert told(people, "worker", row)[-1] == "money_approved"


def test_s12_the_assigned_worker_can_request_an_expense_reimbursement(people, visitor):
    """S12: with a receipt that only both sides read; a refusal names its reason and changes no sum."""
    row = marked(people, State.ASSIGNED)
    visitor("worker").submit(
        url(row, "request/expense/"), amount="18.40", reason="Parking", receipt=picture("slip")
    )
    request = MoneyRequest.objects.get()
    assert (request.kind, request.amount_minor, request.receipt_name) == ("expense", 1_840, "slip.png")
    for name, status in (("owner", 200), ("worker", 200), ("stranger", 404), ("other_client", 404)):
        visitor(name).open(f"/files/receipts/{request.uuid}/", status)
    visitor("owner").submit(url(row, f"money/{request.pk}/decline/"), reason="Parking is included.")
    request.refresh_from_db()
    assert (request.state, fresh(row).expenses_minor) == (RequestState.DECLINED, 0)
    visitor("worker").open(url(row, "requests/")).has("Parking is included.")
    assert figures(people.client.pk)[3] == GROSS_MINOR


def test_s13_the_assigned_worker_can_request_another_date(people, visitor):
    """S13: the agreed date stays until the client accepts."""
    row = marked(people, State.ASSIGNED)
    visitor("worker").submit(
        url(row, "reschedule/"), start_date="2026-12-05", start_time="08:00", note="The train is cancelled."
    )
    request = RescheduleRequest.objects.get()
    assert (request.side, request.from_hold, request.state) == ("worker", False, RequestState.OPEN)
    assert fresh(row).start_at == row.start_at
    visitor("owner").open(url(row)).has("Reschedule Requested", "The worker asks for another date")
    page = visitor("owner").submit(url(row, f"reschedule/{request.pk}/accept/"))
    page.has("Sat, Dec 5, 8:00 AM EST")
    assert f"{fresh(row).start_at:%F %R}" == "2026-12-05 13:00"
    assert told(people, "worker", row)[-1] == "reschedule_accepted"


def shut_out(session, row, document):
    """Nothing of it opens: page, tabs, verbs, file; and the lists show at most the own line."""
    for path in ("", "details/", "questions/", "messages/", "history/", "apply/", "visit/"):
        session.open(url(row, path), 404)
    session.open(f"/files/attachments/{document.uuid}/", 404)
    for path in ("/find-work/", "/work/", "/schedule/", "/messages/", "/"):
        page = session.open(path)
        page.lacks(*markers.BEFORE_ASSIGNMENT, url(row))


def test_s14_an_applicant_who_did_not_get_it_has_no_access_any_more(people, visitor):
    """S14: once another worker is assigned the applicant's page is like a missing one, now and later."""
    row = marked(people, State.SENT)
    visitor("applicant").submit(url(row, "apply/"))
    visitor("applicant").open(url(row))
    visitor("worker").submit(url(row, "apply/"))
    chosen = Application.objects.get(worker=people.worker)
    visitor("owner").submit(url(row, f"applications/{chosen.pk}/assign/"))
    shut_out(visitor("applicant"), row, row.attachments.get())
    visitor("owner").submit(url(row, "unassign/"), reason="other", note="Plans changed.")
    assert fresh(row).state == State.SENT
    shut_out(visitor("applicant"), row, row.attachments.get())
    visitor("stranger").open(url(row)).has(row.title)


@pytest.mark.parametrize("reason", ["scope_changed", "worker_abandoned"])
def test_s15_an_unassigned_worker_has_no_access_any_more(people, visitor, reason):
    """S15: the client removes the worker with reason and note; page, thread and files are gone for that worker."""
    row = marked(people, State.IN_PROGRESS)
    visitor("worker").submit(url(row, "messages/"), body="On my way.")
    page = visitor("owner").submit(url(row, "unassign/"), reason=reason, note="We do it otherwise.")
    page.has("Sent")
    kept = fresh(row)
    assert (kept.state, kept.worker, kept.engagement, kept.first_check_in_at) == (
        State.SENT,
        None,
        None,
        None,
    )
    ended = row.engagements.get()
    assert (ended.worker, ended.end, ended.end_reason) == (people.worker, EngagementEnd.UNASSIGNED, reason)
    shut_out(visitor("worker"), row, row.attachments.get())
    assert told(people, "worker", row)[-1] == "unassigned"
    visitor("owner").open(url(row, "messages/")).has("On my way.")
