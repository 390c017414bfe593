"""The fault record (N5): attributed by rule, contestable by either side for 7 days; only settled own fault counts."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assignments import cards, fault_sweeps, scorecard, sweeps
from assignments.actions import assigning, holds, reschedules
from assignments.models import Assignment, FaultEntry, RescheduleRequest
from assignments.scorecard import Share
from assignments.states import State
from common import clock
from notifications.mail import render
from notifications.models import Message, Notice
from tests.assignments.scenes import assign, cancel, unassign
from tests.conftest import NOON
from tests.factories import assignment_in
from tests.support.facts import columns, fresh, history, told, url
from tests.support.http import Visitor

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TITLE, SECRET, STREET = "Marker title", "Marker description of the scope", "77 Marker Street"
OWN, COMPANY, CARD = "/profile/faults/", "/company/faults/", "/profile/scorecard/"


def work(people: Any, state: str, **more: Any) -> Assignment:
    """Work of the worker for Acme with contents that could leak."""
    site = {"street": STREET, "contact_name": "Marker Contact", "contact_phone": "+1 518 555 0177"}
    return assignment_in(
        state, owner=people.owner, by=people.worker, title=TITLE, description=SECRET, site=site, **more
    )


def late(people: Any, state: str = State.PAID) -> Assignment:
    """The first check-in was 25 minutes after the last instant that is on time."""
    return work(people, state, start_at=clock.now() - 2 * HOUR - 40 * MINUTE)


def fault_of(row: Assignment, **only: Any) -> FaultEntry:
    return FaultEntry.objects.get(assignment=row, **only)


def page_of(fault: FaultEntry, path: str = "") -> str:
    return f"/faults/{fault.pk}/{path}"


def contest(session: Visitor, fault: FaultEntry, party: str, text: str, status: int = 302) -> Any:
    return session.submit(
        page_of(fault), action=page_of(fault, "contest/"), status=status, party=party, text=text
    )


def settled(row: Assignment) -> tuple[str, str, str]:
    found = fault_of(row)
    return found.state, found.final_party, found.how


def mails(people: Any, name: str, kind: str) -> str:
    found = Message.objects.filter(user=people.user(name), kind=kind).order_by("-pk").first()
    return render(found).text if found else ""


def test_n5_a_late_check_in_is_attributed_to_the_worker_by_a_written_rule(people, visitor):
    """N5: the clock raises it, the entry names rule, facts and the day until which both sides may contest it."""
    row = work(people, State.ASSIGNED, start_at=NOON + HOUR)
    with clock.moved(NOON + 76 * MINUTE):
        sweeps.raise_flags()
        fault = fault_of(row)
        assert (fault.kind, fault.party, fault.rule, fault.rule_version, fault.due_at) == (
            "late_check_in", "worker", "late_own", 1, NOON + 75 * MINUTE,
        )  # fmt: skip
        assert (fault.state, fault.contest_until) == ("standing", clock.now() + 7 * DAY)
        for name, address in (("worker", OWN), ("owner", COMPANY)):
            lines = visitor(name).open(address)
            lines.has("Late check-in", row.number, TITLE, "Worker", "Open to contest", "1 not settled yet")
            page = visitor(name).follow(lines, fault.number)
            page.has("Late without a known cause.", "late_own, rule 1", fault.sentence)
            page.has("Tue, Dec 1, 8:15 AM EST", "Contest it")
            visitor(name).open(url(row, "history/")).has("Fault record", "Late check-in")
            visitor(name).follow(page, "All rules").has(fault.sentence, "Only settled own fault counts")
        said = mails(people, "worker", "assignment.late")
        assert fault.sentence in said
        assert page_of(fault) in said
    sweeps.raise_flags()
    assert FaultEntry.objects.count() == 1


def test_n5_lateness_after_a_hold_is_not_the_workers(people, visitor):
    """N5: a hold in the 24 hours before decides by its reason; the entry names hold and lateness as its facts."""
    row = work(people, State.ASSIGNED, start_at=NOON + 3 * HOUR)
    holds.hold(row.pk, actor=people.owner, reason="site_not_ready")
    holds.remove_hold(row.pk, actor=people.owner, schedule=("fixed", NOON + 2 * HOUR, None))
    reschedules.accept_reschedule(row.pk, RescheduleRequest.objects.get().pk, actor=people.worker.user)
    with clock.moved(NOON + 2 * HOUR + 16 * MINUTE):
        sweeps.raise_flags()
        fault = fault_of(row, kind="late_check_in")
        assert (fault.party, fault.rule) == ("site", "late_hold")
        visitor("worker").open(page_of(fault)).has("Site", "Put on hold", "Late", "late_hold, rule 1")
    assert [one.kind for one in FaultEntry.objects.order_by("pk")] == ["hold", "late_check_in"]


def test_n5_a_hold_for_a_site_that_is_not_ready_is_the_sites(people, visitor):
    """N5: it is recorded, counts against nobody, and nobody gets a mail when it is settled."""
    row = work(people, State.IN_PROGRESS)
    visitor("owner").submit(url(row, "hold/"), reason="site_not_ready", note="Marker note of the hold")
    fault = fault_of(row)
    assert (fault.kind, fault.party, fault.rule) == ("hold", "site", "hold_site")
    visitor("worker").open(page_of(fault)).has("Put on hold", "Site", "site not ready")
    before = Notice.objects.count()
    with clock.moved(NOON + 8 * DAY):
        assert fault_sweeps.settle_due() == 1
    assert (settled(row), Notice.objects.count()) == (("settled", "site", "unopposed"), before)
    assert scorecard.card(people.worker.pk).all_time.on_time_open == 0


@pytest.mark.parametrize(
    ("reason", "hours", "party", "rule"),
    [
        ("vehicle", 5, "worker", "back_out_late"),
        ("ill", 5, "nobody", "back_out_ill"),
        ("scope", 5, "client", "back_out_scope"),
        ("vehicle", 50, "nobody", "back_out_notice"),
    ],
)
def test_n5_cancelling_by_the_worker_goes_by_notice_and_reason(people, visitor, reason, hours, party, rule):
    """N5: under 24 hours the reason decides, with notice it is nobody's; only the worker's own counts, once settled."""
    row = work(people, State.ASSIGNED, start_at=NOON + hours * HOUR)
    visitor("worker").submit(url(row, "back-out/"), reason=reason, note="Sorry")
    fault = fault_of(row)
    assert (fault.kind, fault.party, fault.rule) == ("back_out", party, rule)
    card = scorecard.card(people.worker.pk).all_time
    assert (card.cancelled, card.cancelled_open) == (0, party in ("worker", "client"))
    with clock.moved(NOON + 8 * DAY):
        fault_sweeps.settle_due()
    card = scorecard.card(people.worker.pk).all_time
    own = party == "worker"
    assert (card.cancelled, card.cancelled_late, card.on_time) == (own, own, Share(0, int(own)))
    assert card.noticed == (hours == 50)


def test_n5_the_clients_late_cancellation_is_the_clients(people, visitor):
    """N5: it is on the company's card when it is settled and not before, with the entry behind it."""
    row = work(people, State.ASSIGNED, start_at=NOON + 20 * HOUR)
    cancel(row, people.owner, reason="customer_cancelled")
    fault = fault_of(row)
    assert (fault.kind, fault.party, fault.rule) == ("client_cancelled", "client", "cancel_late")
    assert cards.refresh(people.client.pk).late_cancellations == 0
    visitor("worker").open(page_of(fault)).has("Client cancelled", "The client cancelled less than 24 hours")
    with clock.moved(NOON + 8 * DAY):
        fault_sweeps.settle_due()
        assert cards.refresh(people.client.pk).late_cancellations == 1
        figure = visitor("owner").open("/company/card/late-cancellations/")
        figure.has(
            "Late cancellations, rule 2", row.number, fault.number, "Cancelled by the client at short notice"
        )
        visitor("owner").follow(figure, fault.number).has("Nobody contested it")
    early = work(people, State.ASSIGNED, start_at=NOON + 30 * HOUR)
    cancel(early, people.owner)
    assert fault_of(early).rule == "cancel_notice"


