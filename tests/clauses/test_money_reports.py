"""Point 10, reports: spend, earnings, ageing and work, each figure recomputed in plain Python over rows that the real
actions made, in two currencies, across the end of daylight saving and of months on the clocks of the company."""

import csv
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assignments.models import Assignment, Engagement
from assignments.states import State
from clients.models import Client
from clients.roles import Role
from common import clock
from common.money import Money
from ledger.models import Entry
from payments import actions, quotes
from payments.models import Advance, Invoice
from payments.reports import money, work
from payments.reports.periods import Period, PeriodForm, preset
from payments.states import InvoiceState
from tests.factories import (
    CustomerFactory,
    ProjectFactory,
    StaffFactory,
    assignment_in,
    company,
    fund,
    member,
    worker,
)
from tests.payments.support import Deal
from tests.support.http import Visitor

NEW_YORK = ZoneInfo("America/New_York")
OCTOBER_31 = datetime(2026, 11, 1, 3, 30, tzinfo=UTC)
"""23:30 of October 31 in New York, in summer time; in UTC it is November."""
NOVEMBER_1 = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
"""01:30 of November 1, the second time that the clocks show it: winter time began half an hour ago."""
NOVEMBER_30 = datetime(2026, 12, 1, 4, 30, tzinfo=UTC)
DECEMBER_1 = datetime(2026, 12, 1, 5, 30, tzinfo=UTC)
BORDERS = (OCTOBER_31, NOVEMBER_1, NOVEMBER_30, DECEMBER_1)
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
NOON = datetime(2026, 12, 15, 12, 0, tzinfo=UTC)


class Books:
    """A company that billed in dollars and then in euros, its people, and two workers; all by the real actions."""

    def __init__(self) -> None:
        self.client = company("Acme Retail", cash=5_000_000)
        self.owner = member(self.client, "Olivia Owner")
        self.workers = [worker("Wanda Worker"), worker("Walt Worker")]
        self.projects = [
            ProjectFactory(name="=2+5 rollout", customer=CustomerFactory(client=self.client, name="Bank")),
            ProjectFactory(name="Switches", customer=CustomerFactory(client=self.client, name="School")),
        ]
        for n, moment in enumerate(BORDERS):
            self.bill(moment, 30_000 + 1_111 * n, n)
        Client.objects.filter(pk=self.client.pk).update(currency="EUR")
        self.client.refresh_from_db()
        with clock.moved(NOON - timedelta(days=60)):
            fund(self.client, cash=5_000_000)
        for n, moment in enumerate((NOVEMBER_1, DECEMBER_1)):
            self.bill(moment, 70_001 + n, n + 1)
        open_ones = list(Invoice.objects.filter(state=InvoiceState.OPEN).order_by("pk"))
        with clock.moved(NOON - timedelta(days=3)):
            actions.pay([open_ones[1].pk], actor=self.owner)
            actions.pay([open_ones[4].pk], actor=self.owner)
            actions.stop_payment(open_ones[2].assignment_id, actor=self.owner, reason="Wrong hours.")

    def bill(self, approved: datetime, price: int, n: int) -> Assignment:
        """Work approved at that instant; every second one belongs to a project."""
        project = self.projects[n % 2] if n != 2 else None
        columns = {"project": project, "customer": project.customer} if project else {}
        with clock.moved(approved + timedelta(minutes=30)):
            return assignment_in(
                State.APPROVED,
                owner=self.owner,
                by=self.workers[n % 2],
                price_minor=price,
                start_at=approved - timedelta(hours=1),
                terms_days=15,
                fastfunds_eligible=True,
                **columns,
            )

    @property
    def counted(self) -> list[Invoice]:
        rows = Invoice.objects.exclude(state=InvoiceState.WITHDRAWN)
        return list(rows.select_related("assignment__project__customer", "assignment__customer"))


@pytest.fixture
def books(db, settings) -> Any:
    settings.ONSITE_PAST_DUE_STOP_DAYS = (
        10_000  # the story is about sums of months, not about what being late stops
    )
    with clock.moved(NOON):
        yield Books()


def month_of(moment: datetime) -> str:
    return f"{moment.astimezone(NEW_YORK):%b %Y}"


def shown(report) -> dict[tuple[str, str], tuple[Any, ...]]:
    """(currency, label) -> cells, of the lines with anything in them."""
    return {
        (block.currency, line.label): line.cells
        for block in report.blocks
        for line in block.lines
        if any(cell.minor if isinstance(cell, Money) else cell for cell in line.cells)
    }


