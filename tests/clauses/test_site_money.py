"""Money asked on site: the three requests with the client's counter-amount and the modes (W6), and extra work that is
ordered in one tap and answered from the mail (N3)."""

import logging
from datetime import timedelta

import pytest

from assignments import change_sweeps
from assignments.actions import money
from assignments.actions.money import Ask
from assignments.models import Amendment, AnswerLink, ChangeOrder, Engagement
from assignments.states import State
from clients.models import Client, Member
from clients.roles import Role
from common import clock
from common.logs import HideTokens
from ledger.reserve import available, reserved
from notifications.models import Message, Notice
from payments import sweeps
from tests.factories import People, Walk, assignment_in, steps
from tests.support import markers
from tests.support.answers import link_in_mail, sent
from tests.support.facts import fresh, history, told, url
from tests.support.http import Visitor
from tests.support.markers import marked
from timeline.models import Entry

HOURS = timedelta(hours=1)
WORDS = "Run marker-cable to the second rack"
NEW_PAY, NEW_TOTAL = "$401.23", "$441.35"
"""The markers' pay and cost with 50.00 more and the fee of 10 %."""


def held(row) -> int:
    """What is set aside for it, in minor units."""
    found = reserved("assignment", row.pk)
    return found.cash_minor + found.terms_minor if found else 0


def order(visitor, row, amount="50.00", what=WORDS) -> ChangeOrder:
    visitor("worker").submit(url(row, "changes/"), what=what, amount=amount)
    return ChangeOrder.objects.latest("pk")


def default(people: People, answer: str, limit: int = 0, minutes: int = 120) -> None:
    """The company's answer for silence, before anybody is assigned."""
    Client.objects.filter(pk=people.client.pk).update(
        change_answer=answer, change_limit_minor=limit, change_minutes=minutes
    )
    people.client.refresh_from_db()


# --- N3 -------------------------------------------------------------------------------------------------------------


def test_n3_extra_work_is_one_tap_on_the_visit_page(people, visitor):
    """N3: words and price in one; the worker reads beforehand what silence means, and both sides see it wait."""
    row = marked(people, State.IN_PROGRESS)
    page = visitor("worker").open(url(row, "visit/"))
    page.has("If the client does not answer extra work within 2 h, it is declined.")
    assert page.links["Extra work"] == url(row, "changes/")
    typed = {"what": WORDS, "amount": "50.00"}
    shown = visitor("worker").submit(url(row, "changes/"), press="See the effect", status=200, **typed)
    shown.has("You receive at most now", markers.PAY, "In addition $50.00", NEW_PAY, "it is declined")
    shown.lacks(*markers.CLIENTS_OWN, NEW_TOTAL)
    page = visitor("worker").submit(shown, press="Send order")
    one = ChangeOrder.objects.get()
    assert (one.what, one.amount_minor, one.state, one.due_at) == (
        WORDS, 5_000, "open", clock.now() + 2 * HOURS,
    )  # fmt: skip
    page.has("$50.00 more", WORDS, "If nobody answers by", "it is declined as agreed beforehand", "Withdraw")
    page.lacks(*markers.CLIENTS_OWN, NEW_TOTAL)
    assert 'hx-trigger="every 30s"' in page.html
    owner = visitor("owner").open(url(row))
    owner.has("The worker asks for extra work")
    asked = visitor("owner").open(url(row, f"changes/{one.pk}/approve/"))
    asked.has(WORDS, markers.GROSS, "Difference with the fee", NEW_TOTAL, "Available after")
    assert (fresh(row).price_minor, told(people, "owner", row)[-1]) == (markers.PRICE_MINOR, "change_ordered")


@pytest.mark.parametrize(("typed", "said"), [
    ({"what": " ", "amount": "5"}, "Enter what is to be done in addition"),
    ({"what": "More", "amount": "0"}, "Enter an amount above zero."),
    ({"what": "x" * 2_001, "amount": "5"}, "at most 2000"),
])  # fmt: skip
def test_n3_what_cannot_be_ordered_is_said_at_its_field(people, visitor, typed, said):
    """N3: nothing typed is lost, and nothing is written."""
    row = marked(people, State.IN_PROGRESS)
    page = visitor("worker").submit(url(row, "changes/"), status=422, press="Send order", **typed)
    page.has(said)
    assert typed["amount"] in page.html
    assert not ChangeOrder.objects.exists()