def test_n5_a_contest_that_the_other_side_accepts_is_settled_so(people, visitor):
    """N5: the worker says whose it is, the client agrees: it is the client's, and the scorecard stays clean."""
    row = late(people, State.APPROVED)
    fault, worker, owner = fault_of(row), visitor("worker"), visitor("owner")
    worker.open(CARD).has("1 open, not counted yet")
    contest(worker, fault, "client", "Nobody opened the gate until nine.").has("Contested", "the client")
    worker.open(page_of(fault)).lacks("Your answer", "Contest it")
    assert told(people, "owner", row)[-1] == "fault_contested"
    assert "Nobody opened the gate" in mails(people, "owner", "assignment.fault_contested")
    page = owner.open(page_of(fault))
    page.has("Nobody opened the gate until nine.", "Your answer")
    owner.submit(page, action=page_of(fault, "answer/"), press="Agree").has("Settled", "Both sides agreed")
    assert settled(row) == ("settled", "client", "agreed")
    assert told(people, "worker", row)[-1] == "fault_agreed"
    assert history(row)[-2:] == ["fault_contested", "fault_agreed"]
    card = worker.open(CARD)
    card.lacks("open, not counted yet")
    on_time = worker.open(f"{CARD}on-time/")
    on_time.has(
        "Not counted: late by 25 min. At fault: the client", fault.number, "Late without a known cause"
    )
    with clock.moved(NOON + 9 * DAY):
        fault_sweeps.settle_due()
    assert scorecard.card(people.worker.pk).all_time.on_time == Share(0, 0)