def spent(rows: list[Invoice], key) -> dict[tuple[str, str], tuple[Any, ...]]:
    """The same by hand."""
    found: dict[tuple[str, str], list[Invoice]] = defaultdict(list)
    for row in rows:
        found[row.currency, key(row)].append(row)
    return {
        (currency, name): (
            len(of), *(Money(sum(getattr(one, column) for one in of), currency)
                       for column in ("worker_minor", "fee_minor", "total_minor")),
        )
        for (currency, name), of in found.items()
    }  # fmt: skip


def test_m10_spend_by_month_customer_and_project_equals_the_invoices(books):
    """M10: to the cent, in the company's months; two currencies side by side; a stopped payment does not count."""
    rows = books.counted
    assert len(rows) == 5
    by_month = shown(money.spend_by_month(books.client, YEAR))
    assert by_month == spent(rows, lambda one: month_of(one.issued_at))
    assert {key for key in by_month if key[0] == "USD"} == {
        ("USD", "Oct 2026"), ("USD", "Nov 2026"), ("USD", "Dec 2026")
    }  # fmt: skip

    def customer(one):
        return one.assignment.customer.name if one.assignment.customer else "No customer"

    def project(one):
        found = one.assignment.project
        return f"{found.name} ({found.customer.name})" if found else "No project"

    assert shown(money.spend_by_customer(books.client, YEAR)) == spent(rows, customer)
    assert shown(money.spend_by_project(books.client, YEAR)) == spent(rows, project)
    for report in (money.spend_by_month, money.spend_by_customer, money.spend_by_project):
        for block in report(books.client, YEAR).blocks:
            mine = [one for one in rows if one.currency == block.currency]
            assert block.total[-1] == Money(sum(one.total_minor for one in mine), block.currency)


def test_m10_a_range_cuts_at_the_companys_midnight(books):
    """M10: October ends on the clocks of New York, four hours after it ends in UTC."""
    october = money.spend_by_month(books.client, Period(date(2026, 10, 1), date(2026, 10, 31)))
    assert shown(october) == spent(
        [one for one in books.counted if one.issued_at == OCTOBER_31], lambda one: "Oct 2026"
    )
    assert money.spend_by_month(books.client, Period(date(2025, 1, 1), date(2025, 12, 31))).blocks == ()


def test_m10_paid_spend_is_what_left_the_clients_cash(books):
    """M10: the totals of the paid invoices are the ledger's movements, in both currencies."""
    for currency in ("USD", "EUR"):
        paid = [one for one in books.counted if one.state == InvoiceState.PAID and one.currency == currency]
        left = Entry.objects.filter(
            account__owner_kind="client", account__owner_id=books.client.pk, account__purpose="cash",
            currency=currency, posting__kind="invoice.paid", amount_minor__lt=0,
        )  # fmt: skip
        assert len(paid) == 1
        assert -sum(entry.amount_minor for entry in left) == sum(one.total_minor for one in paid)


def test_m10_a_workers_earnings_and_fees_equal_the_invoices_and_the_own_balance(books):
    """M10: by month and by client; what was received is what the ledger put into the balance."""
    wanda = books.workers[0]
    early = next(one for one in books.counted if one.state == InvoiceState.OPEN and one.worker_id == wanda.pk)
    actions.take(early.assignment_id, quotes.quote(early, clock.now()).signed, actor=wanda.user)
    rows = [one for one in books.counted if one.worker_id == wanda.pk]
    fees = {one.invoice_id: one.fee_minor for one in Advance.objects.all()}
    assert len(fees) == 1
    expected = {}
    for one in rows:
        count, *sums = expected.get((one.currency, month_of(one.issued_at)), (0, 0, 0, 0, 0))
        fee = fees.get(one.pk, 0)
        got = one.worker_minor - fee if one.advanced_at or one.state == InvoiceState.PAID else 0
        added = (one.worker_minor, fee, one.worker_minor - fee, got)
        expected[one.currency, month_of(one.issued_at)] = (
            count + 1, *(a + b for a, b in zip(sums, added, strict=True))
        )  # fmt: skip
    report = money.earnings_by_month(wanda, YEAR)
    found = {
        key: (cells[0], *(cell.minor for cell in cells[1:])) for key, cells in shown(report).items()
    }  # fmt: skip
    assert found == expected
    for block in money.earnings_by_client(wanda, YEAR).blocks:
        (line,) = block.lines
        assert (line.label, line.cells) == ("Acme Retail", block.total)
        balance = Entry.objects.filter(
            account__owner_kind="worker", account__owner_id=wanda.pk, currency=block.currency
        )
        assert line.cells[-1].minor == sum(entry.amount_minor for entry in balance)


