"""Disputes: statements with files, what comes next, settling without an admin, the appeal, precedents (C08, D5, D6)."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from assignments.states import State
from common import clock
from common.errors import Conflict, NotAllowed
from ledger.post import Leg, post
from ledger.purposes import CASH, CLEARING, CLIENT, PROVIDER
from payments import actions, sweeps
from payments.models import Dispute, DisputeStatement, Invoice, Precedent, Ruling, SettlementOffer
from tests.factories import People, StaffFactory, picture
from tests.support.facts import books, fresh, moved, told, url, usd
from tests.support.http import Visitor
from tests.support.markers import NOTE, STREET, marked

SAID = {"reason_to_client": "The photos show it.", "reason_to_worker": "Your photos show it."}


@pytest.fixture
def disputed(people: People, visitor):
    """The client disputes submitted work of $351.23."""
    row = marked(people, State.PENDING_APPROVAL)
    visitor("owner").submit(url(row, "dispute/"), ground="quality", statement="One does not answer.")
    return row


def dispute_of(row) -> Dispute:
    return Dispute.objects.filter(assignment=row).latest("pk")


PART = usd(20_000)


def decide(row, by, decision="part", amount=PART, **more):
    return actions.settle(dispute_of(row).pk, actor=by, decision=decision, amount=amount, **SAID, **more)


def test_m8_statements_are_kept_one_by_one_with_their_files(people, visitor, disputed):
    """Both sides say more than once, with files that pass the gate; both and Onsite read them, nobody else."""
    answer = url(disputed, "dispute/")
    photo = SimpleUploadedFile("rack.png", picture().read(), "image/png")
    visitor("worker").submit(answer, statement="Both answer.", attached=photo)
    visitor("worker").submit(answer, statement="Here is the log too.")
    said = list(DisputeStatement.objects.values_list("side", "text"))
    assert said == [
        ("client", "One does not answer."),
        ("worker", "Both answer."),
        ("worker", "Here is the log too."),
    ]
    page = visitor("owner").open(answer)
    page.has("Both answer.", "Here is the log too.", "rack.png")
    link = page.links["rack.png"]
    for name, status in (
        ("owner", 200),
        ("worker", 200),
        ("staff", 200),
        ("applicant", 404),
        ("other_client", 404),
    ):
        assert visitor(name).client.get(link).status_code == status
    evil = SimpleUploadedFile("rack.png", b"MZ\x90\x00", "image/png")
    refused = visitor("owner").submit(answer, status=422, statement="See this.", attached=evil)
    refused.has("Choose your files again")
    assert "See this." in refused.html
    for change in (
        DisputeStatement.objects.first().delete,
        lambda: DisputeStatement.objects.update(text="x"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_m8_both_sides_read_what_comes_next_with_its_instant(people, visitor, disputed):
    """The steps every 48 hours with their dates; after an answer the decision; for each reader the own next act."""
    worker, owner = (
        visitor("worker").open(url(disputed, "dispute/")),
        visitor("owner").open(url(disputed, "dispute/")),
    )
    worker.has(
        "Say your side. Without an answer, Onsite goes one step further.", "Until Thu, Dec 3, 7:00 AM EST"
    )
    owner.has(
        "Waiting for the other side.",
        "Asked on the assignment : not yet Thu, Dec 3",
        "Asked the managers : not yet Sat, Dec 5",
    )
    visitor("worker").submit(url(disputed, "dispute/"), statement="Both answer.")
    owner = visitor("owner").open(url(disputed, "dispute/"))
    owner.has("Both sides were heard. Onsite decides next.", "Until Thu, Dec 3, 7:00 AM EST")
    owner.lacks("Asked the managers")


def test_m8_evidence_gathers_itself_and_each_side_sees_what_it_may(people, visitor, disputed):
    """Timeline, check-ins, messages, agreement; the client's private note is for nobody in a dispute."""
    for name in ("owner", "worker"):
        page = visitor(name).open(url(disputed, "dispute/"))
        page.has("Evidence", "Agreement and amendments", "Check-ins", "Timeline")
    visitor("worker").open(url(disputed, "dispute/")).lacks(NOTE, "$386.35", "$35.12")
    admin = visitor("staff").open(f"/admin/payments/dispute/{dispute_of(disputed).pk}/change/")
    admin.has("Agreement and amendments", "Check-ins", "One does not answer.")
    admin.lacks(NOTE)


def test_m8_the_money_of_a_decision_waits_for_the_appeal_and_then_follows(people, visitor, disputed):
    """Seven days; nothing moves, nobody approves; then the sweep carries it out, once."""
    before = books()
    decide(disputed, people.staff)
    assert (dispute_of(disputed).state, fresh(disputed).state, moved(before)) == (
        "ruled",
        "pending_approval",
        {},
    )
    visitor("owner").open(url(disputed, "approve/"), status=409)
    for name in ("owner", "worker"):
        visitor(name).open(url(disputed)).has("Either side can appeal until Tue, Dec 8, 7:00 AM EST")
    with clock.moved(clock.now() + timedelta(days=7, seconds=-1)):
        assert sweeps.step_disputes() == 0
    with clock.moved(clock.now() + timedelta(days=7)):
        assert (sweeps.step_disputes(), sweeps.step_disputes()) == (1, 0)
    row = fresh(disputed)
    assert (dispute_of(row).state, row.state, row.pay_minor, row.disputed_at) == (
        "decided",
        "approved",
        20_000,
        None,
    )
    with clock.moved(clock.now() + timedelta(days=8)), pytest.raises(Exception, match="No dispute is open"):
        actions.appeal_dispute(row.pk, actor=people.worker.user, statement="Late.")