def test_n3_the_mail_answers_without_signing_in(people, visitor):
    """N3: a scanner's GET and HEAD change nothing; one press approves, as the addressed person, once."""
    row = marked(people, State.IN_PROGRESS)
    before = held(row)
    one = order(visitor, row)
    path = link_in_mail(people.owner.email)
    scanner = Visitor()
    version = fresh(row).version
    for _ in range(3):
        assert scanner.client.head(path).status_code == 200
        scanner.open(path)
    assert (fresh(row).version, AnswerLink.objects.get(user=people.owner).used_at) == (version, None)
    person = Visitor()
    page = person.open(path)
    page.has(WORDS, "Worker gets more $50.00", markers.GROSS, NEW_TOTAL, "For Olivia Owner", "it is declined")
    page.lacks(markers.STREET, *markers.CONTACTS, markers.INSTRUCTIONS, markers.NOTE, row.title)
    done = person.submit(page, press="Approve $50.00")
    done.has("The extra work is approved", "Olivia Owner approved it", "Sign in")
    now, one = fresh(row), ChangeOrder.objects.get()
    assert (one.state, one.decided_by, one.answered_by) == ("approved", people.owner, "link")
    assert now.price_minor == markers.PRICE_MINOR + 5_000
    assert now.description.endswith(f"\n\nExtra work: {WORDS}")
    assert held(row) == before + 5_500
    amendment = Amendment.objects.get()
    assert (amendment.kind, amendment.proposed_by, amendment.accepted_by, amendment.matches) == (
        "change_order", people.worker.user, people.owner, True,
    )  # fmt: skip
    again = person.post(path, page.forms[0].data() if page.forms[0].controls else {})
    again.has("The extra work is approved")
    assert (held(row), Amendment.objects.count()) == (before + 5_500, 1)
    assert history(row)[-2:] == ["change_ordered", "change_approved"]
    entry = Entry.objects.filter(subject_id=row.pk).latest("sequence")
    assert (entry.actor, entry.role, entry.facts["way"]) == (people.owner, "client", "link")
    assert told(people, "worker", row)[-1] == "change_approved"
    for name, own in (("worker", NEW_PAY), ("owner", NEW_TOTAL)):
        visitor(name).open(url(row, "sheet/")).has("Extra work", WORDS, own, "Accepted by Olivia Owner")
        visitor(name).open(url(row, "history/")).has("Olivia Owner approved extra work", "from the mail")
    visitor("worker").open(url(row, "sheet/")).lacks(NEW_TOTAL, markers.FEE)
    assert not Visitor().client.get(path).cookies.get("sessionid")


def test_n3_declining_from_the_mail_needs_a_reason(people, visitor):
    """N3: the worker reads it; scope, pay and funds stay."""
    row = marked(people, State.IN_PROGRESS)
    before = held(row)
    order(visitor, row)
    path, person = link_in_mail(people.owner.email), Visitor()
    person.submit(path, press="Decline", status=422, reason="").has(WORDS)
    person.submit(path, press="Decline", reason="The rack is leased.").has("The extra work is declined")
    assert (fresh(row).price_minor, held(row), Amendment.objects.count()) == (markers.PRICE_MINOR, before, 0)
    visitor("worker").open(url(row, "visit/")).has("Declined by Olivia Owner", "The rack is leased.")
    person.open(path).lacks("The rack is leased.", "$50.00")


def test_n3_each_link_is_one_persons_and_dies_with_the_answer(people, visitor):
    """N3: a follower who manages gets an own link, one who only reads gets none; the first answer ends all."""
    row = marked(people, State.IN_PROGRESS)
    for user in (people.manager, people.view_only):
        row.followers.create(user=user)
    one = order(visitor, row)
    links = {link.user for link in AnswerLink.objects.filter(order=one)}
    assert links == {people.owner, people.manager}
    assert not any("/answer/" in m.body for m in sent() if people.view_only.email in m.to)
    managers, owners = link_in_mail(people.manager.email), link_in_mail(people.owner.email)
    assert managers != owners
    Visitor().open(managers).has("For Mia Manager")
    Visitor().submit(managers, press="Approve $50.00")
    assert ChangeOrder.objects.get().decided_by == people.manager
    page = Visitor().open(owners)
    page.has("The extra work is approved", "Mia Manager approved it")
    Visitor().post(owners, {}, status=403)  # no form, no token against forged forms
    late = Visitor(csrf=False).post(owners, {"answer": "decline", "reason": "No"}, status=409)
    late.has("The extra work is approved")
    assert ChangeOrder.objects.get().state == "approved"