def test_n5_a_contest_that_is_answered_is_decided_by_an_admin(people, visitor):
    """N5: an admin reads both statements and decides with a reason, which both sides read; nobody else decides."""
    row = late(people)
    fault, worker, owner, staff = fault_of(row), visitor("worker"), visitor("owner"), visitor("staff")
    queue, page = "/admin/assignments/faultentry/", f"/admin/assignments/faultentry/{fault.pk}/change/"
    staff.open(page, 404)
    contest(worker, fault, "site", "The gate was shut.")
    staff.open(page).has("The gate was shut.", "Onsite decides after that")
    assert "Decide" not in staff.open(page).buttons()
    empty = owner.submit(page_of(fault), action=page_of(fault, "answer/"), press="Do not agree", status=422)
    empty.has("Write what happened.")
    owner.submit(
        page_of(fault), action=page_of(fault, "answer/"), press="Do not agree", text="It was open."
    ).has("Onsite decides")
    assert fault_sweeps.remind_admins() == 1
    assert fault_sweeps.remind_admins() == 0
    assert page in mails(people, "staff", "fault.waits")
    visitor("owner").open(queue, 302)
    staff.open(queue).has(fault.number, "Acme Retail, Wanda Worker")
    staff.open(page).lacks(SECRET, STREET, "Marker Contact")
    staff.submit(page, status=422, press="Decide", party="site").has("Enter")
    assert fault_of(row).state == "contested"
    staff.submit(page, press="Decide", party="site", reason="The key log says 9:05.")
    assert (settled(row), fault_of(row).decided_by) == (("settled", "site", "decided"), people.staff)
    for session in (worker, owner):
        session.open(page_of(fault)).has("Decided by Onsite", "The key log says 9:05.", "It was open.")
    assert [told(people, name, row)[-1] for name in ("worker", "owner")] == ["fault_decided"] * 2
    assert LogEntry.objects.get(user=people.staff).change_message == "Decided. At fault: the site."


