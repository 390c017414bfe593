"""The pay promise (N1), the agreement sheet and its amendments (N2), and both as sourcing asks for them (point 10)."""

from datetime import timedelta

import pytest

from assignments import sweeps as timers
from assignments.actions.drafting import Wanted
from assignments.models import AgreementSheet, Amendment, Application, ScopeProposal
from assignments.states import RequestState, State
from clients.models import Client
from common import clock
from common.money import Money
from payments import sweeps
from payments.actions import approving
from tests.factories import People, Walk, consent, deliver, steps
from tests.support import markers
from tests.support.facts import fresh, history, told, url
from tests.support.markers import marked
from tests.support.pdf import words

FASTFUNDS_FEE = "$26.34"
"""7.5 % of the markers' pay: the worker's own."""
CLIENTS_MONEY = (markers.FEE, markers.GROSS)
FIVE = timedelta(days=5)


def silent(people: People, days: int | None = 5) -> None:
    """The company lets silence approve after so many days."""
    Client.objects.filter(pk=people.client.pk).update(auto_approve_days=days)
    people.client.refresh_from_db()


# --- N1 -------------------------------------------------------------------------------------------------------------


def test_n1_before_applying_one_page_says_who_pays_what_and_when(people, visitor):
    """N1: every fee in money, the dates, what silence means, how it can end; to the worker never the client's fee."""
    silent(people)
    row = marked(people, State.SENT, fastfunds_eligible=True, terms_days=15)
    for path in ("promise/", "apply/"):
        page = visitor("worker").open(url(row, path))
        page.has("You receive at most", markers.PAY, "Fee for you", "$0.00", FASTFUNDS_FEE)
        page.has("After 5 days of silence it is approved by itself", "pays 15 days after approval")
        page.has("The worker can cancel with a reason before the work starts.", "Less than 24 hours before")
        page.lacks(*CLIENTS_MONEY)
    assert visitor("worker").open(url(row, "apply/")).links[
        "On one page: the pay promise of " + row.number
    ] == (url(row, "promise/"))
    mine = visitor("owner").open(url(row, "promise/"))
    mine.has("You pay at most", *CLIENTS_MONEY)
    mine.lacks(FASTFUNDS_FEE)


def test_n1_where_nobody_opted_in_silence_approves_nothing(people, visitor):
    """N1: the promise says so before applying, and names the worker's way to Onsite."""
    row = marked(people, State.SENT)
    page = visitor("worker").open(url(row, "promise/"))
    page.has("Silence approves nothing", "The worker can escalate to Onsite")
    page.lacks("approved by itself")


def test_n1_before_assigning_the_page_promises_what_accepting_the_offer_means(people, visitor):
    """N1: on the terms of the offer that is looked at, not on the posted ones."""
    row = marked(people, State.SENT, fastfunds_eligible=True)
    visitor("worker").submit(
        url(row, "counteroffer/"), press="Send counteroffer", price_minor="400.00", reason="Two floors."
    )
    offer = Application.objects.get(worker=people.worker)
    page = visitor("owner").open(url(row, f"applications/{offer.pk}/assign/"))
    page.has("Pay promise", "$400.00", "$40.00", "$440.00", "10 % of what the worker gets")
    page.lacks("$30.00")  # FastFunds of the offer is the worker's own
    consent(people.client, people.applicant)
    visitor("owner").open(url(row, "assign-directly/")).has("Pay promise", *CLIENTS_MONEY)
    assert fresh(row).price_minor == markers.PRICE_MINOR


def test_n1_the_page_counts_down_and_silence_approves(people, visitor):
    """N1: after the agreed days the sweep approves, makes the invoice, and both sides read why."""
    silent(people)
    row = marked(people, State.PENDING_APPROVAL)
    due = fresh(row).auto_approve_due_at
    said = "Approved by itself Sun, Dec 6, 6:06 AM EST unless the client answers."
    for name in ("worker", "owner"):
        visitor(name).open(url(row)).has(said)
    with clock.moved(due - timedelta(hours=24)):
        assert timers.remind_approvals() == 1
    assert told(people, "owner", row)[-1] == "approval_near"
    with clock.moved(due):
        assert sweeps.approve_silent() == 1
    assert (fresh(row).state, fresh(row).pay_minor) == (State.APPROVED, markers.PRICE_MINOR)
    assert history(row)[-3:] == ["approved", "invoice.issued", "invoice.scheduled"]
    assert (told(people, "worker", row)[-1], told(people, "owner", row)[-2]) == ("approved", "approved")
    for name in ("worker", "owner"):
        visitor(name).open(url(row, "history/")).has("Approved by itself, because the client did not answer")


