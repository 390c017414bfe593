"""Pending Approval: what has to be there, and the client's and the worker's answers to it (S30-S34)."""

from datetime import timedelta

import pytest

from assignments.actions import closeout, money
from assignments.actions.drafting import Asked, Content, Wanted
from assignments.states import MoneyKind, State
from clients.models import CompanyCard
from common import clock
from common.errors import Invalid
from common.money import Money
from payments.models import Invoice
from tests.factories import assignment_in, picture
from tests.support import markers
from tests.support.books import figures
from tests.support.facts import fresh, history, told, url
from tests.support.markers import marked


def test_s30_reached_only_with_all_times_deliverables_and_fields(people, visitor):
    """S30: each thing that is missing is named and refused by itself, until all of them are there."""
    content = Content(wanted=[Wanted("Photo of the rack", count=2)], asked=[Asked("Serial number")])
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker, content=content)
    worker = visitor("worker")
    with clock.moved(row.start_at):
        worker.submit(url(row, "check-in/"))
    with clock.moved(row.start_at + timedelta(hours=1)):

        def left(*names):
            page = worker.submit(url(row, "submit/"), status=422, resolution="All in.")
            page.has(*names)
            assert fresh(row).state == State.IN_PROGRESS

        wanted, asked = row.requirements.get(), row.custom_fields.get()
        left("Check out", "Photo of the rack", "Questions at closeout")
        worker.submit(url(row, f"deliver/{wanted.pk}/"), files=picture("one"))
        left("Check out", "Photo of the rack", "Questions at closeout")
        worker.submit(url(row, f"deliver/{wanted.pk}/"), files=picture("two"))
        left("Check out", "Questions at closeout")
        worker.submit(url(row, "check-out/"))
        left("Questions at closeout")
        worker.submit(url(row, "fields/"), **{f"custom_{asked.pk}": "SN-77"})
        worker.submit(url(row, "submit/"), press="Submit for approval", resolution="All in.")
    assert fresh(row).state == State.PENDING_APPROVAL
    with clock.moved(row.start_at + timedelta(hours=2)):
        visitor("owner").open(url(row)).has("Pending Approval", "All in.")
        visitor("owner").open(url(row, "deliverables/")).has("one.png", "two.png", "SN-77")


def test_s31_not_satisfied_sends_it_back_with_a_reason(people, visitor):
    """S31: back to In Progress; the worker reads why and submits again."""
    row = marked(people, State.PENDING_APPROVAL)
    visitor("owner").submit(url(row, "send-back/"), status=422, reason=" ")
    assert fresh(row).state == State.PENDING_APPROVAL
    visitor("owner").submit(url(row, "send-back/"), reason="Cable two is loose.").has(
        "Not Satisfied", "In Progress"
    )
    kept = fresh(row)
    assert (kept.state, kept.sent_back_reason, kept.submitted_at) == (
        State.IN_PROGRESS,
        "Cable two is loose.",
        None,
    )
    visitor("worker").open(url(row)).has("The client is not satisfied yet", "Cable two is loose.")
    assert told(people, "worker", row)[-1] == "sent_back"
    visitor("worker").submit(url(row, "submit/"), press="Submit for approval", resolution="Fixed.")
    assert (fresh(row).state, history(row)[-2:]) == (State.PENDING_APPROVAL, ["sent_back", "submitted"])


def test_s31_not_satisfied_may_propose_a_figure_that_only_the_worker_takes(people, visitor):
    """S31: less than submitted; one press takes it, and it is what the client approves then."""
    row = marked(people, State.PENDING_APPROVAL)
    owner, worker = visitor("owner"), visitor("worker")
    page = owner.submit(url(row, "send-back/"), status=422, reason="Cable two is loose.", proposed="351.23")
    page.has("Enter less than the submitted $351.23.", "Cable two is loose.")
    assert (fresh(row).state, fresh(row).proposed_minor) == (State.PENDING_APPROVAL, None)
    owner.submit(url(row, "send-back/"), reason="Cable two is loose.", proposed="280.00")
    owner.open(url(row)).has("As it is, $280.00 would be approved.")
    assert (fresh(row).proposed_minor, fresh(row).reduced_minor) == (28_000, None)
    worker.open(url(row, "visit/")).has("As it is, the client would approve", "Submit at $280.00")
    assert 'value="280.00"' not in worker.open(url(row, "submit/")).html
    path = url(row, "submit/?take=1")
    page = worker.open(path)
    assert 'value="280.00"' in page.html
    page.has("You will receive $280.00")
    worker.submit(path, press="Submit for approval", resolution="Fixed.")
    owner.open(url(row)).has("submitted it for approval at $280.00 , as the client proposed: Fixed.")
    kept = fresh(row)
    assert (kept.state, kept.proposed_minor, kept.reduced_minor) == (State.PENDING_APPROVAL, None, 28_000)
    owner.submit(url(row, "approve/"))
    assert fresh(row).pay_minor == 28_000