def test_n5_silence_does_not_decide_a_contest(people, visitor):
    """N5: the other side lets 7 days pass: nothing is settled by itself, and an admin decides."""
    row = late(people)
    fault = fault_of(row)
    contest(visitor("worker"), fault, "nobody", "A storm.")
    with clock.moved(NOON + 7 * DAY + MINUTE):
        assert fault_sweeps.settle_due() == 0
        assert fault_sweeps.remind_admins() == 1
        gone = visitor("owner").open(page_of(fault))
        assert gone.buttons() & {"Agree", "Do not agree"} == {"Agree"}
        page = f"/admin/assignments/faultentry/{fault.pk}/change/"
        visitor("staff").submit(page, press="Decide", party="worker", reason="No storm is known of.")
    assert settled(row) == ("settled", "worker", "decided")
    assert scorecard.card(people.worker.pk).all_time.on_time == Share(0, 1)


def test_n5_what_nobody_contests_counts_after_seven_days_and_only_then(people, visitor):
    """N5: the scorecard moves with the settling, and the figure's receipt leads to the entry with rule and version."""
    row = late(people)
    fault, before = fault_of(row), columns(row)
    last = fault.contest_until
    for at, share in ((NOON, Share(0, 0)), (last, Share(0, 0)), (last + MINUTE, Share(0, 1))):
        with clock.moved(at):
            fault_sweeps.settle_due()
            assert scorecard.card(people.worker.pk).recent.on_time == share
    with clock.moved(NOON + 8 * DAY):
        card = visitor("worker").open(CARD)
        card.has("0%", "0 of 1", "On-Time, rule 2")
        figure = visitor("worker").follow(card, "0% On-Time, Last 3 months")
        figure.has(
            "Late by 25 min",
            fault.number,
            "Late without a known cause. At fault: worker. Nobody contested it",
        )
        visitor("worker").follow(figure, fault.number).has("Settled as", row.number, "late_own, rule 1")
        visitor("owner").open(f"/workers/{people.worker.pk}/scorecard/on-time/").has(fault.number)
        strange = visitor("other_client").open(f"/workers/{people.worker.pk}/scorecard/on-time/")
        strange.lacks(fault.number, page_of(fault), TITLE)
    assert (settled(row), columns(row)) == (("settled", "worker", "unopposed"), before)
    assert told(people, "worker", row)[-1] == "fault_stood"


def test_n5_a_contest_comes_within_seven_days(people, visitor):
    """N5: after that the page offers nothing, and a late or doubled POST changes nothing."""
    row = late(people)
    fault, worker = fault_of(row), visitor("worker")
    page = worker.open(page_of(fault))
    refused = worker.submit(page, action=page_of(fault, "contest/"), status=422, text="Typed words")
    refused.has("Typed words", "Contest it")
    typed = page.form_with({"party", "text"}).data(party="site", text="Too late.")
    with clock.moved(fault.contest_until + MINUTE):
        assert "Contest" not in worker.open(page_of(fault)).buttons()
        worker.post(page_of(fault, "contest/"), typed, status=409).has("It could be contested until")
    assert fault_of(row).state == "standing"
    contest(worker, fault, "site", "In time.")
    worker.post(page_of(fault, "contest/"), typed).has("In time.")
    visitor("owner").post(page_of(fault, "contest/"), {**typed, **token(visitor("owner"), fault)}, status=409)
    assert fault_of(row).statements.count() == 1


def token(session: Visitor, fault: FaultEntry) -> dict[str, str]:
    session.open(page_of(fault))
    return {"csrfmiddlewaretoken": session.client.cookies["csrftoken"].value}


def test_n5_on_paid_work_a_contest_changes_nothing_of_the_assignment(people, visitor):
    """N5: it is a row beside what is Paid (D6): every column of the assignment stays as it was."""
    row = late(people)
    before = columns(row)
    contest(visitor("worker"), fault_of(row), "site", "The gate was shut.")
    visitor("owner").submit(page_of(fault_of(row)), action=page_of(fault_of(row), "answer/"), press="Agree")
    assert (columns(row), fresh(row).state) == (before, State.PAID)
    assert (settled(row), history(row)[-2:]) == (
        ("settled", "site", "agreed"), ["fault_contested", "fault_agreed"],
    )  # fmt: skip


