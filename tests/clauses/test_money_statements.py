"""Statements, invoices as documents, credit notes, auto-pay and what past due means (docs/money/statements.md)."""

import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from assignments.actions import assigning, drafting
from assignments.arrears import arrears
from assignments.models import Assignment
from assignments.pricing import cost
from assignments.states import State
from clients.models import Client
from common import clock
from common.errors import AlreadyDone, Conflict, Invalid, NotAllowed, WrongState
from common.money import Money
from ledger.audit import audit
from notifications.models import Message
from payments import actions, sweeps
from payments.models import CreditNote, Invoice, MonthDone, PaymentRun, Statement, StatementLine
from payments.pdf import document
from tests.factories import assignment_in, company, member, worker
from tests.payments.support import Deal, usd
from tests.support.facts import books, moved
from tests.support.http import Visitor
from tests.support.pdf import words
from timeline.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def three(deal: Deal, **columns) -> list[Invoice]:
    """Three open invoices of $385.00 each, oldest due first."""
    rows = [deal.row, *(deal.another(State.APPROVED, **columns) for _ in range(2))]
    return [row.invoices.get() for row in rows]


def read(path: Path) -> str:
    """What an independent reader finds in a PDF, with single spaces."""
    found = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    return " ".join(found.stdout.decode().split())


# --- statements ---


def test_m4_chosen_invoices_become_one_numbered_statement():
    """M4: from the boxes of the list over a check page to a statement; its invoices can no longer be stopped."""
    deal = Deal(State.APPROVED)
    found = three(deal)
    owner = Visitor(deal.owner)
    page = owner.open("/payments/")
    assert "/payments/bundle/" in page.html
    check = owner.open("/payments/bundle/?" + "&".join(f"invoice={one.pk}" for one in found))
    check.has("Check the statement", "$1,155.00", *(one.number for one in found))
    page = owner.submit(check, press="Bundle 3 invoices, $1,155.00")
    page.has("Statement ST-000001", "Left to pay $1,155.00", "Bundle")
    statement = Statement.objects.get()
    assert [line.invoice_id for line in statement.lines.all()] == [one.pk for one in found]
    assert (statement.total_minor, statement.due_on, statement.issued_by) == (
        115_500,
        found[0].due_on,
        deal.owner,
    )
    assert set(Invoice.objects.values_list("lock_reason", flat=True)) == {"bundled"}
    with pytest.raises(Conflict, match="is on a statement"):
        actions.stop_payment(deal.pk, actor=deal.owner, reason="Wait.")
    owner.open("/payments/").has("ST-000001")
    assert Entry.objects.filter(kind="invoice.bundled").count() == 3
    assert Entry.objects.filter(kind="statement.issued", subject_id=deal.client.pk).count() == 1
    assert audit() == []