def test_m8_both_give_the_appeal_up_and_it_is_carried_out_at_once(people, visitor, disputed):
    """One side alone changes nothing but its own right."""
    decide(disputed, people.staff)
    visitor("worker").submit(url(disputed, "dispute/waive/"), press="Give it up")
    assert dispute_of(disputed).state == "ruled"
    visitor("worker").open(url(disputed, "dispute/appeal/"), status=409)
    visitor("owner").submit(url(disputed, "dispute/waive/"), press="Give it up")
    assert (dispute_of(disputed).state, fresh(disputed).pay_minor) == ("decided", 20_000)


def test_m8_an_appeal_goes_once_to_another_admin_and_is_final(people, visitor, disputed):
    """By either side, with a statement; who decided first cannot; the second decision is carried out at once."""
    decide(disputed, people.staff)
    visitor("worker").submit(url(disputed, "dispute/appeal/"), press="Appeal", status=422)
    visitor("worker").submit(
        url(disputed, "dispute/appeal/"), press="Appeal", statement="You overlooked the log."
    )
    found = dispute_of(disputed)
    assert (found.state, found.appealed_side, found.assignee) == ("appealed", "worker", None)
    visitor("owner").open(url(disputed, "dispute/")).has(
        "You overlooked the log.", "Another admin decides the appeal"
    )
    visitor("owner").open(url(disputed, "dispute/appeal/"), status=409)
    for act in (
        lambda: decide(disputed, people.staff),
        lambda: actions.assign_dispute(found.pk, actor=people.staff),
    ):
        with pytest.raises((NotAllowed, Conflict), match="Another admin"):
            act()
    page = f"/admin/payments/dispute/{found.pk}/change/"
    visitor("staff").open(page).has("Another admin decides the appeal.")
    other = Visitor(StaffFactory(name="Second Staff"))
    checked = other.submit(page, press="Check decision", status=200, decision="full", **SAID)
    checked.has("The decision of an appeal is final")
    other.submit(checked, press=f"Decide {found.number}")
    row = fresh(disputed)
    assert (dispute_of(row).state, row.state, row.pay_minor) == ("decided", "approved", 35_123)
    assert list(Ruling.objects.values_list("level", "amount_minor")) == [(1, 20_000), (2, 35_123)]
    visitor("worker").open(url(row, "dispute/")).has("The first decision was: pay a part, $200.00")
    visitor("worker").open(url(row, "dispute/appeal/"), status=409)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ruling.objects.create(
            dispute=found, level=2, decision="full", currency="USD", amount_minor=1, ruled_by=people.staff
        )


def test_m8_the_sides_settle_without_an_admin(people, visitor, disputed):
    """One proposes, the other accepts on a page with the own figures: settled at once, without an appeal."""
    visitor("worker").submit(
        url(disputed, "dispute/settle/"), press="Send proposal", amount="300", note="Meet me there."
    )
    page = visitor("owner").open(url(disputed, "dispute/"))
    page.has("Proposed: $300.00 to the worker", "Meet me there.")
    accept = visitor("owner").follow(page, "See and accept")
    accept.has("$300.00", "$30.00", "$330.00")
    visitor("owner").submit(accept, press="Accept and settle")
    row = fresh(disputed)
    assert (dispute_of(row).state, row.state, row.pay_minor, row.disputed_at) == (
        "settled",
        "approved",
        30_000,
        None,
    )
    assert told(people, "worker", row).count("dispute.agreed") == 1
    again = accept.form_with(set(), press="Accept and settle").data("Accept and settle")
    visitor("owner").post(accept.url, again, referer=accept.url).has("This is done already.")
    visitor("worker").open(url(row)).has("Both sides settled dispute")
    visitor("owner").open(url(row, "dispute/?new=1")).has("What it is about")
    refused = visitor("owner").submit(
        url(row, "dispute/?new=1"), status=422, ground="quality", statement="Again."
    )
    refused.has("Both sides have settled about this assignment already.")


