"""The ledger and a company's funds: what stands behind every figure (domain.md 5.4, docs/money/ledger.md)."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from assignments.actions import drafting
from assignments.actions.money import Ask, approve_money, request_money
from assignments.models import MoneyRequest
from assignments.states import State
from clients.models import Member
from clients.roles import Role
from common import clock
from common.errors import AlreadyDone, Conflict, Invalid, NotAllowed
from common.money import Money
from ledger import triggers as ledger_triggers
from ledger.accounts import balances
from ledger.audit import audit
from ledger.errors import InsufficientFunds
from ledger.history import balances_at
from ledger.models import Account, Entry, Posting
from ledger.post import Leg, post
from notifications.models import Message
from payments import actions, limits, statement_triggers
from payments import triggers as payments_triggers
from payments.models import Counter, CreditNote, Deposit, Invoice, StatementLine, Withdrawal
from payments.queries.funds import funds_statement, months
from tests.factories import StaffFactory, assignment_in, member
from tests.payments.payouts import ready
from tests.payments.support import Deal, usd
from tests.support.facts import books, moved
from tests.support.http import Visitor
from tests.support.triggers import unguarded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
BIG = 2_500_001
"""One cent above the limit of one person."""


def command() -> tuple[int, list[str]]:
    """What `manage.py audit_ledger` exits with, and the lines that it prints."""
    out = StringIO()
    try:
        call_command("audit_ledger", stdout=out)
    except CommandError as failed:
        return failed.returncode, out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


# --- M1: the ledger ---


def whole_story() -> Deal:
    """Deposits, a statement, a payment, a credit note, FastFunds and withdrawals: a row of every kind of document."""
    deal = Deal(State.APPROVED, fastfunds_eligible=True)
    other = deal.another(fastfunds_eligible=True)
    actions.record_deposit(deal.client.pk, actor=deal.staff, amount=usd(5_000), key="d1")
    actions.return_deposit(Deposit.objects.get().pk, actor=deal.staff, reason="The cheque bounced.")
    deal.advance()
    statement = actions.bundle([deal.invoice.pk, other.invoices.get().pk], actor=deal.owner)
    actions.pay_statement(statement.pk, actor=deal.owner)
    actions.credit(deal.invoice.pk, actor=deal.staff, amount=usd(500), reason="Late visit.", key="c1")
    user = deal.worker.user
    account = ready(user, deal.staff).pk
    made = [
        actions.withdraw(actor=user, account_id=account, amount=usd(1_000), key=f"w{n}") for n in (1, 2, 3)
    ]
    actions.mark_sent(made[0].pk, actor=deal.staff)
    actions.mark_paid(made[0].pk, actor=deal.staff)
    actions.mark_failed(made[1].pk, actor=deal.staff, reason="Closed account.")
    fourth = actions.withdraw(actor=user, account_id=account, amount=usd(1_000), key="w4")
    actions.mark_sent(fourth.pk, actor=deal.staff)
    actions.mark_paid(fourth.pk, actor=deal.staff)
    actions.mark_failed(fourth.pk, actor=deal.staff, reason="The bank gave it back.")
    return deal


def test_m1_the_audit_proves_the_books_and_says_so():
    """M1: after every kind of movement nothing is wrong, the command says so and exits with 0."""
    whole_story()
    assert command() == (0, ["The ledger is whole."])


DAMAGE = {
    "invoice": lambda deal: Invoice.objects.filter(pk=deal.invoice.pk).update(worker_minor=34_999, total_minor=38_499),
    "advance": lambda deal: type(deal.invoice.advance).objects.update(fee_minor=1),
    "withdrawal": lambda deal: Withdrawal.objects.filter(key="w3").update(amount_minor=999),
    "deposit": lambda deal: Deposit.objects.update(amount_minor=4_999),
    "credit": lambda deal: CreditNote.objects.update(amount_minor=501),
    "statement": lambda deal: StatementLine.objects.filter(position=1).update(total_minor=1),
    "statement-end": lambda deal: deal.invoice.statement_lines.get().statement.__class__.objects.update(
        state="open", paid_at=None
    ),
    "invoice-number": lambda deal: Counter.objects.filter(issuer="onsite").update(value=9),
    "statement-number": lambda deal: Counter.objects.filter(issuer="onsite:statements").update(value=2),
    "credit-number": lambda deal: CreditNote.objects.update(number="CN-000002"),
}  # fmt: skip


@pytest.mark.parametrize("check", DAMAGE)
def test_m1_damage_of_a_document_is_one_line_and_exit_code_1(check: str):
    """M1: whoever changes a figure beside the portal is found, with the number of the document."""
    deal = whole_story()

    def remove(vendor: str) -> list[str]:
        rooms = (ledger_triggers, payments_triggers, statement_triggers)
        return [sql for room in rooms for sql in room.remove_sql(vendor)]

    with unguarded(remove):
        DAMAGE[check](deal)
        code, lines = command()
    assert code == 1
    assert {line.split(":")[0] for line in lines} >= {check}
    assert all(re.fullmatch(r"[a-z-]+: .+", line) for line in lines)


def test_m1_a_posting_about_nothing_is_found():
    """M1: each posting's subject exists."""
    legs = [Leg("client", 1, "cash", usd(5)), Leg("provider", 0, "clearing", usd(-5))]
    post("deposit.received", key="x", legs=legs, at=clock.now(), subject_type="deposit", subject_id=404)
    post("deposit.received", key="y", legs=legs, at=clock.now(), subject_type="dream", subject_id=1)
    assert [one.sentence.split(" is about ")[1] for one in audit() if one.check == "subject"] == [
        "deposit 404, which is not there",
        "dream 1, which is not there",
    ]