def test_m4_the_same_press_twice_is_one_statement_and_an_invoice_is_on_one_only():
    """M4: a doubled form lands on the first statement; what is on one is left out of the next, by constraint too."""
    deal = Deal(State.APPROVED)
    found = three(deal)
    ids = [one.pk for one in found]
    first = actions.bundle(ids[:2], actor=deal.owner, key="k", expected_total=usd(77_000))
    assert actions.bundle(ids[:2], actor=deal.owner, key="k").pk == first.pk
    with pytest.raises(Conflict, match="with other invoices"):
        actions.bundle(ids, actor=deal.owner, key="k")
    with pytest.raises(Conflict, match="on statement ST-000001 already"):
        actions.bundle(ids, actor=deal.owner)
    with pytest.raises(Invalid):
        actions.bundle(ids[2:], actor=deal.owner)
    with pytest.raises(Conflict, match="total is now"):
        actions.bundle([ids[2], deal.another().invoices.get().pk], actor=deal.owner, expected_total=usd(1))
    other = Statement.objects.create(
        client=deal.client, number="ST-9", currency="USD", total_minor=38_500, due_on=found[0].due_on,
        issued_on=found[0].issued_on, key="z",
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        StatementLine.objects.create(statement=other, invoice=found[0], position=1, total_minor=38_500)
    Visitor(deal.owner).open(f"/payments/bundle/?invoice={ids[0]}&invoice={ids[2]}").has(
        "INV-000001: it is on statement ST-000001 already.", "Too few invoices"
    )
    again = actions.bundle([ids[2], Invoice.objects.latest("pk").pk], actor=deal.owner)
    assert again.number == "ST-000002"


def test_m4_a_statement_is_paid_as_one_with_a_result_for_each_invoice():
    """M4: short cash pays the oldest whole and leaves the rest; the rest is paid later; then it is Paid."""
    deal = Deal(State.APPROVED, cash=80_000)
    found = three(deal)
    statement = actions.bundle([one.pk for one in found], actor=deal.owner)
    owner = Visitor(deal.owner)
    page = owner.open("/payments/pay/?statement=ST-000001")
    page.has("left to pay on statement ST-000001", "$1,155.00", "short")
    page = owner.submit(page, action="/payments/pay/", press="Pay 3 invoices, $1,155.00")
    page.has(
        "2 of 3 invoices are paid",
        "for statement ST-000001",
        "INV-000003",
        "The cash balance is $355.00 short.",
    )
    owner.open("/payments/statements/ST-000001/").has("Paid $770.00", "Left to pay $385.00", "Payment P-")
    owner.open("/payments/statements/").has("$385.00", "Open")
    actions.record_deposit(deal.client.pk, actor=deal.staff, amount=usd(38_500), key="d")
    run = actions.pay_statement(statement.pk, actor=deal.owner, key="k2", expected_total=usd(38_500))
    assert actions.pay_statement(statement.pk, actor=deal.owner, key="k2").pk == run.pk
    assert PaymentRun.objects.filter(statement=statement).count() == 2
    statement = Statement.objects.get()
    assert (statement.state, statement.paid_at) == ("paid", clock.now())
    with pytest.raises(WrongState, match="Nothing is left"):
        actions.pay_statement(statement.pk, actor=deal.owner)
    assert audit() == []


def test_m4_a_statement_is_read_as_page_print_pdf_and_file(tmp_path):
    """M4: the same figures everywhere, in lists that an independent reader can read; strangers find nothing."""
    deal = Deal(State.APPROVED)
    found = three(deal)
    actions.bundle([one.pk for one in found], actor=deal.owner)
    owner = Visitor(deal.owner)
    path = tmp_path / "st.pdf"
    path.write_bytes(owner.open("/payments/statements/ST-000001/pdf/").body)
    text = read(path)
    for one in found:
        assert f"{one.number} {one.assignment.number}" in text
    assert "Total $1,155.00 Left to pay $1,155.00" in text
    printed = owner.open("/payments/statements/ST-000001/print/")
    printed.has("$385.00", "Left to pay $1,155.00", *(one.number for one in found))
    file = owner.open("/payments/statements/ST-000001/?format=csv").html
    assert [line.split(",")[8] for line in file.splitlines()[1:]] == ["385.00"] * 3
    for path in ("", "print/", "pdf/", "dissolve/"):
        Visitor(company_owner()).open(f"/payments/statements/ST-000001/{path}", 404)
        Visitor(deal.worker.user).open(f"/payments/statements/ST-000001/{path}", 403)
        Visitor(deal.person(f"Mia Manager{path}", "manager")).open(
            f"/payments/statements/ST-000001/{path}", 403
        )


def company_owner():
    """An administrator of a company of their own."""
    return member(company(f"Other {Client.objects.count()}"), f"Otto {Client.objects.count()}")


def test_m4_a_statement_is_taken_apart_while_nothing_of_it_is_paid():
    """M4: the number stays used, the invoices may go on another one and stay locked."""
    deal = Deal(State.APPROVED)
    ids = [one.pk for one in three(deal)]
    first = actions.bundle(ids[:2], actor=deal.owner)
    Visitor(deal.owner).submit("/payments/statements/ST-000001/dissolve/", press="Take ST-000001 apart").has(
        "Taken apart", "Left to pay $0.00"
    )
    with pytest.raises(AlreadyDone):
        actions.dissolve(first.pk, actor=deal.owner)
    with pytest.raises(Conflict):
        actions.stop_payment(deal.pk, actor=deal.owner, reason="Wait.")
    second = actions.bundle(ids, actor=deal.owner)
    assert second.number == "ST-000002"
    actions.pay(ids[:1], actor=deal.owner)
    with pytest.raises(WrongState, match="is paid"):
        actions.dissolve(second.pk, actor=deal.owner)
    assert audit() == []


def test_m4_disputed_and_foreign_invoices_are_not_bundled():
    """M4: a disputed invoice waits; nobody bundles another company's, or without the right."""
    deal = Deal(State.APPROVED)
    ids = [one.pk for one in three(deal)]
    actions.open_dispute(deal.pk, actor=deal.owner, ground="quality", statement="No.")
    with pytest.raises(Conflict, match="A dispute about INV-000001 is open"):
        actions.bundle(ids, actor=deal.owner)
    with pytest.raises(Conflict, match="no longer there"):
        actions.bundle(ids, actor=company_owner())
    with pytest.raises(NotAllowed):
        actions.bundle(ids, actor=deal.person("Mia Manager", "manager"))
    assert not Statement.objects.exists()


def test_m4_a_decision_that_withdraws_the_last_invoice_ends_the_statement():
    """M4: a dispute opened later is decided to nothing: its invoice is withdrawn, and the other one is paid already."""
    deal = Deal(State.APPROVED)
    two = [deal.invoice.pk, deal.another().invoices.get().pk]
    actions.bundle(two, actor=deal.owner)
    actions.open_dispute(deal.pk, actor=deal.owner, ground="quality", statement="No.")
    actions.pay(two[1:], actor=deal.owner)
    assert Statement.objects.get().state == "open"
    deal.settle("none")
    assert Statement.objects.get().state == "paid"
    Visitor(deal.owner).open("/payments/statements/ST-000001/").has("Withdrawn $385.00", "Left to pay $0.00")
    assert audit() == []


def test_m4_a_month_states_itself_once_where_the_company_is():
    """M4: on the first of the month at midnight of the company, of what is open and on no statement; again nothing."""
    deal = Deal(State.APPROVED)
    found = three(deal)
    Visitor(deal.owner).submit(
        "/company/", action="/company/", press="Save settings", monthly_statements=True
    )
    midnight = datetime(2027, 1, 1, 5, 0, tzinfo=UTC)  # 00:00 in New York
    assert sweeps.make_statements() == 0  # opted in today: the running month is the first one
    with clock.moved(midnight - timedelta(seconds=1)):
        assert sweeps.make_statements() == 0
    with clock.moved(midnight):
        late = deal.another(State.APPROVED)  # approved half an hour before: of December
        assert (sweeps.make_statements(), sweeps.make_statements()) == (1, 0)
        assert late.invoices.get().issued_on == date(2026, 12, 31)
    statement = Statement.objects.get()
    assert (statement.kind, statement.month, statement.lines.count()) == ("monthly", date(2026, 12, 1), 4)
    assert statement.issued_on == date(2027, 1, 1)
    assert Message.objects.filter(kind="statement.issued", user=deal.owner).count() == 1
    with clock.moved(midnight + timedelta(days=10)):
        Visitor(deal.owner).open("/payments/statements/").has("December 2026", "ST-000001")
    actions.pay([found[0].pk], actor=deal.owner)
    with clock.moved(datetime(2027, 2, 1, 9, 0, tzinfo=UTC)):
        assert sweeps.make_statements() == 0  # nothing new is open
    assert MonthDone.objects.filter(client=deal.client).count() == 3
    with pytest.raises(IntegrityError), transaction.atomic():
        MonthDone.objects.create(client=deal.client, month=date(2026, 12, 1))
    assert audit() == []


# --- invoices, credit notes, auto-pay, past due ---


def test_m4_the_invoice_is_a_self_billing_note_of_that_day(tmp_path):
    """M4: supplier, customer and issuer with their addresses, days and terms; later changes of names change nothing."""
    deal = Deal(State.APPROVED)
    Client.objects.filter(pk=deal.client.pk).update(
        street="1 Main Street", city="Troy", region="NY", postcode="12180"
    )
    row = deal.another(State.APPROVED, terms_days=15)
    Client.objects.filter(pk=deal.client.pk).update(name="Renamed Inc", street="9 Elsewhere")
    number = row.invoices.get().number
    page = Visitor(deal.owner).open(f"/payments/invoices/{number}/")
    said = (
        str(deal.worker), "Albany, NY, US", "Acme Retail", "1 Main Street, Troy, NY 12180, US", "Issued by Onsite",
        "Terms 15 days from the day of this note", "Work done Dec 1", "Due Dec 16",
        f"Onsite issues this note in the name and on behalf of {deal.worker} for work done for Acme Retail.",
        "The platform fee is billed by Onsite in its own name.", "Onsite calculates no tax.",
    )  # fmt: skip
    page.has(*said)
    path = tmp_path / "invoice.pdf"
    path.write_bytes(document(Invoice.objects.get(number=number), "client"))
    text = read(path)
    for part in ("1 Main Street, Troy, NY 12180, US", "Acme Retail", "Self-billing note", "Work done Dec 1"):
        assert part in text
    mine = Visitor(deal.worker.user).open(f"/payments/invoices/{number}/")
    mine.has("Self-billing note", "1 Main Street, Troy, NY 12180, US", "You receive $350.00")
    mine.lacks("$385.00", "$35.00", "platform fee")
    assert Invoice.objects.get(number=number).done_on == date(2026, 12, 1)


def test_m4_printing_locks_as_downloading_does():
    """M4: the client's print is a POST, told in the history; reading the page and the worker's print lock nothing."""
    deal = Deal(State.APPROVED)
    url = f"/payments/invoices/{deal.invoice.number}/"
    Visitor(deal.worker.user).open(f"{url}print/").has("Pay note", "You receive $350.00")
    owner = Visitor(deal.owner)
    assert owner.open(f"{url}print/").url == url
    assert deal.invoice.locked_at is None
    page = owner.submit(url, action=f"{url}print/", press="Print")
    page.has("Invoice INV-000001", "Self-billing note", "Total $385.00")
    assert (deal.invoice.lock_reason, deal.invoice.locked_at) == ("printed", clock.now())
    with pytest.raises(Conflict, match="was printed"):
        actions.stop_payment(deal.pk, actor=deal.owner, reason="Wait.")
    owner.open(f"/assignments/{deal.pk}/history/").has("printed invoice INV-000001")


MINOR = {"JPY": (35_000, "¥35,000"), "USD": (35_123, "$351.23"), "KWD": (35_123, "KWD 35.123")}


@pytest.mark.parametrize("currency", MINOR)
def test_m4_every_currency_is_rounded_once_and_shown_alike(currency, tmp_path):
    """M4: hours x rate and the fee are rounded half up to the minor unit; page and PDF show the same figures."""
    client = company("Rounding Ltd", currency=currency, fee_bps=333)
    owner, pro = member(client, "Rhea Rounds"), worker("Ruth Rate")
    rate = MINOR[currency][0]
    row = assignment_in(
        State.APPROVED, owner=owner, by=pro, pricing_type="hourly", price_minor=rate, max_minutes=600
    )
    invoice = row.invoices.get()
    minutes = 60  # the visit of the walk
    pay = (2 * rate * minutes + 60) // 120
    fee = (2 * pay * 333 + 10_000) // 20_000
    assert (invoice.worker_minor, invoice.fee_minor, invoice.total_minor) == (pay, fee, pay + fee)
    assert MINOR[currency][1] in str(invoice.pay_amount)
    path = tmp_path / "i.pdf"
    path.write_bytes(document(invoice, "client"))
    text, page = read(path), Visitor(owner).open(f"/payments/invoices/{invoice.number}/").text
    for label, amount in (
        ("Worker pay", invoice.pay_amount), ("Platform fee", invoice.fee), ("Total", invoice.total)
    ):  # fmt: skip
        assert f"{label} {amount}" in text
        assert f"{label} {amount}" in page
    actions.pay([invoice.pk], actor=owner)
    assert audit() == []


@given(
    minor=st.integers(0, 10**9),
    bps=st.integers(0, 5000),
    currency=st.sampled_from(sorted(MINOR)),
    parts=st.integers(1, 9),
)
def test_m4_no_minor_unit_is_lost_or_made(minor, bps, currency, parts):
    """M4: pay and fee add up to the total, parts to the whole; the fee is never half a unit off."""
    pay = Money(minor, currency)
    priced = cost(pay, bps)
    assert priced.total == pay + priced.fee
    assert abs(2 * (priced.fee.minor * 10_000 - minor * bps)) <= 10_000
    assert Money.sum(pay.split(parts), currency) == pay
    assert Money.parse(str(pay), currency) == pay


def credit(deal: Deal, minor: int, key: str, **more) -> CreditNote:
    values = {"actor": deal.staff, "amount": usd(minor), "reason": "The visit was late.", "key": key, **more}
    return actions.credit(deal.invoice.pk, **values)


def test_m4_an_admin_credits_a_paid_invoice_over_a_check_page():
    """M4: form, check page, note: Onsite's credits pay it into the client's cash; invoice, worker and fee stay."""
    deal = Deal(State.PAID)
    kept = Invoice.objects.filter(pk=deal.invoice.pk).values().get()
    before, staff = books(), Visitor(deal.staff)
    url = reverse("admin:payments_invoice_credit", args=[deal.invoice.pk])
    assert url in staff.open(reverse("admin:payments_invoice_change", args=[deal.invoice.pk])).html
    staff.submit(url, press="Check the credit note", status=422, amount="385.01", reason="x").has(
        "up to $385.00"
    )
    staff.submit(url, press="Check the credit note", status=422, amount="5.00", reason=" ").has("Reason")
    check = staff.submit(
        url, press="Check the credit note", status=200, amount="100.00", reason="The visit was late."
    )
    check.has("$100.00 to the client's cash", "+$100.00", "−$100.00", "The visit was late.")
    assert moved(before) == {}
    staff.submit(check, press="Make the credit note over $100.00").has("CN-000001")
    assert moved(before) == {("client", deal.client.pk, "cash"): 10_000, ("platform", 0, "credits"): -10_000}
    assert Invoice.objects.filter(pk=deal.invoice.pk).values().get() == kept
    Visitor(deal.owner).open("/payments/invoices/INV-000001/").has(
        "CN-000001", "$100.00", "The visit was late."
    )
    page = Visitor(deal.owner).open("/payments/credit-notes/CN-000001/")
    page.has("Credited to your cash balance $100.00")
    Visitor(deal.owner).open("/payments/ledger/").has("Credit note")
    mine = Visitor(deal.worker.user)
    for path in ("invoices/INV-000001/", "credit-notes/CN-000001/", "credit-notes/CN-000001/pdf/"):
        found = mine.open(f"/payments/{path}")
        found.has("CN-000001", "The visit was late.")
        found.lacks("$100.00", "$385.00")
    for user, status in ((company_owner(), 404), (worker("Stan Stranger").user, 404)):
        Visitor(user).open("/payments/credit-notes/CN-000001/", status)
    told = {message.user_id: message for message in Message.objects.filter(kind="credit_note.issued")}
    assert set(told) == {deal.owner.pk, deal.worker.user_id}
    assert "amount" not in told[deal.worker.user_id].context["facts"]
    assert audit() == []


def test_m4_credits_are_never_more_than_the_invoice_and_only_of_a_paid_one():
    """M4: part after part up to the total; the same key is one note; the database counts too."""
    deal = Deal(State.APPROVED)
    with pytest.raises(WrongState, match="is not paid"):
        credit(deal, 1, "a")
    actions.pay([deal.invoice.pk], actor=deal.owner)
    first = credit(deal, 38_000, "a")
    assert credit(deal, 38_000, "a").pk == first.pk
    with pytest.raises(Conflict):
        credit(deal, 1, "a")
    with pytest.raises(Invalid, match=r"up to \$5\.00"):
        credit(deal, 501, "b")
    with pytest.raises(NotAllowed):
        credit(deal, 1, "b", actor=deal.owner)
    with pytest.raises(IntegrityError, match="at most what is left"), transaction.atomic():
        CreditNote.objects.create(
            number="CN-9", invoice=deal.invoice, client=deal.client, worker=deal.worker, currency="USD",
            amount_minor=501, reason="x", key="z", issued_on=date(2026, 12, 1), issued_by=deal.staff,
        )  # fmt: skip
    assert credit(deal, 500, "c").number == "CN-000002"
    with pytest.raises(WrongState, match="in full"):
        credit(deal, 1, "d")
    assert deal.row.state == State.PAID
    assert audit() == []


def auto(cash: int, *prices: int) -> tuple[Deal, list[Invoice]]:
    """Invoices that pay themselves, due 7, 15, 21 ... days after now, with these prices."""
    terms = (7, 15, 21, 30)
    deal = Deal(State.APPROVED, cash=cash, terms_days=terms[0], price_minor=prices[0])
    rows = [deal.row]
    for days, price in zip(terms[1:], prices[1:], strict=False):
        rows.append(deal.another(State.APPROVED, terms_days=days, price_minor=price))
    Client.objects.filter(pk=deal.client.pk).update(auto_pay=True)
    return deal, [row.invoices.get() for row in rows]


def states(found: list[Invoice]) -> list[str]:
    return [Invoice.objects.get(pk=one.pk).state for one in found]


def test_m4_auto_pay_keeps_strictly_to_the_oldest():
    """M4: at 20:00 of the due day; what cash does not cover stops the smaller ones behind it; nobody is paid half."""
    deal, found = auto(30_000, 20_000, 30_000, 5_000)
    eight = datetime(2026, 12, 9, 1, 0, tzinfo=UTC)  # Dec 8, 20:00 in New York
    with clock.moved(eight - timedelta(seconds=1)):
        assert sweeps.pay_due() == 0
    with clock.moved(eight):
        assert (sweeps.pay_due(), sweeps.pay_due()) == (1, 0)
    with clock.moved(eight + timedelta(days=14)):  # all are due; 80.00 are left, the smallest costs 55.00
        assert (sweeps.pay_due(), sweeps.pay_due()) == (0, 0)
        assert states(found) == ["paid", "open", "open"]
        second, third = (Invoice.objects.get(pk=one.pk) for one in found[1:])
        assert (second.failures, third.failures) == (1, 0)
        assert third.next_try_at == second.next_try_at == clock.now() + timedelta(minutes=15)
        assert Message.objects.filter(kind="invoice.autopay_failed").count() == 1
    with clock.moved(eight + timedelta(days=14, minutes=15)):
        assert sweeps.pay_due() == 0
        assert Invoice.objects.get(pk=second.pk).next_try_at == clock.now() + timedelta(hours=1)
        actions.record_deposit(deal.client.pk, actor=deal.staff, amount=usd(30_500), key="d")
        assert (sweeps.pay_due(), sweeps.pay_due()) == (2, 0)  # cash came in: at once, oldest first
    assert states(found) == ["paid", "paid", "paid"]
    assert deal.held()["cash"] == 0


def test_m4_a_dispute_stops_nobody_behind_it():
    """M4: an invoice that waits for a decision, not for cash, does not hold up the queue."""
    deal, found = auto(100_000, 10_000, 5_000)
    actions.open_dispute(deal.pk, actor=deal.owner, ground="quality", statement="No.")
    with clock.moved(found[1].autopay_due_at or datetime(2026, 12, 17, 1, 0, tzinfo=UTC)):
        sweeps.pay_due()
        sweeps.pay_due()
    assert states(found) == ["open", "paid"]


def test_m4_past_due_is_said_on_day_0_5_and_15_once_each():
    """M4: both sides hear it three times; a sweep that ran late says only the last one."""
    deal = Deal(State.APPROVED, terms_days=7)
    after = deal.invoice.past_due_at
    heard = []
    for days in (-1, 0, 0, 1, 4, 5, 5, 14, 15, 16, 40):
        with clock.moved(after + timedelta(days=days)):
            heard.append(sweeps.flag_past_due())
    assert heard == [0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0]
    for user in (deal.owner, deal.worker.user):
        found = Message.objects.filter(kind="invoice.past_due", user=user)
        assert sorted([message.context["facts"]["days"] for message in found]) == [0, 5, 15]
    late = Deal(State.APPROVED, terms_days=7)
    with clock.moved(after + timedelta(days=9)):
        assert (sweeps.flag_past_due(), sweeps.flag_past_due()) == (1, 0)
    assert Invoice.objects.get(pk=late.invoice.pk).past_due_told == 2


def test_m4_five_days_past_due_stop_net_terms_until_it_is_paid():
    """M4: no sending and no assigning on net terms, a banner, and a fact for workers; immediate payment goes on."""
    deal = Deal(State.APPROVED, terms_days=7)
    after = deal.invoice.past_due_at
    start = after + timedelta(days=30)
    sent = deal.another(State.SENT, start_at=start, applicants=(worker("Ada Applicant"),))
    draft = deal.another(State.DRAFT, start_at=start)
    application = sent.applications.get()
    with clock.moved(after + timedelta(days=5) - timedelta(seconds=1)):
        assert not arrears(deal.client.pk, clock.now()).is_stopped
        Visitor(deal.owner).open("/dashboard/").lacks("past due.</strong>")
    with clock.moved(after + timedelta(days=5)):
        with pytest.raises(Invalid, match="5 days past due"):
            drafting.send(draft.pk, actor=deal.owner)
        with pytest.raises(Invalid, match="5 days past due"):
            assigning.assign(sent.pk, application.pk, actor=deal.owner)
        owner = Visitor(deal.owner)
        for url in ("/dashboard/", "/payments/"):
            owner.open(url).has("A payment is 5 days past due.", "See what is past due")
        owner.open(f"/assignments/{draft.pk}/send/").has("nothing is sent or assigned on net terms")
        reader = Visitor(worker("Ron Reader").user)
        reader.open(f"/assignments/{sent.pk}/apply/").has("It has a payment 5 days past due.")
        now = deal.another(State.DRAFT, start_at=start, terms_days=0)
        drafting.send(now.pk, actor=deal.owner)
        actions.pay([deal.invoice.pk], actor=deal.owner)
        drafting.send(draft.pk, actor=deal.owner)
        assigning.assign(sent.pk, application.pk, actor=deal.owner)
        owner.open("/payments/").lacks("past due.</strong>")
    assert Assignment.objects.get(pk=sent.pk).state == State.ASSIGNED


def test_m4_a_disputed_payment_is_no_arrears():
    """M4: while Onsite decides, the payment waits by rule; nobody is stopped for it."""
    deal = Deal(State.APPROVED, terms_days=7)
    actions.open_dispute(deal.pk, actor=deal.owner, ground="quality", statement="No.")
    assert arrears(deal.client.pk, deal.invoice.past_due_at + timedelta(days=9)) is None


def test_m4_the_pdf_of_a_credit_note_has_the_amount_for_the_client_only():
    """M4: two copies of one document."""
    deal = Deal(State.PAID)
    note = credit(deal, 100, "a")
    page = Visitor(deal.owner).open(f"/payments/credit-notes/{note.number}/pdf/")
    page.has("Credit note CN-000001", "Credited to the cash balance $1.00")
    assert "Credit note CN-000001 of $1.00, Dec 1: The visit was late." in words(
        document(deal.invoice, "client")
    )