def test_m8_a_proposal_that_is_gone_is_a_calm_page(people, visitor, disputed):
    """Taken back, replaced, declined or expired: 409, and nothing happens. Too much is refused at the field."""
    offers = url(disputed, "dispute/settle/")
    visitor("worker").submit(offers, press="Send proposal", status=422, amount="351.24").has(
        "Propose a figure from $0.00"
    )
    worker, owner = people.worker.user, people.owner
    first = actions.offer_settlement(disputed.pk, actor=worker, amount=usd(30_000))
    second = actions.offer_settlement(disputed.pk, actor=worker, amount=usd(29_000))
    visitor("owner").open(f"{offers}{first.pk}/accept/", status=409)
    visitor("worker").open(f"{offers}{second.pk}/accept/", status=404)
    actions.withdraw_settlement(disputed.pk, second.pk, actor=worker)
    third = actions.offer_settlement(disputed.pk, actor=worker, amount=usd(28_000))
    with clock.moved(third.expires_at):
        visitor("owner").open(f"{offers}{third.pk}/accept/", status=409)
        with pytest.raises(Conflict):
            actions.accept_settlement(disputed.pk, third.pk, actor=owner)
        assert (sweeps.expire_settlements(), sweeps.expire_settlements()) == (1, 0)
        fourth = actions.offer_settlement(disputed.pk, actor=worker, amount=usd(27_000))
        actions.decline_settlement(disputed.pk, fourth.pk, actor=owner)
        fifth = actions.offer_settlement(disputed.pk, actor=worker, amount=usd(26_000))
        decide(disputed, people.staff)
        for side in (owner, worker):
            actions.waive_appeal(disputed.pk, actor=side)
    states = list(SettlementOffer.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["withdrawn", "withdrawn", "expired", "declined", "closed"]
    assert (fifth.amount, fresh(disputed).pay_minor) == (usd(26_000), 20_000)


def test_m8_a_decision_that_cannot_be_carried_out_is_refused_before_anybody_reads_it(people, visitor):
    """Cancelled work at immediate terms is paid from cash: where the cash is gone, nothing is decided."""
    row = marked(people, State.CANCELLED, hours_ahead=70, terms_days=0)
    visitor("worker").submit(
        url(row, "escalate/"), ground="no_explanation", statement="Why was it cancelled?"
    )
    cash = books()[("client", people.client.pk, "cash")]
    with transaction.atomic():
        post("deposit.failed", key="gone", at=clock.now(), legs=[
            Leg(CLIENT, people.client.pk, CASH, usd(-cash)), Leg(PROVIDER, 0, CLEARING, usd(cash)),
        ])  # fmt: skip
    with pytest.raises(Exception, match=r"short|funds|cash"):
        decide(row, people.staff, "full", None)
    assert (dispute_of(row).state, Ruling.objects.count(), Invoice.objects.count()) == ("open", 0, 0)


def test_m8_a_precedent_names_nobody_and_everybody_can_read_it(people, visitor, disputed):
    """The check refuses names, mails, numbers and places; the text is published once the decision is final."""
    for leak in (
        "Olivia agreed.", "Wanda was right.", "Acme paid.", "Write to a@b.example.", "Call +1 518 555 0177.",
        f"See {disputed.number}.", f"At {STREET}.", "They got $200.", "In Albany.",
    ):  # fmt: skip
        with pytest.raises(Exception, match="take out"):
            decide(disputed, people.staff, summary=leak)
    text = "Work that was shown on photos is paid for, except for what does not answer."
    decide(disputed, people.staff, summary=text)
    assert Precedent.objects.count() == 0
    for side in (people.owner, people.worker.user):
        actions.waive_appeal(disputed.pk, actor=side)
    nobody = Visitor()
    page = nobody.open("/precedents/?ground=quality&q=photos")
    page.has(text, "The work is not as agreed", "Pay a part")
    page.lacks("Olivia", "Wanda", "Acme", disputed.number, "$200")
    nobody.open("/precedents/?ground=amount").lacks(text)
    Precedent.objects.bulk_create(
        Precedent(dispute=_another(people, n), ground="amount", decision="full", summary=f"Case {n}")
        for n in range(21)
    )
    first = nobody.open("/precedents/?ground=amount")
    assert first.html.count("<h2>") == 20
    nobody.open(f"/precedents/{first.response.context['page']['next_url']}").has("Case 0")


def _another(people: People, n: int) -> Dispute:
    """A closed dispute of its own; a page of precedents needs many."""
    row = Dispute.objects.first().assignment
    return Dispute.objects.create(
        assignment=row, client=people.client, worker=people.worker, state="closed", ground="amount", side="client",
        opened_by=people.owner, currency="USD", amount_minor=n, closed_at=clock.now(),
    )  # fmt: skip


def test_m7_nothing_is_paid_after_work_without_an_explanation(people, visitor):
    """Cancelled at zero after a check-in needs words for the worker."""
    row = marked(people, State.IN_PROGRESS)
    page = visitor("owner").open(url(row, "cancel/"))
    refused = visitor("owner").submit(
        page, press="Check the cancellation", status=422, reason="other", pay="0"
    )
    refused.has("Explain why nothing is paid after work was done.")
    checked = visitor("owner").submit(
        page,
        press="Check the cancellation",
        status=200,
        reason="other",
        pay="0",
        note="The rack was torn out.",
    )
    visitor("owner").submit(checked, press="Cancel assignment")
    assert (fresh(row).state, fresh(row).cancel_note) == ("cancelled", "The rack was torn out.")