def test_n1_silence_waits_while_a_request_is_open_and_says_why(people, visitor):
    """N1: never while somebody talks; the answer gives the client a day more."""
    silent(people)
    row = marked(people, State.IN_PROGRESS)
    visitor("worker").submit(url(row, "request/bonus/"), amount="5.00", reason="Long day")
    closed = Walk(row.pk, people.owner, people.worker, steps(clock.now(), row.start_at), row.start_at)
    closed.to_pending_approval()
    due = fresh(row).auto_approve_due_at
    for name in ("worker", "owner"):
        visitor(name).open(url(row)).has("A request is open: until it is decided, silence approves nothing.")
    with clock.moved(due + FIVE):
        assert sweeps.approve_silent() == 0
        ask = row.money_requests.get()
        visitor("owner").submit(url(row, f"money/{ask.pk}/decline/"), reason="The price is agreed.")
    assert (fresh(row).state, fresh(row).auto_approve_due_at) == (
        State.PENDING_APPROVAL,
        due + FIVE + timedelta(hours=24),
    )


@pytest.mark.parametrize("answer", ["send-back", "dispute"])
def test_n1_an_answer_stops_the_clock(people, visitor, answer):
    """N1: Not Satisfied and a dispute each end the silence."""
    silent(people)
    row = marked(people, State.PENDING_APPROVAL)
    due = fresh(row).auto_approve_due_at
    typed = {"send-back": {"reason": "One label is missing."}}.get(
        answer, {"ground": "quality", "statement": "It is loose."}
    )
    visitor("owner").submit(url(row, f"{answer}/"), **typed)
    with clock.moved(due + FIVE):
        assert (fresh(row).auto_approve_due_at, sweeps.approve_silent()) == (None, 0)
    visitor("worker").open(url(row)).lacks("Approved by itself")


# --- N2 -------------------------------------------------------------------------------------------------------------


def test_n2_assigning_writes_the_agreement_that_both_sides_read(people, visitor):
    """N2: numbered, hashed, with scope, price, date, proof and rules; each side sees the own money only (D20)."""
    silent(people)
    row = marked(people, State.SENT, fastfunds_eligible=True, wanted=(Wanted("Photo of the rack", count=2),))
    visitor("worker").submit(url(row, "apply/"))
    offer = Application.objects.get(worker=people.worker)
    visitor("owner").submit(url(row, f"applications/{offer.pk}/assign/"))
    sheet = AgreementSheet.objects.get()
    number = f"{row.number}/1"
    assert (sheet.number, sheet.engagement, sheet.matches) == (number, fresh(row).engagement, True)
    both = (
        number, "Swap both switches and label the cables.", markers.INSTRUCTIONS, markers.STREET, markers.PAY,
        "Photo of the rack", "2 × Photo", "for 5 days after submitting", "Matches its hash", sheet.sha256,
        "Less than 24 hours before the start", "Wanda Worker", "Acme Retail",
    )  # fmt: skip
    for name, own, others in (
        ("owner", CLIENTS_MONEY, (FASTFUNDS_FEE,)),
        ("worker", (FASTFUNDS_FEE,), CLIENTS_MONEY),
    ):
        page = visitor(name).open(url(row, "sheet/"))
        page.has(*both, *own)
        page.lacks(*others, *markers.CONTACTS, markers.WAY_IN, markers.NOTE)
        paper = visitor(name).open(url(row, "sheet/1/pdf/")).body
        text = " ".join(words(paper).split())
        assert [one for one in (number, markers.STREET, markers.PAY, *own) if one not in text] == []
        assert [one for one in (*others, *markers.CONTACTS, markers.NOTE) if one in text] == []
    visitor("worker").open(url(row)).has("Agreement")


def test_n2_nobody_else_reads_it_and_a_former_worker_no_longer(people, visitor):
    """N2: strangers, rivals, other companies, a worker who was removed or cancelled without pay: like a missing one."""
    row = marked(people, State.ASSIGNED)
    paths = ("sheet/", "sheet/1/", "sheet/1/pdf/", "promise/")
    for name in ("stranger", "applicant", "other_client", "staff"):
        for path in paths:
            visitor(name).open(url(row, path), 404)
    visitor("owner").submit(url(row, "unassign/"), reason="other", note="Plans changed.")
    for path in paths:
        visitor("worker").open(url(row, path), 404)
    visitor("owner").open(url(row, "sheet/")).has("Wanda Worker")
    gone = marked(people, State.CANCELLED, hours_ahead=90)
    for path in paths:
        visitor("worker").open(url(gone, path), 404)
    paid = marked(people, State.CANCELLED, pay=Money(6_000, "USD"), hours_ahead=120)
    visitor("worker").open(url(paid, "sheet/")).has(f"{paid.number}/1")