@pytest.mark.parametrize(("days", "group"), [
    (-1, "Not due yet"), (1, "1 to 30 days past due"), (30, "31 to 60 days past due"),
    (61, "61 to 90 days past due"), (91, "Over 90 days past due"),
])  # fmt: skip
def test_m10_ageing_puts_an_open_invoice_into_one_group_by_its_due_day(db, days, group):
    """M10: past due from the end of the due day where the client is; both sides, the own figure each."""
    with clock.moved(NOON):
        deal = Deal(State.APPROVED, terms_days=15)
        at = deal.invoice.past_due_at + timedelta(days=days)
        everything = Invoice.objects.filter(client=deal.client)
        payables = shown(money.payables(everything, at))
        receivables = shown(money.receivables(Invoice.objects.filter(worker=deal.worker), at))
    assert payables == {("USD", group): (1, deal.invoice.total)}
    assert receivables == {("USD", group): (1, deal.invoice.pay_amount)}


def test_m10_what_is_paid_stopped_or_advanced_is_not_owed(books):
    """M10: sums over the open invoices alone; what FastFunds paid early only the client owes."""
    open_ones = [one for one in books.counted if one.state == InvoiceState.OPEN]
    early = open_ones[0]
    actions.take(early.assignment_id, quotes.quote(early, clock.now()).signed, actor=early.worker.user)
    owed = {
        block.currency: block.total for block in money.payables(Invoice.objects.all(), clock.now()).blocks
    }
    still = {b.currency: b.total for b in money.receivables(Invoice.objects.all(), clock.now()).blocks}
    for currency in ("USD", "EUR"):
        mine = [one for one in open_ones if one.currency == currency]
        later = [one for one in mine if one != early]
        assert owed[currency] == (len(mine), Money(sum(one.total_minor for one in mine), currency))
        assert still[currency] == (len(later), Money(sum(one.worker_minor for one in later), currency))


def test_m10_fees_by_month_are_those_of_the_ledger(books):
    """M10: platform and FastFunds fees as posted, by the month in UTC."""
    expected: dict[tuple[str, str], int] = defaultdict(int)
    for entry in Entry.objects.filter(account__owner_kind="platform").select_related("account", "posting"):
        if entry.account.purpose in ("fee", "fastfunds_fee"):
            expected[entry.currency, f"{entry.posting.at:%b %Y}"] += entry.amount_minor
    found = {key: cells[-1].minor for key, cells in shown(money.fees_by_month(YEAR)).items()}
    assert found == dict(expected)
    assert set(found) == {("USD", "Dec 2026"), ("EUR", "Dec 2026")}


def test_m10_reports_of_work_equal_the_rows(books):
    """M10: fill rate, time to fill, on-time share and time to approve, in the company's months."""
    with clock.moved(NOON):
        assignment_in(State.SENT, owner=books.owner)
        late = assignment_in(
            State.IN_PROGRESS, owner=books.owner, by=worker("Late Larry"), start_at=NOON - timedelta(hours=6)
        )
        assert late.first_check_in_at
    rows = list(Assignment.objects.filter(client=books.client))
    sent: dict[str, list[Assignment]] = defaultdict(list)
    for row in rows:
        sent[month_of(row.sent_at)].append(row)
    filled = {
        month: (
            len(of),
            len([one for one in of if one.assigned_at]),
            timedelta(
                seconds=median(
                    (one.assigned_at - one.sent_at).total_seconds() for one in of if one.assigned_at
                )
            ),
        )
        for month, of in sent.items()
    }
    found = {label: (c[0], c[1], c[3]) for (_, label), c in shown(work.fill(books.client, YEAR)).items()}
    assert found == filled
    checked: dict[str, list[bool]] = defaultdict(list)
    for one in Engagement.objects.filter(end="completed", first_in_at__isnull=False):
        checked[month_of(one.first_in_at)].append(one.first_in_at <= one.on_time_until_at)
    found = {label: cells[:2] for (_, label), cells in shown(work.on_time(books.client, YEAR)).items()}
    assert found == {month: (len(of), sum(of)) for month, of in checked.items()}
    approvals: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row.approved_at:
            approvals[month_of(row.approved_at)].append((row.approved_at - row.submitted_at).total_seconds())
    found = {label: cells for (_, label), cells in shown(work.approvals(books.client, YEAR)).items()}
    assert found == {m: (len(of), timedelta(seconds=median(of))) for m, of in approvals.items()}