def _other(text: str) -> str:
    """The same length with another first letter."""
    return ("B" if text[0] == "A" else "A") + text[1:]


def test_n3_a_link_that_nobody_signed_is_missing(people, visitor):
    """N3: a changed token, another's signature, or rubbish answer like any missing page; no query tells more."""
    row = marked(people, State.IN_PROGRESS)
    order(visitor, row)
    path = link_in_mail(people.owner.email)
    nonce, signature = path.split("/")[2].split(":")
    changed = (f"{_other(nonce)}:{signature}", f"{nonce}:{_other(signature)}")
    for token in (*changed, nonce, "x", f"{nonce}:"):
        Visitor().open(f"/answer/{token}/", status=404)
        Visitor(csrf=False).post(f"/answer/{token}/", {"answer": "approve"}, status=404)
    assert ChangeOrder.objects.get().state == "open"


@pytest.mark.parametrize("how", ["role", "left", "account"])
def test_n3_who_may_no_longer_answer_reads_and_does_nothing(people, visitor, how):
    """N3: the right is asked when the link is used, not when it was sent."""
    row = marked(people, State.IN_PROGRESS)
    order(visitor, row)
    path, person = link_in_mail(people.owner.email), Visitor()
    ready = person.open(path)
    if how == "account":
        people.owner.is_active = False
        people.owner.save(update_fields=["is_active"])
    else:
        change = {"role": Role.VIEW_ONLY} if how == "role" else {"is_active": False}
        Member.objects.filter(user=people.owner).update(**change)
    page = person.open(path, status=403)
    page.has("You can no longer answer this", "Sign in")
    page.lacks(WORDS, "$50.00", markers.GROSS, row.number)
    person.submit(ready, press="Approve $50.00", status=403).lacks(WORDS)
    assert (ChangeOrder.objects.get().state, fresh(row).price_minor) == ("open", markers.PRICE_MINOR)


def test_n3_silence_declines_by_the_default_that_was_agreed(people, visitor):
    """N3: the countdown ends, the sweep answers once, both sides read why; a link that is late says so."""
    row = marked(people, State.IN_PROGRESS)
    one = order(visitor, row)
    path = link_in_mail(people.owner.email)
    ready = Visitor()
    page = ready.open(path)
    with clock.moved(one.due_at):
        Visitor().open(path).has("The time to answer is over")
        ready.submit(page, press="Approve $50.00", status=409).has("The time to answer is over")
        assert (change_sweeps.time_out_changes(), change_sweeps.time_out_changes()) == (1, 0)
        Visitor().open(path).has("The default that was agreed beforehand declined it.")
    one = ChangeOrder.objects.get()
    assert (one.state, one.answered_by, one.decided_by, fresh(row).price_minor) == (
        "declined", "default", None, markers.PRICE_MINOR,
    )  # fmt: skip
    assert (told(people, "worker", row)[-1], told(people, "owner", row)[-1]) == ("change_declined",) * 2
    for name in ("worker", "owner"):
        visitor(name).open(url(row, "requests/")).has("Declined by the agreed default")
        visitor(name).open(url(row, "history/")).has("declined by the agreed default")


def test_n3_late_answers_on_the_page_meet_the_default(people, visitor):
    """N3: after the time only the default answers, also while no sweep runs."""
    default(people, "approve", 6_000)
    row = marked(people, State.IN_PROGRESS)
    one = order(visitor, row)
    form = visitor("owner").open(url(row, f"changes/{one.pk}/decline/"))
    with clock.moved(one.due_at):
        visitor("owner").submit(form, status=409, reason="No.").has("has decided it")
    assert (ChangeOrder.objects.get().state, fresh(row).price_minor) == (
        "approved",
        markers.PRICE_MINOR + 5_000,
    )