def test_m1_no_row_of_the_books_or_of_a_document_is_edited_or_deleted():
    """M1: append-only by the database itself, whatever a program tries."""
    deal = whole_story()
    connection.check_constraints()
    statement = deal.invoice.statement_lines.get().statement
    changes = (
        lambda: Posting.objects.update(memo="x"),
        lambda: Entry.objects.update(amount_minor=1),
        lambda: Entry.objects.all()._raw_delete("default"),
        lambda: CreditNote.objects.update(reason="x"),
        lambda: CreditNote.objects.all()._raw_delete("default"),
        lambda: type(statement).objects.update(total_minor=1),
        lambda: type(statement).objects.all()._raw_delete("default"),
        lambda: StatementLine.objects.update(total_minor=1),
        lambda: StatementLine.objects.all()._raw_delete("default"),
        lambda: Invoice.objects.filter(pk=deal.invoice.pk).update(parties={}),
    )
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert audit() == []


def test_m1_the_balance_of_any_instant_is_in_the_entries():
    """M1: what a company had before each movement and after it, from the entries alone."""
    deal = Deal(State.APPROVED)
    start, owner = clock.now(), ("client", deal.client.pk, "USD")
    seen = {start: balances(*owner)}
    for hours, act in (
        (1, lambda: actions.record_deposit(deal.client.pk, actor=deal.staff, amount=usd(5_000), key="d")),
        (2, lambda: actions.pay([deal.invoice.pk], actor=deal.owner)),
        (3, lambda: actions.credit(deal.invoice.pk, actor=deal.staff, amount=usd(500), reason="x", key="c")),
    ):
        with clock.moved(start + timedelta(hours=hours)):
            act()
            seen[clock.now()] = balances(*owner)
    assert [held["cash"].minor for held in seen.values()] == [1_000_000, 1_005_000, 966_500, 967_000]
    for at, held in seen.items():
        assert balances_at(*owner, at) == held
        assert balances_at(*owner, at + timedelta(hours=1), before=True) == held


# --- M2: a company's funds ---


def deposit_page(user, deposit: Deposit, status: int = 200):
    return Visitor(user).open(reverse("admin:payments_deposit_change", args=[deposit.pk]), status)


def test_m2_a_large_deposit_waits_for_a_second_person():
    """M2: above the limit nothing is added until another admin has confirmed it; both are named."""
    deal = Deal(State.DRAFT)
    before = books()
    deposit = actions.record_deposit(
        deal.client.pk, actor=deal.staff, amount=usd(BIG), key="big", reference="R-1"
    )
    assert (deposit.state, moved(before)) == ("waiting", {})
    second = StaffFactory(name="Sam Second")
    own = deposit_page(deal.staff, deposit)
    own.has("You recorded this deposit", "Nobody yet")
    assert "Confirm $25,000.01" not in own.buttons()
    with pytest.raises(NotAllowed):
        actions.confirm_deposit(deposit.pk, actor=deal.staff)
    with pytest.raises(DatabaseError), transaction.atomic():
        Deposit.objects.filter(pk=deposit.pk).update(confirmed_by=deal.staff)
    Visitor(deal.owner).open(f"/payments/deposits/{deposit.pk}/").has("waits for a second person")
    Visitor(second).submit(
        reverse("admin:payments_deposit_change", args=[deposit.pk]), press="Confirm $25,000.01"
    ).has(deal.staff.name, "Sam Second")
    assert moved(before) == {("client", deal.client.pk, "cash"): BIG, ("provider", 0, "clearing"): -BIG}
    with pytest.raises(AlreadyDone):
        actions.confirm_deposit(deposit.pk, actor=second)
    assert audit() == []