def test_n2_the_next_worker_gets_an_agreement_of_the_own(people, visitor):
    """N2: number 2; the next worker does not read the first one, the client reads both."""
    row = marked(people, State.ASSIGNED)
    visitor("owner").submit(url(row, "unassign/"), reason="other", note="Plans changed.")
    visitor("stranger").submit(url(row, "apply/"))
    offer = Application.objects.get(worker=people.stranger)
    visitor("owner").submit(url(row, f"applications/{offer.pk}/assign/"))
    visitor("stranger").open(url(row, "sheet/")).has(f"{row.number}/2")
    visitor("stranger").open(url(row, "sheet/1/"), 404)
    visitor("owner").open(url(row, "sheet/")).has(f"{row.number}/2", f"{row.number}/1")
    visitor("owner").open(url(row, "sheet/1/")).has("Wanda Worker")


def test_n2_agreed_changes_are_amendments_with_old_and_new(people, visitor):
    """N2: a request and its approval amend; a refusal does not. Each side reads the own sums of the change."""
    row = marked(people, State.ASSIGNED)
    visitor("worker").submit(url(row, "request/increase/"), amount="50.00", reason="A third switch.")
    ask = row.money_requests.get()
    visitor("owner").submit(url(row, f"money/{ask.pk}/approve/"))
    visitor("owner").submit(
        url(row, "reschedule/"), start_date="2026-12-05", start_time="08:00", note="The train is cancelled."
    )
    date = row.reschedules.get()
    visitor("worker").submit(url(row, f"reschedule/{date.pk}/accept/"))
    visitor("worker").submit(url(row, "request/expense/"), amount="9.00", reason="Parking")
    no = row.money_requests.get(kind="expense")
    visitor("owner").submit(url(row, f"money/{no.pk}/decline/"), reason="Parking is included.")
    found = Amendment.objects.select_related("sheet", "proposed_by", "accepted_by")
    assert [(one.number, one.kind, str(one.proposed_by), str(one.accepted_by)) for one in found] == [
        (f"{row.number}/1.1", "increase", "Wanda Worker", "Olivia Owner"),
        (f"{row.number}/1.2", "schedule", "Olivia Owner", "Wanda Worker"),
    ]
    mine = visitor("owner").open(url(row, "sheet/"))
    mine.has(f"{row.number}/1.2", "removed: $386.35", "added: $441.35", "2 amendments")
    page = visitor("worker").open(url(row, "sheet/"))
    page.has("removed: $351.23", "added: $401.23", "Sat, Dec 5, 2026, 8:00 AM EST", "Matches its hash")
    page.lacks("$386.35", "$441.35", "$40.12")
    first = visitor("worker").open(url(row, "sheet/1/?version=0"))
    first.has("An older version", f"Agreement {row.number}/1", "$351.23")
    for wrong in ("9", "-1", "x", "00000000"):
        visitor("worker").open(url(row, f"sheet/1/?version={wrong}"), 404)


def test_n2_a_changed_text_in_the_database_is_told(people, visitor, monkeypatch):
    """N2: the page computes the hash again each time."""
    row = marked(people, State.ASSIGNED)
    real = AgreementSheet.from_db.__func__

    def forged(cls, db, names, values):
        found = real(cls, db, names, values)
        found.shared = found.shared.replace("Swap both", "Swap all")
        return found

    monkeypatch.setattr(AgreementSheet, "from_db", classmethod(forged))
    visitor("worker").open(url(row, "sheet/")).has("Swap all switches", "Does not match its hash")


# --- a change of scope ----------------------------------------------------------------------------------------------


def proposed(people: People, visitor, row) -> ScopeProposal:
    visitor("owner").submit(
        url(row, "scope/"),
        description="Swap three switches and label the cables.",
        duration="3.5",
        note="There is one more in the cellar.",
        **{"wanted-0-title": "Photo of the rack", "wanted-0-count": "3"},
    )
    return ScopeProposal.objects.get(state=RequestState.OPEN)