def test_n5_a_removed_worker_reads_and_contests_the_own_entry_only(people, visitor):
    """N5: event, times, rule, company, number and title; no contents, and nothing of it for the next worker."""
    row = work(people, State.ASSIGNED, start_at=NOON + 2 * HOUR)
    unassign(row, people.owner, reason="worker_cancelled", note="Marker note of the client")
    fault, worker = fault_of(row), visitor("worker")
    assert (fault.kind, fault.party) == ("worker_cancelled", "worker")
    worker.open(url(row), 404)
    assert page_of(fault) in mails(people, "worker", "assignment.unassigned")
    page = worker.follow(worker.open(OWN), fault.number)
    page.has("Worker cancelled, as the client says", row.number, TITLE, "Acme Retail", "said_late, rule 1")
    page.lacks(SECRET, STREET, "Marker Contact", "Marker note of the client", f'href="{url(row)}"')
    contest(worker, fault, "client", "I never cancelled. Marker statement.")
    with clock.moved(NOON + 30 * MINUTE):
        assign(row, people.stranger, people.owner)
        for path in ("", "history/", "details/"):
            page = visitor("stranger").open(url(row, path))
            page.lacks("Marker statement", "Wanda", "Fault record", fault.number)
        visitor("stranger").open(page_of(fault), 404)
    with clock.moved(NOON + HOUR):
        visitor("owner").submit(page_of(fault), action=page_of(fault, "answer/"), press="Agree")
    assert told(people, "worker", row)[-1] == "fault_agreed"
    notice = Notice.objects.filter(user=people.worker.user).order_by("-pk").first()
    assert notice is not None
    assert notice.url == page_of(fault)
    visitor("stranger").open(url(row, "history/")).lacks(fault.number, "Fault record")
    assert "fault_agreed" not in told(people, "stranger", row)


def test_n5_strangers_find_nothing_and_colleagues_without_the_right_only_read(people, visitor):
    """N5: each side has the entries of the own assignments; others get 404, for reading as for writing."""
    row = late(people)
    fault = fault_of(row)
    for name in ("stranger", "applicant", "other_client", "staff"):
        session = Visitor(people.user(name), csrf=False)
        session.open(page_of(fault), 404)
        for path in ("contest/", "answer/"):
            session.post(page_of(fault, path), {"party": "site", "text": "x"}, status=404)
    visitor("stranger").open(OWN).lacks(TITLE, fault.number)
    visitor("other_client").open(COMPANY).lacks(TITLE, fault.number, "Wanda")
    viewer = Visitor(people.view_only, csrf=False)
    assert "Contest" not in viewer.open(page_of(fault)).buttons()
    viewer.post(page_of(fault, "contest/"), {"party": "site", "text": "x"}, status=403)
    assert fault_of(row).state == "standing"


def test_n5_lists_cost_the_same_questions_for_any_number(people, visitor):
    """N5: the record's pages ask the database as often for one entry as for many."""
    late(people)
    pages = (("worker", OWN), ("owner", COMPANY), ("worker", f"{CARD}on-time/"))
    few = [asked(visitor(name), address) for name, address in pages]
    for hours in (70, 80, 90):
        row = work(people, State.ASSIGNED, start_at=NOON + hours * HOUR)
        assigning.back_out(row.pk, actor=people.worker.user, reason="ill", note="")
    assert [asked(visitor(name), address) for name, address in pages] == few


def asked(session: Visitor, address: str) -> int:
    """How many questions a page asks, once it is warm."""
    session.open(address)
    with CaptureQueriesContext(connection) as queries:
        session.open(address)
    return len(queries)
