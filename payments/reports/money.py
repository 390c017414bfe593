"""Reports over invoices: one query each, grouped by the database, never summed across currencies.

A month is that of the day on the invoice, which is the company's own calendar day (deadlines.issued_on): both sides,
and the platform's overview of invoices, count the same months. Withdrawn invoices do not count.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Case, Count, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, TruncMonth

from assignments.work_figures import between, months
from clients.models import Client
from common.money import Money
from common.when import zone
from ledger.models import Entry
from ledger.purposes import FASTFUNDS_FEE, FEE, PLATFORM
from payments.models import Invoice
from payments.reports.periods import Period
from payments.reports.shapes import Block, Cell, Line, Report
from payments.states import InvoiceState
from workers.models import Worker

AGES: Final = (
    (0, "Not due yet"),
    (30, "1 to 30 days past due"),
    (60, "31 to 60 days past due"),
    (90, "61 to 90 days past due"),
    (None, "Over 90 days past due"),
)
"""Upper end in days past due, and the words. An invoice is past due from the end of its due day where its client is."""
Values = Mapping[str, Any]
SPEND: Final = ("Invoices", "Worker pay", "Platform fee", "Total")
EARNED: Final = ("Invoices", "Earned", "FastFunds fees", "After fees", "Received")
NO_SPEND: Final = "No invoice was issued in these days. Approved work appears here."
NO_EARNINGS: Final = "Nothing was invoiced for you in these days. Approved work appears here."


def spend_by_month(client: Client, period: Period) -> Report:
    rows = _by_month(_issued(Invoice.objects.filter(client=client), period))
    return Report(
        "spend_month", "Spend by month", _issued_words("company's"), "Month", SPEND,
        _calendar(rows.annotate(**_SPENT), period, _spent), NO_SPEND, "total of the invoices issued",
    )  # fmt: skip


def spend_by_customer(client: Client, period: Period) -> Report:
    rows = _issued(Invoice.objects.filter(client=client), period)
    named = rows.order_by().values(
        "currency", key=F("assignment__customer_id"), name=F("assignment__customer__name")
    )
    return Report(
        "spend_customer", "Spend by customer", "The same invoices by the customer that the work was for.",
        "Customer", SPEND, _largest_first(named.annotate(**_SPENT), _spent, "No customer"), NO_SPEND,
        "total of the invoices issued",
    )  # fmt: skip


def spend_by_project(client: Client, period: Period) -> Report:
    rows = _issued(Invoice.objects.filter(client=client), period)
    named = rows.order_by().values(
        "currency",
        key=F("assignment__project_id"),
        name=F("assignment__project__name"),
        of=F("assignment__project__customer__name"),
    )
    return Report(
        "spend_project", "Spend by project", "The same invoices by project, with the project's customer.", "Project",
        SPEND, _largest_first(named.annotate(**_SPENT), _spent, "No project"), NO_SPEND,
        "total of the invoices issued",
    )  # fmt: skip


def payables(invoices: QuerySet[Invoice], now: datetime, *, of_all: bool = False) -> Report:
    """What is owed on open invoices at this moment, by how long it is past due."""
    said = "What all companies owe now" if of_all else "What your company owes now"
    return Report(
        "payables", "Ageing of payables", f"{said}, with the platform fee, whatever days are chosen.", "Age",
        ("Invoices", "Total"), _aged(invoices, now, "total_minor"), "No invoice is open.", "total that is owed",
    )  # fmt: skip


def receivables(invoices: QuerySet[Invoice], now: datetime, *, of_all: bool = False) -> Report:
    """What workers still get from open invoices; pay that FastFunds paid early is not waited for."""
    said = "What all workers still get" if of_all else "What clients owe you now"
    owed = invoices.filter(worker_minor__gt=0, advanced_at__isnull=True)
    return Report(
        "receivables", "Ageing of receivables", f"{said}, without what FastFunds paid early, whatever days are chosen.",
        "Age", ("Invoices", "Pay"), _aged(owed, now, "worker_minor"), "Nothing is owed.", "pay that is owed",
    )  # fmt: skip


def earnings_by_month(worker: Worker, period: Period) -> Report:
    rows = _by_month(_issued(Invoice.objects.filter(worker=worker, worker_minor__gt=0), period))
    return Report(
        "earnings_month", "Earnings by month", _issued_words("client's"), "Month", EARNED,
        _calendar(rows.annotate(**_EARNED), period, _earned), NO_EARNINGS, "what was earned",
    )  # fmt: skip


def earnings_by_client(worker: Worker, period: Period) -> Report:
    rows = _issued(Invoice.objects.filter(worker=worker, worker_minor__gt=0), period)
    named = rows.order_by().values("currency", key=F("client_id"), name=F("client__name"))
    return Report(
        "earnings_client", "Earnings by client", "The same invoices by client.", "Client", EARNED,
        _largest_first(named.annotate(**_EARNED), _earned, ""), NO_EARNINGS, "what was earned",
    )  # fmt: skip


def fees_by_month(period: Period) -> Report:
    """What Onsite earned, from its own accounts in the ledger: the month of the posting in UTC."""
    ours = Q(account__owner_kind=PLATFORM, account__purpose__in=(FEE, FASTFUNDS_FEE))
    rows = Entry.objects.filter(ours, between("at", period.first, period.last, zone("UTC")))
    by_month = rows.order_by().values("currency", month=TruncMonth("at", tzinfo=zone("UTC")))
    summed = by_month.annotate(
        platform=Coalesce(Sum("amount_minor", filter=Q(account__purpose=FEE)), 0),
        fastfunds=Coalesce(Sum("amount_minor", filter=Q(account__purpose=FASTFUNDS_FEE)), 0),
    )
    return Report(
        "fees_month", "Fees by month", "What was posted to Onsite's accounts, by the month in UTC.", "Month",
        ("Platform fees", "FastFunds fees", "Total"), _calendar(summed, period, _fees),
        "No fee was earned in these days.", "fees earned",
    )  # fmt: skip


# --- how they are grouped -------------------------------------------------------------------------------------------

_SPENT: Final = {
    "count": Count("*"), "pay": Sum("worker_minor"), "fee": Sum("fee_minor"), "total": Sum("total_minor")
}  # fmt: skip
_IS_RECEIVED = Q(state=InvoiceState.PAID) | Q(advanced_at__isnull=False)
_EARNED: Final = {
    "count": Count("*"),
    "earned": Sum("worker_minor"),
    "fees": Coalesce(Sum("advance__fee_minor"), 0),
    "received": Coalesce(Sum("worker_minor", filter=_IS_RECEIVED), 0),
}
Cells = tuple[tuple[Cell, ...], int]
"""The cells of a line, and the minor units that its bar shows."""


def _spent(one: Values, currency: str) -> Cells:
    pay, fee, total = (Money(one.get(name) or 0, currency) for name in ("pay", "fee", "total"))
    return (one.get("count") or 0, pay, fee, total), total.minor


def _earned(one: Values, currency: str) -> Cells:
    earned, fees, received = (Money(one.get(name) or 0, currency) for name in ("earned", "fees", "received"))
    return (one.get("count") or 0, earned, fees, earned - fees, received - fees), earned.minor


def _fees(one: Values, currency: str) -> Cells:
    platform, fastfunds = (Money(one.get(name) or 0, currency) for name in ("platform", "fastfunds"))
    return (platform, fastfunds, platform + fastfunds), (platform + fastfunds).minor


def _issued(rows: QuerySet[Invoice], period: Period) -> QuerySet[Invoice]:
    return rows.filter(issued_on__range=(period.first, period.last)).exclude(state=InvoiceState.WITHDRAWN)


def _issued_words(whose: str) -> str:
    return f"Invoices by the day on which they were issued, in the {whose} own calendar. Withdrawn ones do not count."


def _by_month(rows: QuerySet[Invoice]) -> Any:
    return rows.order_by().values("currency", month=TruncMonth("issued_on"))


def _calendar(
    rows: Iterable[Values], period: Period, cells: Callable[[Values, str], Cells]
) -> tuple[Block, ...]:
    """A block for each currency, with every month of the range: one without money is a zero, not a gap."""
    found: dict[str, dict[date, Values]] = {}
    for one in rows:
        month = one["month"].date() if isinstance(one["month"], datetime) else one["month"]
        found.setdefault(one["currency"], {})[month] = one
    return tuple(
        _block(
            currency,
            [
                (f"{month:%b %Y}", *cells(of_month.get(month, {}), currency))
                for month in months(period.first, period.last)
            ],
            by_time=True,
        )
        for currency, of_month in sorted(found.items())
    )


def _largest_first(
    rows: Iterable[Values], cells: Callable[[Values, str], Cells], nobody: str
) -> tuple[Block, ...]:
    """A block for each currency, its lines by their size."""
    found: dict[str, list[tuple[str, tuple[Cell, ...], int]]] = {}
    for one in rows:
        name = one["name"] or nobody
        words = f"{name} ({one['of']})" if one.get("of") else name
        found.setdefault(one["currency"], []).append((words, *cells(one, one["currency"])))
    return tuple(
        _block(currency, sorted(lines, key=lambda line: (-line[2], line[0])))
        for currency, lines in sorted(found.items())
    )


def _aged(invoices: QuerySet[Invoice], now: datetime, column: str) -> tuple[Block, ...]:
    """Open invoices by age, every age a line; one query."""
    ages = [
        When(past_due_at__gt=now - timedelta(days=days), then=Value(n))
        for n, (days, _) in enumerate(AGES)
        if days is not None
    ]
    rows = invoices.filter(state=InvoiceState.OPEN).order_by()
    grouped = rows.annotate(age=Case(*ages, default=Value(len(AGES) - 1))).values("currency", "age")
    found: dict[str, dict[int, Values]] = {}
    for one in grouped.annotate(count=Count("*"), sum=Sum(column)):
        found.setdefault(one["currency"], {})[one["age"]] = one
    return tuple(
        _block(
            currency,
            [
                (words, *_owed(by_age.get(n, {}), currency))
                for n, (_, words) in enumerate(AGES)
            ],
            by_time=True,
        )
        for currency, by_age in sorted(found.items())
    )  # fmt: skip


def _owed(one: Values, currency: str) -> Cells:
    owed = Money(one.get("sum") or 0, currency)
    return (one.get("count") or 0, owed), owed.minor


def _block(
    currency: str, lines: Iterable[tuple[str, tuple[Cell, ...], int]], *, by_time: bool = False
) -> Block:
    made = tuple(Line(words, cells, size, str(Money(size, currency))) for words, cells, size in lines)
    columns = zip(*(line.cells for line in made), strict=True)
    return Block(currency, made, tuple(_added(column, currency) for column in columns), by_time)


def _added(column: tuple[Cell, ...], currency: str) -> Cell:
    if isinstance(column[0], Money):
        return Money.sum((cell for cell in column if isinstance(cell, Money)), currency)
    return sum(cell for cell in column if isinstance(cell, int))