def test_s31_the_worker_need_not_take_the_proposed_figure(people, visitor):
    """S31: the whole pay stays submitted when the worker does what was asked, and both sides read so."""
    row = marked(people, State.PENDING_APPROVAL)
    visitor("owner").submit(url(row, "send-back/"), reason="Cable two is loose.", proposed="0")
    visitor("worker").submit(url(row, "submit/"), press="Submit for approval", resolution="Fixed.")
    words = f"submitted it for approval at {markers.PAY} , not at the proposed $0.00 : Fixed."
    visitor("owner").open(url(row)).has(words)
    kept = fresh(row)
    assert (kept.proposed_minor, kept.reduced_minor) == (None, None)


def test_s31_a_proposed_figure_leaves_agreed_expenses_and_bonus_alone(people, frozen):
    """S31: what was agreed besides the base pay is paid in full; the figure ends with the engagement."""
    row = marked(people, State.PENDING_APPROVAL)
    closeout.send_back(row.pk, actor=people.owner, reason="The map is missing.")
    bonus = money.Ask(MoneyKind.BONUS, "Early.", amount_minor=5_000)
    money.add_money(row.pk, bonus, actor=people.owner)
    closeout.submit(row.pk, closeout.Submission("Done."), actor=people.worker.user)
    with pytest.raises(Invalid, match=r"at least \$50\.00, the approved expenses and bonus"):
        closeout.send_back(row.pk, actor=people.owner, reason="Loose.", proposed=Money(4_999, "USD"))
    closeout.send_back(row.pk, actor=people.owner, reason="Loose.", proposed=Money(5_000, "USD"))
    assert fresh(row).proposed_minor == 0


def test_s32_approve_approves_it_for_payment(people, visitor):
    """S32: one press by the client; the stage, the pay and the reservation say so."""
    row = marked(people, State.PENDING_APPROVAL)
    visitor("owner").open(url(row, "approve/")).has(markers.GROSS)
    visitor("owner").submit(url(row, "approve/")).has("Approved")
    kept = fresh(row)
    assert (kept.state, kept.pay_minor, kept.approved_at) == (
        State.APPROVED,
        markers.PRICE_MINOR,
        clock.now(),
    )
    assert row.engagements.get().end == "completed"
    assert figures(people.client.pk) == (1_000_000, 2_000_000 - 38_635, 0, 38_635)
    visitor("worker").open(url(row)).has("Approved", markers.PAY)
    assert told(people, "worker", row)[-1] == "approved"


def test_s33_its_invoice_is_then_in_the_payment_center(people, visitor):
    """S33: not before approval; then on both sides' Payment Center, each with the own sums."""
    row = marked(people, State.PENDING_APPROVAL)
    visitor("owner").open("/payments/").lacks(row.number)
    visitor("owner").submit(url(row, "approve/"))
    invoice = invoice_of(row)
    assert (invoice.state, invoice.total_minor) == ("open", 38_635)
    visitor("owner").open("/payments/").has(row.number, markers.GROSS, "Dec 31")
    visitor("controller").open("/payments/").has(row.number, markers.GROSS)
    seen = visitor("worker").open("/payments/")
    seen.has(row.number, markers.PAY)
    seen.lacks(markers.GROSS, markers.FEE)
    for name in ("other_client", "applicant", "stranger"):
        visitor(name).open("/payments/").lacks(row.number)


def invoice_of(row):
    return Invoice.objects.get(assignment_id=row.pk)


def test_s34_the_worker_can_escalate_when_approval_takes_longer_than_the_average(people, visitor):
    """S34: "longer than usual" from the client's average on; the button from 48 hours later, after a message."""
    CompanyCard.objects.update_or_create(
        client=people.client, defaults={"approvals": 5, "average_approval_minutes": 24 * 60}
    )
    row = marked(people, State.PENDING_APPROVAL)
    worker, submitted = visitor("worker"), row.submitted_at
    with clock.moved(submitted + timedelta(hours=23)):
        worker.open(url(row)).lacks("longer than usual", "Escalate")
    with clock.moved(submitted + timedelta(hours=25)):
        worker.open(url(row)).has("longer than usual")
        worker.open(url(row, "escalate/"), 409)
    with clock.moved(submitted + timedelta(hours=73)):
        assert "Escalate" not in worker.open(url(row, "escalate/")).buttons()
        worker.submit(url(row, "messages/"), body="Is anything missing?")
        typed = {"ground": "overdue_approval", "statement": "No answer for three days."}
        worker.submit(url(row, "escalate/"), press="Escalate", **typed)
        kept = fresh(row)
        assert (kept.state, kept.disputed_at) == (State.PENDING_APPROVAL, clock.now())
        worker.open(url(row)).has("Disputed")
        visitor("owner").open(url(row)).has("Disputed")
        visitor("owner").open(url(row, "approve/"), 409)
        visitor("staff").open(url(row)).has(row.title)