def test_m2_other_admins_are_told_and_one_suffices_below():
    """M2: whoever may confirm is told, not the one who recorded; at the limit one person suffices."""
    deal = Deal(State.DRAFT)
    second = StaffFactory(name="Sam Second")
    StaffFactory(name="Nora None", is_superuser=False)
    at_limit = actions.record_deposit(deal.client.pk, actor=deal.staff, amount=usd(BIG - 1), key="small")
    assert (at_limit.state, at_limit.needs_second) == ("received", False)
    actions.record_deposit(deal.client.pk, actor=deal.staff, amount=usd(BIG), key="big")
    told = Message.objects.filter(kind="deposit.waiting").values_list("user_id", flat=True)
    assert set(told) == {second.pk}


def test_m2_a_refused_and_a_returned_deposit():
    """M2: what is refused never arrives; what the bank takes back leaves by a reversal, unless it is spent."""
    deal = Deal(State.DRAFT, cash=0)
    second = StaffFactory(name="Sam Second")
    refused = actions.record_deposit(deal.client.pk, actor=deal.staff, amount=usd(BIG), key="big")
    with pytest.raises(Invalid):
        actions.refuse_deposit(refused.pk, actor=second, reason=" ")
    actions.refuse_deposit(refused.pk, actor=second, reason="It is not on the account.")
    with pytest.raises(Conflict):
        actions.confirm_deposit(refused.pk, actor=second)
    arrived = actions.record_deposit(deal.client.pk, actor=deal.staff, amount=usd(40_000), key="small")
    paid = deal.another(State.SENT, terms_days=0)
    url = reverse("admin:payments_deposit_change", args=[arrived.pk])
    page = Visitor(second).submit(url, press="Take $400.00 back", text="The cheque bounced.")
    page.has("The cash balance is $385.00 short.")
    actions.cancel(paid.pk, actor=deal.owner, reason="not_needed", note="", pay=None)
    Visitor(second).submit(url, press="Take $400.00 back", text="The cheque bounced.").has(
        "Returned by the bank"
    )
    mirror = Posting.objects.get(reverses__isnull=False)
    assert (mirror.memo, mirror.subject_id) == ("The cheque bounced.", arrived.pk)
    assert deal.held()["cash"] == 0
    told = Message.objects.filter(user=deal.owner).values_list("kind", flat=True)
    assert {"deposit.failed", "deposit.returned"} <= set(told)


@pytest.mark.parametrize(
    ("text", "waits"),
    [
        ("", {}),
        ("100", {"USD": 101, "JPY": 101}),
        ("USD:100,JPY:5", {"USD": 101, "JPY": 6}),
        ("JPY:5", {"JPY": 6}),
    ],
)
def test_m2_the_limit_is_one_figure_or_one_for_each_currency(settings, text, waits):
    """M2: minor units; a currency without a figure of its own takes the one for all, or needs one person."""
    settings.ONSITE_DEPOSIT_SECOND_PERSON_ABOVE = text
    for code in ("USD", "JPY", "KWD"):
        least = waits.get(code, waits.get("USD") if text == "100" else None)
        assert limits.needs_second(Money(10**9, code)) is (least is not None)
        if least:
            assert [limits.needs_second(Money(least - n, code)) for n in (0, 1)] == [True, False]