def test_n3_silence_approves_up_to_the_limit(people, visitor):
    """N3: within the limit it is approved with an amendment that says so; the default was read before applying."""
    default(people, "approve", 6_000, 30)
    row = marked(people, State.IN_PROGRESS)
    said = "within 30 min, it is approved up to $60.00 more for the worker, and declined above that."
    default(people, "decline")  # what was agreed stays, whatever the company says later
    visitor("worker").open(url(row, "visit/")).has(said)
    visitor("worker").open(url(row, "sheet/")).has(said)
    before = held(row)
    one = order(visitor, row)
    with clock.moved(one.due_at):
        assert change_sweeps.time_out_changes() == 1
    amendment = Amendment.objects.get()
    assert (ChangeOrder.objects.get().state, held(row) - before, amendment.accepted_by) == (
        "approved", 5_500, None,
    )  # fmt: skip
    for name in ("worker", "owner"):
        visitor(name).open(url(row, "sheet/")).has(
            WORDS, "Accepted by the default that was agreed beforehand, because nobody answered in time."
        )


@pytest.mark.parametrize("why", ["limit", "funds", "budget"])
def test_n3_silence_approves_nothing_beyond_limit_funds_and_budget(people, visitor, why):
    """N3: then it is declined with the reason, and the worker reads no figure of the client's."""
    default(people, "approve", 5_000 if why == "limit" else 1_000_000_000)
    row = marked(people, State.IN_PROGRESS)
    before, price = held(row), fresh(row).price_minor
    one = order(visitor, row, amount="50.01" if why != "funds" else "900000.00")
    if why == "budget":
        Member.objects.filter(user=people.owner).update(max_budget_minor=markers.PRICE_MINOR + 100)
    with clock.moved(one.due_at):
        assert change_sweeps.time_out_changes() == 1
    assert (held(row), fresh(row).price_minor, Amendment.objects.count()) == (before, price, 0)
    assert WORDS not in fresh(row).description
    page = visitor("worker").open(url(row, "visit/"))
    page.has("Declined by the agreed default", "above the $50.00" if why == "limit" else "do not cover it")
    page.lacks(*markers.CLIENTS_OWN, "Available to spend")


def test_n3_the_total_that_was_shown_is_the_one_approved(people, visitor):
    """N3: when it moved meanwhile the page shows the new one, and nothing is approved."""
    row = marked(people, State.IN_PROGRESS)
    order(visitor, row)
    path, person = link_in_mail(people.owner.email), Visitor()
    page = person.open(path)
    money.add_money(row.pk, Ask("bonus", "Early.", 1_000), actor=people.owner)
    answer = person.submit(page, press="Approve $50.00", status=422)
    assert ChangeOrder.objects.get().state == "open"
    answer.has("The new total is now", "Look again")


def test_n3_the_link_leaks_nowhere(people, visitor):
    """N3: not in outbox, history, bell, pages of others or log; the answer is not kept by caches."""
    row = marked(people, State.IN_PROGRESS)
    one = order(visitor, row)
    path = link_in_mail(people.owner.email)
    token = path.split("/")[2]
    link = AnswerLink.objects.get(user=people.owner)
    secrets = (token, token.split(":")[1], link.nonce)
    stored = [*Message.objects.values_list("context", "body"), *Notice.objects.values_list("sentence", "url")]
    stored += list(Entry.objects.values_list("facts"))
    assert not any(secret in str(part) for secret in secrets for part in stored)
    assert {m.context.get("answer") for m in Message.objects.filter(kind="assignment.change_ordered")} == {
        link.pk
    }
    for name in ("worker", "owner", "manager"):
        for path_of in ("", "requests/", "history/"):
            visitor(name).open(url(row, path_of)).lacks(*secrets)
    answer = Visitor().client.get(path)
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "sessionid" not in answer.cookies
    record = logging.LogRecord("django.request", 30, "", 0, "Not Found: %s", (f"/answer/{token}/",), None)
    assert HideTokens().filter(record)
    assert record.getMessage() == "Not Found: /answer/***/"
    assert one.is_open


def test_n3_a_link_is_answered_only_so_often(people, visitor):
    """N3: sixty times in ten minutes, then the page of too many requests."""
    row = marked(people, State.IN_PROGRESS)
    order(visitor, row)
    path, person = link_in_mail(people.owner.email), Visitor()
    for _ in range(60):
        assert person.client.get(path).status_code == 200
    assert person.client.get(path).status_code == 429