def test_m10_approval_age_counts_what_waits_now(db):
    """M10: each piece of submitted work in one group, by how long it waits."""
    with clock.moved(NOON):
        deal = Deal(State.PENDING_APPROVAL)
        since = deal.row.submitted_at
        for days, words in ((0.5, "Under 1 day"), (2, "1 to 3 days"), (5, "3 to 7 days"), (9, "Over 7 days")):
            report = work.waiting(deal.client, since + timedelta(days=days))
            assert shown(report) == {("", words): (1,)}


@pytest.mark.parametrize(("name", "today", "first", "last"), [
    ("month", date(2024, 2, 29), date(2024, 2, 1), date(2024, 2, 29)),
    ("last_month", date(2026, 1, 31), date(2025, 12, 1), date(2025, 12, 31)),
    ("quarter", date(2026, 11, 1), date(2026, 10, 1), date(2026, 12, 31)),
    ("quarter", date(2026, 3, 31), date(2026, 1, 1), date(2026, 3, 31)),
    ("year", date(2026, 12, 31), date(2026, 1, 1), date(2026, 12, 31)),
])  # fmt: skip
def test_m10_presets_are_whole_months_quarters_and_years(name, today, first, last):
    """M10: as of any day, also the last one of a month."""
    assert preset(name, today) == Period(first, last)


@pytest.mark.parametrize(("asked", "field", "said"), [
    ({}, "first", "Enter the first day."),
    ({"first": "2026-13-01", "last": "2026-12-31"}, "first", "Enter a day, such as 2026-12-01."),
    ({"first": "2026-12-02", "last": "2026-12-01"}, "last", "Enter a day that is not before the first one."),
    ({"first": "2020-01-01", "last": "2026-12-01"}, "last", "Choose at most five years."),
])  # fmt: skip
def test_m10_days_that_cannot_be_are_said_at_their_field(asked, field, said):
    """M10: the words stand at the field."""
    given = {"first": "", "last": "", **asked}
    form = PeriodForm({"period": "custom", **given}, NOON.date())
    assert not form.is_valid()
    assert form.errors[field] == [said]


def test_m10_bad_days_are_answered_by_a_page_that_keeps_what_was_typed(books):
    """M10: 422, the words, the typed days, and the reports of this year below."""
    page = Visitor(books.owner).open(
        "/payments/reports/?period=custom&first=2026-12-02&last=2026-12-01", status=422
    )
    page.has("Enter a day that is not before the first one.", "Spend by month")
    assert 'value="2026-12-02"' in page.html
    assert page.title.startswith("Error: ")
    Visitor(books.owner).open("/payments/reports/?period=never", status=422).has(
        "Choose a period from the list."
    )


def file_of(person: Visitor, key: str, path: str = "/payments/reports/") -> list[list[str]]:
    body = person.open(f"{path}?report={key}&format=csv").body
    return list(csv.reader(StringIO(body.decode("utf-8-sig"))))


def test_m10_a_file_holds_what_the_page_shows_and_no_formula(books):
    """M10: the currency in its own column, no total, and a project that begins like a formula is a text."""
    header, *lines = file_of(Visitor(books.owner), "spend_project")
    assert header == ["Project", "Invoices", "Worker pay", "Platform fee", "Total", "Currency"]
    report = money.spend_by_project(books.client, YEAR)
    expected = {
        (line.label, block.currency, str(line.cells[-1].decimal()))
        for block in report.blocks
        for line in block.lines
    }
    assert {(line[0].removeprefix("'"), line[5], line[4]) for line in lines} == expected
    assert {line[0] for line in lines if "rollout" in line[0]} == {"'=2+5 rollout (Bank)"}
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "-", "@"))]
    Visitor(books.owner).open("/payments/reports/?report=earnings_month&format=csv", status=404)