def test_m2_the_statement_of_funds_lists_every_movement_with_its_balances(people, visitor):
    """M2: deposit, reservation, increase, release, payment and credit note, each with the balance after it."""
    client, staff = people.client, people.staff
    row = assignment_in(State.IN_PROGRESS, owner=people.owner, by=people.worker, price_minor=20_000)
    request_money(row.pk, Ask("increase", "Longer cable.", amount_minor=5_000), actor=people.worker.user)
    approve_money(row.pk, MoneyRequest.objects.get().pk, actor=people.owner)
    sent = assignment_in(State.SENT, owner=people.owner, price_minor=10_000, terms_days=0)
    actions.cancel(sent.pk, actor=people.owner, reason="not_needed", note="", pay=None)
    actions.record_deposit(client.pk, actor=staff, amount=usd(7_000), key="d", reference="R-7")
    paid = assignment_in(
        State.PAID, owner=people.owner, by=people.applicant, price_minor=10_000, terms_days=0
    )
    actions.credit(paid.invoices.get().pk, actor=staff, amount=usd(100), reason="Late.", key="c")
    found = [funds_statement(client, month) for month in reversed(months(client, clock.now()))]
    lines = [line for month in found for line in month.lines]
    whats = {line.what for line in lines}
    assert whats >= {
        "Set aside: Sent", "Set aside, raised: Request approved", "Given back: Cancelled", "Deposit", "Credit note",
        "Given back for the payment", "Invoice paid", "Terms limit",
    }, whats  # fmt: skip
    held = {"cash": 0, "terms": 0}
    for line in lines:
        held = {"cash": held["cash"] + line.cash.minor, "terms": held["terms"] + line.terms.minor}
        assert (line.cash_after.minor, line.terms_after.minor) == (held["cash"], held["terms"])
    now = balances("client", client.pk, "USD")
    assert held == {"cash": now["cash"].minor, "terms": now["terms"].minor}
    assert found[-1].closing == now
    assert found[0].closing == found[1].opening
    page = visitor("owner").open("/payments/funds/statement/?month=2026-12")
    page.has("Credit note", "+$1.00", "Available to spend", "No limit", "December 2026", "November 2026")
    visitor("owner").open("/payments/funds/statement/?month=2026-11").has("Set aside: Sent", "Balance before")
    file = visitor("owner").open("/payments/funds/statement/?month=2026-12&format=csv").html
    assert "Credit note,CN-000001 for INV-000001,1.00" in file
    visitor("manager").open("/payments/funds/statement/", 403)


def test_m2_the_maximum_of_a_person_holds_at_send_and_at_each_increase(people):
    """M2: nobody sets more aside for one assignment than the company lets this person."""
    limited = member(people.client, "Lena Limited", Role.MANAGER, max_budget_minor=39_999)
    row = assignment_in(State.DRAFT, owner=limited, price_minor=36_364)
    with pytest.raises(Invalid, match=r"may send up to \$399\.99"):
        drafting.send(row.pk, actor=limited)
    Member.objects.filter(user=limited).update(max_budget_minor=40_000)
    held = books()
    drafting.send(row.pk, actor=limited)
    assert moved(held)[("client", people.client.pk, "reserved_terms")] == 40_000
    running = assignment_in(State.IN_PROGRESS, owner=limited, by=people.worker, price_minor=36_364)
    request_money(running.pk, Ask("increase", "More.", amount_minor=1), actor=people.worker.user)
    asked = MoneyRequest.objects.get()
    with pytest.raises(Invalid, match=r"up to \$400\.00"):
        approve_money(running.pk, asked.pk, actor=limited)
    assert MoneyRequest.objects.get().state == "open"
    approve_money(running.pk, asked.pk, actor=people.owner)
    Visitor(limited).open("/payments/funds/statement/", 403)
    controller = member(people.client, "Cora Controller", Role.CONTROLLER, max_budget_minor=40_000)
    Visitor(controller).open("/payments/funds/statement/").has("Your most for one assignment", "$400.00")
    assert audit() == []


def test_m2_nothing_is_sent_without_funds(people):
    """M2: what is available to spend is the limit of a reservation, to the cent."""
    row = assignment_in(State.DRAFT, owner=people.owner, price_minor=2_727_274)
    with pytest.raises(InsufficientFunds, match=r"\$0\.01 short"):
        drafting.send(row.pk, actor=people.owner)
    assert not Account.objects.filter(purpose__startswith="reserved", balance_minor__gt=0).exists()
    actions.record_deposit(people.client.pk, actor=people.staff, amount=usd(1), key="cent")
    drafting.send(row.pk, actor=people.owner)
    left = balances("client", people.client.pk, "USD")
    assert (left["cash"].minor, left["terms"].minor) == (0, 0)