def test_n3_hold_and_submission_leave_an_order_open_until_it_is_answered(people, visitor):
    """N3: on hold there are no new ones and open ones are decided (D1); submitted work waits for the answer."""
    row = marked(people, State.IN_PROGRESS)
    one = order(visitor, row)
    visitor("owner").submit(url(row, "hold/"), reason="site_not_ready")
    visitor("worker").open(url(row, "changes/"), status=409)
    assert "Extra work" not in visitor("worker").open(url(row, "visit/")).links
    visitor("owner").submit(url(row, f"changes/{one.pk}/approve/"))
    assert (fresh(row).state, ChangeOrder.objects.get().state) == (State.ON_HOLD, "approved")


def test_n3_leaving_closes_an_open_order(people, visitor):
    """N3: when the worker is taken off, nobody can answer it any more; its link says so."""
    row = marked(people, State.IN_PROGRESS)
    one = order(visitor, row)
    path = link_in_mail(people.owner.email)
    visitor("owner").submit(url(row, "unassign/"), reason="other", note="Changed.")
    one.refresh_from_db()
    assert one.state == "closed"
    Visitor().open(path).has("This can no longer be answered")


def test_n3_approval_waits_for_open_extra_work(people, visitor):
    """N3: silence approves nothing, the approve page asks for the choice right there, and pays what was chosen."""
    Client.objects.filter(pk=people.client.pk).update(auto_approve_days=1, change_minutes=4_320)
    people.client.refresh_from_db()
    row = marked(people, State.IN_PROGRESS)
    one = order(visitor, row)
    Walk(
        row.pk, people.owner, people.worker, steps(clock.now(), row.start_at), row.start_at
    ).to_pending_approval()
    with clock.moved(fresh(row).auto_approve_due_at + HOURS):
        assert sweeps.approve_silent() == 0
    page = visitor("owner").open(url(row, "approve/"))
    page.has(f"Extra work for $50.00: {WORDS}", "Decide first")
    visitor("owner").submit(page, press="Check the total", status=422).has("Choose")
    choice = {f"order_{one.pk}": "decline"}
    visitor("owner").submit(page, press="Check the total", status=422, **choice).has("Enter a reason.")
    checked = visitor("owner").submit(
        page, press="Check the total", status=200, **{f"order_{one.pk}": "approve"}
    )
    checked.has(NEW_TOTAL)
    visitor("owner").submit(
        checked, press=next(b for b in checked.buttons() if b.startswith("Approve $441.35"))
    )
    assert (fresh(row).state, fresh(row).pay_minor) == (State.APPROVED, markers.PRICE_MINOR + 5_000)
    assert history(row)[-4:-1] == ["change_approved", "approved", "invoice.issued"]


def test_n3_the_client_chooses_the_default_for_one_assignment(people, visitor):
    """N3: chosen in the draft, read by workers before they apply, frozen when assigned."""
    row = assignment_in(State.DRAFT, owner=people.owner)
    visitor("owner").submit(
        url(row, "edit/"),
        press="Save draft",
        change_answer="approve",
        change_limit="75.00",
        change_minutes="60",
    )
    row = fresh(row)
    assert (row.change_answer, row.change_limit_minor, row.change_minutes) == ("approve", 7_500, 60)
    visitor("owner").submit(
        url(row, "edit/"), press="Save draft", status=422, change_answer="approve", change_limit=""
    ).has("Enter up to which amount")
    visitor("owner").submit(url(row, "send/"))
    visitor("worker").open(url(row, "promise/")).has(
        "within 1 h, it is approved up to $75.00 more for the worker"
    )
    walk = Walk(row.pk, people.owner, people.worker, lambda step: clock.moved(clock.now()), row.start_at)
    walk.assign()
    kept = Engagement.objects.get()
    assert (kept.change_answer, kept.change_limit_minor, kept.change_minutes) == ("approve", 7_500, 60)


# --- W6 -------------------------------------------------------------------------------------------------------------


def requested(visitor, row, kind="increase", **typed):
    typed = typed or {"amount": "50.00"}
    visitor("worker").submit(
        url(row, f"request/{kind}/"), press="Send request", reason="Two more drops.", **typed
    )
    return row.money_requests.latest("pk")