def test_r10_a_change_of_scope_holds_only_once_the_worker_accepts(people, visitor):
    """Until then the old words hold; accepted, they are an amendment, with what goes and what comes marked."""
    row = marked(people, State.ASSIGNED, wanted=(Wanted("Photo of the rack", count=2),))
    proposal = proposed(people, visitor, row)
    assert told(people, "worker", row)[-1] == "scope_proposed"
    assert (fresh(row).description, fresh(row).duration_minutes) == (row.description, 120)
    page = visitor("worker").open(url(row))
    page.has("Answer the change of scope", "Scope Change Proposed")
    visitor("owner").open(url(row)).has("Waiting for Wanda Worker to answer your change of scope")
    asked = visitor("worker").open(url(row, f"scope/{proposal.pk}/accept/"))
    asked.has("There is one more in the cellar.", "removed: both", "added: three", "added: 3 ×", "3 h 30 min")
    visitor("worker").submit(url(row, f"scope/{proposal.pk}/accept/")).has("Amendment", f"{row.number}/1.1")
    kept = fresh(row)
    assert (kept.description, kept.duration_minutes, kept.requirements.get().count) == (
        "Swap three switches and label the cables.",
        210,
        3,
    )
    amendment = Amendment.objects.get()
    assert (amendment.kind, amendment.source_id, amendment.proposed_by, amendment.accepted_by) == (
        "scope",
        proposal.pk,
        people.owner,
        people.worker.user,
    )
    assert (history(row)[-1], told(people, "owner", row)[-1]) == ("scope_accepted", "scope_accepted")
    visitor("owner").open(url(row, "history/")).has(f"amendment {row.number}/1.1")


def test_r10_a_declined_or_withdrawn_change_leaves_all_as_agreed(people, visitor):
    """With a reason; nothing is amended, and the client may propose again."""
    row = marked(people, State.IN_PROGRESS)
    proposal = proposed(people, visitor, row)
    visitor("worker").submit(url(row, f"scope/{proposal.pk}/decline/"), status=422)
    visitor("worker").submit(url(row, f"scope/{proposal.pk}/decline/"), reason="No ladder here.")
    visitor("owner").open(url(row, "requests/")).has("No ladder here.", "Declined")
    second = proposed(people, visitor, row)
    visitor("owner").submit(url(row, f"scope/{second.pk}/withdraw/"))
    visitor("worker").post(url(row, f"scope/{second.pk}/accept/"), {}, status=403)
    states = list(ScopeProposal.objects.values_list("state", flat=True))
    assert (states, Amendment.objects.count()) == ([RequestState.DECLINED, RequestState.WITHDRAWN], 0)
    assert fresh(row).description == row.description
    assert told(people, "owner", row)[-1] == "scope_declined"
    assert told(people, "worker", row)[-1] == "scope_withdrawn"


@pytest.mark.parametrize("way", ["unassign", "submit", "cancel"])
def test_r10_an_open_proposal_ends_with_what_it_is_about(people, visitor, way):
    """The worker left, the work was handed in by the agreed words, or it was cancelled: nothing stays open."""
    row = marked(people, State.IN_PROGRESS)
    proposal = proposed(people, visitor, row)
    if way == "unassign":
        visitor("owner").submit(url(row, "unassign/"), reason="other", note="Plans changed.")
    elif way == "cancel":
        approving.cancel(row.pk, actor=people.owner, reason="not_needed", note="Plans changed.")
    else:
        walk = Walk(row.pk, people.owner, people.worker, steps(clock.now(), row.start_at), row.start_at)
        walk.to_pending_approval()
    proposal.refresh_from_db()
    assert (proposal.state, fresh(row).description) == (RequestState.CLOSED, row.description)


def test_r10_a_proposal_has_to_say_something_and_loses_nothing_typed(people, visitor):
    """Without a change or a reason it is refused at the field; files that were given stay asked; one at a time."""
    row = marked(
        people, State.IN_PROGRESS, wanted=(Wanted("Photo of the rack"), Wanted("Plan", kind="document"))
    )
    wanted = row.requirements.get(title="Photo of the rack")
    deliver(fresh(row), wanted, people.worker.user)
    address = url(row, "scope/")
    visitor("owner").submit(address, note="No reason.", status=422).has("Change something first")
    page = visitor("owner").submit(address, description="", duration="soon", status=422)
    page.has("There is a problem", "Enter hours in digits")
    gone = {"wanted-0-title": "", "wanted-0-instructions": "", "note": "Fewer photos."}
    visitor("owner").submit(address, status=422, **gone).has(
        "Files were given for “Photo of the rack” already"
    )
    more = visitor("owner").submit(
        address, press="Add rows for deliverables", description="Typed so far", status=200
    )
    more.has("Typed so far")
    assert "wanted-4-title" in more.form_with({"description"}).controls
    assert ScopeProposal.objects.count() == 0
    visitor("owner").submit(address, note="One less.", **{"wanted-1-title": "", "wanted-1-instructions": ""})
    visitor("owner").open(address, 409)
    visitor("worker").submit(url(row, f"scope/{ScopeProposal.objects.get().pk}/accept/"))
    assert [one.title for one in fresh(row).requirements.all()] == ["Photo of the rack"]
    assert fresh(row).deliverables_fulfilled is True