def test_m10_each_side_reads_its_own_and_managers_no_sums(books):
    """M10: Controller and Administrator money, Manager and View Only work, others nothing; a worker only the own."""
    totals = [str(one.total) for one in books.counted] + [str(one.fee) for one in books.counted]
    pays = {
        w.pk: [str(one.pay_amount) for one in books.counted if one.worker_id == w.pk] for w in books.workers
    }
    for role in (Role.ADMINISTRATOR, Role.CONTROLLER):
        person = Visitor(member(books.client, f"{role} person", role))
        person.open("/payments/reports/").has("Spend by month", "Ageing of payables")
        person.open("/payments/reports/work/").has("Fill rate and time to fill")
    for role in (Role.MANAGER, Role.VIEW_ONLY):
        person = Visitor(member(books.client, f"{role} person", role))
        page = person.open("/payments/reports/")
        page.has("Fill rate and time to fill", "Approval age")
        page.lacks(*totals, *pays[books.workers[0].pk], "Spend by month", "$", "€")
        person.open("/payments/reports/?report=spend_month&format=csv", status=403)
    user = Visitor(member(books.client, "Uma User", Role.USER))
    user.open("/payments/reports/", status=403)
    user.open("/payments/reports/work/", status=403)
    wanda = Visitor(books.workers[0].user)
    page = wanda.open("/payments/reports/")
    page.has("Earnings by month", "Earnings by client", "Ageing of receivables", "Acme Retail")
    page.lacks(*totals, *(pay for pay in pays[books.workers[1].pk]), "Platform fee", "Walt")
    wanda.open("/payments/reports/work/", status=403)
    wanda.open("/payments/reports/platform/", status=404)
    other = Visitor(member(company("Other Company"), "Otto Other"))
    other.open("/payments/reports/").lacks(*totals, "Bank", "School")


def test_m10_staff_read_the_platform_with_the_permission(books):
    """M10: over all companies; staff without it are refused, everybody else finds nothing there."""
    page = Visitor(StaffFactory(name="Stella Staff")).open("/payments/reports/")
    page.has("Reports of the platform", "Fees by month", "Ageing of payables", "Ageing of receivables")
    fees = sum(
        e.amount_minor for e in Entry.objects.filter(account__purpose="fee", currency="EUR")
    )  # fmt: skip
    page.has(str(Money(fees, "EUR")))
    helper = StaffFactory(name="Hilda Helper", is_superuser=False)
    Visitor(helper).open("/payments/reports/platform/", status=403)
    helper.user_permissions.add(Permission.objects.get(codename="view_invoice"))
    Visitor(helper).open("/payments/reports/platform/").has("Fees by month")
    Visitor(books.owner).open("/payments/reports/platform/", status=404)


def test_m10_a_picture_says_in_words_what_it_shows(books):
    """M10: an image with title and description; no style attribute; the largest bar is the whole width."""
    page = Visitor(books.owner).open("/payments/reports/")
    assert page.html.count('role="img"') == page.html.count("<desc") == 8
    assert "style=" not in page.html
    block = next(one for one in money.spend_by_month(books.client, YEAR).blocks if one.currency == "EUR")
    bars = {bar.label: (bar.value, bar.width) for bar in block.bars}
    most = max(line.size for line in block.lines)
    assert bars["Dec 2026"] == (str(Money(int(most), "EUR")), "100.0%")
    assert bars["Jan 2026"] == ("€0.00", "0.0%")
    page.has(f"Dec 2026: {Money(int(most), 'EUR')}.")


def test_m10_nothing_yet_is_said_in_words(db):
    """M10: each report says why it is empty; no table of headings."""
    with clock.moved(NOON):
        owner, nobody = member(company("New Company"), "Nina New"), worker("Will Worker")
        page = Visitor(owner).open("/payments/reports/")
        page.has(money.NO_SPEND, "No invoice is open.")
        assert ("<table" in page.html, '<svg class="hbars' in page.html) == (False, False)
        Visitor(owner).open("/payments/reports/work/").has(
            "No assignment was sent", "No work waits for approval."
        )
        Visitor(nobody.user).open("/payments/reports/").has(money.NO_EARNINGS, "Nothing is owed.")


def test_m10_long_names_are_cut_in_the_picture_and_whole_in_the_table(books):
    """M10: up to 30 characters beside the bar; the words of the picture and the table have all of it."""
    name = "Regional rollout of very long names, second phase"
    books.projects[1].name = name
    books.projects[1].save()
    page = Visitor(books.owner).open("/payments/reports/")
    page.has(f"{name} (School)", "Regional rollout of very long…")


def test_m10_the_number_of_queries_does_not_grow(books):
    """M10: with one invoice and with thirty, for the company, the worker and the platform."""
    staff = StaffFactory(name="Stella Staff")
    people = (books.owner, books.workers[0].user, staff)

    def counted() -> list[int]:
        found = []
        for user in people:
            visitor = Visitor(user)
            visitor.open("/payments/reports/")
            with CaptureQueriesContext(
                connection,
            ) as queries:
                visitor.open("/payments/reports/")
            found.append(len(queries))
        return found

    before = counted()
    for n in range(8):
        books.bill(NOVEMBER_30 - timedelta(days=10 * n), 10_000 + n, n)
    assert counted() == before
    assert max(before) <= 14