def test_w6_the_client_offers_another_amount_and_the_worker_accepts(people, visitor):
    """W6: both sides read both figures; it is granted at the offer, with the funds for it and an amendment."""
    row = marked(people, State.IN_PROGRESS)
    before, ask = held(row), requested(visitor, row)
    page = visitor("owner").open(url(row, f"money/{ask.pk}/counter/"))
    page = visitor("owner").submit(
        page, press="See the effect", status=200, amount="30.00", reason="One drop."
    )
    page.has("You pay at most then", "$419.35")
    visitor("owner").submit(page, press="Send offer")
    both = ("$50.00", "Offered instead: $30.00", "One drop.")
    for name in ("worker", "owner"):
        visitor(name).open(url(row, "requests/")).has(*both)
    visitor("owner").open(url(row, f"money/{ask.pk}/counter/"), status=409).has("has to answer it first")
    page = visitor("worker").open(url(row, f"money/{ask.pk}/counter/accept/"))
    page.has(
        "You asked for $50.00", "The client offers $30.00", "You receive at most then $381.23", "One drop."
    )
    page.lacks("$419.35", *markers.CLIENTS_OWN)
    visitor("worker").submit(page, press="Accept $30.00")
    ask.refresh_from_db()
    assert (ask.state, ask.granted_minor, ask.amount_minor, ask.decided_by) == (
        "approved", 3_000, 5_000, people.worker.user,
    )  # fmt: skip
    assert (fresh(row).price_minor, held(row) - before) == (markers.PRICE_MINOR + 3_000, 3_300)
    amendment = Amendment.objects.get()
    assert (amendment.proposed_by, amendment.accepted_by) == (people.owner, people.worker.user)
    assert history(row)[-3:] == ["money_requested", "money_countered", "counter_accepted"]
    for name in ("worker", "owner"):
        visitor(name).open(url(row, "requests/")).has("Granted at the offered $30.00")


def test_w6_the_worker_declines_the_offer(people, visitor):
    """W6: then the request is declined; there is one round, and a new request may follow."""
    row = marked(people, State.IN_PROGRESS)
    ask = requested(visitor, row, "expense")
    visitor("owner").submit(
        url(row, f"money/{ask.pk}/counter/"), press="Send offer", amount="1.00", reason="Half."
    )
    visitor("worker").submit(url(row, f"money/{ask.pk}/counter/decline/"), reason="The slip says more.")
    ask.refresh_from_db()
    assert (ask.state, fresh(row).expenses_minor, told(people, "owner", row)[-1]) == (
        "declined", 0, "counter_declined",
    )  # fmt: skip
    requested(visitor, row, "expense")


@pytest.mark.parametrize("typed", ["50.00", "60.00", "0"])
def test_w6_an_offer_is_less_than_was_asked(people, visitor, typed):
    """W6: to give more, the client approves and adds money."""
    row = marked(people, State.IN_PROGRESS)
    ask = requested(visitor, row)
    page = visitor("owner").submit(
        url(row, f"money/{ask.pk}/counter/"), press="Send offer", status=422, amount=typed, reason="So much."
    )
    page.has("Enter")
    ask.refresh_from_db()
    assert ask.counter_minor is None


def test_w6_hours_are_offered_in_hours(people, visitor):
    """W6: an increase of hourly work is countered in hours, worth the rate."""
    row = marked(people, State.IN_PROGRESS, pricing_type="hourly", price_minor=6_000, max_minutes=180)
    ask = requested(visitor, row, add_minutes="2")
    visitor("owner").submit(
        url(row, f"money/{ask.pk}/counter/"), press="Send offer", add_minutes="0:30", reason="Half an hour."
    )
    visitor("worker").submit(url(row, f"money/{ask.pk}/counter/accept/"))
    assert (fresh(row).max_minutes, held(row)) == (210, 23_100)


@pytest.mark.parametrize("why", ["funds", "role"])
def test_w6_an_offer_that_no_longer_can_be_granted_says_nothing_of_the_clients_money(people, visitor, why):
    """W6: funds and the right of who offered are asked again when the worker accepts."""
    row = marked(people, State.IN_PROGRESS)
    ask = requested(visitor, row)
    visitor("owner").submit(
        url(row, f"money/{ask.pk}/counter/"), press="Send offer", amount="30.00", reason="Half."
    )
    if why == "role":
        Member.objects.filter(user=people.owner).update(role=Role.VIEW_ONLY)
    else:
        empty(people)
    page = visitor("worker").submit(url(row, f"money/{ask.pk}/counter/accept/"), status=409)
    page.lacks("Available to spend", *markers.CLIENTS_OWN)
    ask.refresh_from_db()
    assert (ask.state, fresh(row).price_minor) == ("open", markers.PRICE_MINOR)


def empty(people: People) -> None:
    """Tie up what the company could still spend."""
    free = available(people.client.pk, "USD").to_spend.minor
    if free > 1_000:
        price = (free - 500) * 10 // 11
        assignment_in(State.SENT, owner=people.owner, price_minor=price, title="Ties up the rest")


MODES = {
    "open": ({}, {"increase", "expense", "bonus", "changes"}),
    "final": ({"non_negotiable": True}, {"expense", "bonus"}),
    "off": ({"requests_allowed": False}, set()),
}


@pytest.mark.parametrize("mode", MODES)
def test_w6_each_mode_shows_its_buttons_and_keeps_its_doors(people, visitor, mode):
    """W6: a price that is not negotiable takes no increase and no extra work; switched off takes nothing at all."""
    columns, allowed = MODES[mode]
    row = marked(people, State.IN_PROGRESS, **columns)
    page = visitor("worker").open(url(row, "requests/"))
    addresses = {kind: url(row, f"request/{kind}/") for kind in ("increase", "expense", "bonus")}
    addresses["changes"] = url(row, "changes/")
    assert {kind for kind, address in addresses.items() if address in page.addresses} == allowed
    for kind, address in addresses.items():
        answer = visitor("worker").client.get(address)
        assert answer.status_code == (200 if kind in allowed else 409), kind
    assert ("Extra work" in visitor("worker").open(url(row, "visit/")).links) == ("changes" in allowed)
    promise = visitor("worker").open(url(row, "promise/"))
    (promise.has if "changes" in allowed else promise.lacks)("If the client does not answer extra work")


def test_w6_the_worker_reads_the_new_pay_and_the_client_the_new_total(people, visitor):
    """W6: each side the own sums, before anything is sent or agreed."""
    row = marked(people, State.IN_PROGRESS)
    page = visitor("worker").submit(
        url(row, "request/increase/"), press="See the effect", status=200, amount="50.00", reason=""
    )
    page.has("You receive at most then", NEW_PAY)
    page.lacks(*markers.CLIENTS_OWN, NEW_TOTAL)
    assert not row.money_requests.exists()
    ask = requested(visitor, row)
    page = visitor("owner").open(url(row, f"money/{ask.pk}/approve/"))
    page.has("Worker gets more $50.00", NEW_TOTAL, "Available after")


def test_w6_approval_decides_each_open_request_right_there(people, visitor):
    """W6: also one whose smaller offer was not answered; a reason is asked for each that is declined."""
    row = marked(people, State.IN_PROGRESS)
    one, two = requested(visitor, row), requested(visitor, row, "bonus")
    visitor("owner").submit(
        url(row, f"money/{one.pk}/counter/"), press="Send offer", amount="30.00", reason="Half."
    )
    Walk(
        row.pk, people.owner, people.worker, steps(clock.now(), row.start_at), row.start_at
    ).to_pending_approval()
    page = visitor("owner").open(url(row, "approve/"))
    page.has("you offered $30.00; the worker has not answered", "Bonus of $50.00")
    choice = {f"request_{one.pk}": "approve", f"request_{two.pk}": "decline"}
    bad = visitor("owner").submit(page, press="Check the total", status=422, **choice)
    bad.has("Enter a reason.")
    good = visitor("owner").submit(
        bad, press="Check the total", status=200, **{f"reason_request_{two.pk}": "It was quick."}
    )
    good.has(NEW_TOTAL)
    visitor("owner").submit(good, press=next(b for b in good.buttons() if b.startswith("Approve $441.35")))
    assert (fresh(row).state, fresh(row).pay_minor) == (State.APPROVED, markers.PRICE_MINOR + 5_000)
    two.refresh_from_db()
    assert (two.state, two.decline_reason) == ("declined", "It was quick.")
