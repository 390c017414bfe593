"""What a worker received in a calendar year (UTC): by client, with fees apart and expenses separate.

Money counts on the day that it reached the balance: the day of the advance with FastFunds, else that of the payment.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Final

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from common.money import Money
from payments.models import Invoice, TaxForm
from payments.states import InvoiceState
from workers.models import Worker

EXPENSES: Final = "Approved expenses"
"""The line of an invoice that is no pay but money laid out (payments/actions/invoicing.py)."""


@dataclass(frozen=True, slots=True)
class YearLine:
    """What one client's invoices brought one worker in a year."""

    worker: Worker
    client: str
    count: int
    gross: Money
    expenses: Money
    fees: Money

    @property
    def net(self) -> Money:
        """What arrived in the balance."""
        return self.gross + self.expenses - self.fees


@dataclass(frozen=True, slots=True)
class YearSum:
    """A year's sum in one currency."""

    gross: Money
    expenses: Money
    fees: Money
    net: Money


def tax_form_of(worker: Worker) -> TaxForm | None:
    """The version in force."""
    return TaxForm.objects.filter(worker=worker, superseded_at__isnull=True).first()


def received(year: int) -> QuerySet[Invoice]:
    """The invoices whose pay reached a balance in that year, with the instant as `received_at`."""
    since, until = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    rows = Invoice.objects.exclude(state=InvoiceState.WITHDRAWN).filter(worker_minor__gt=0)
    rows = rows.annotate(received_at=Coalesce(F("advanced_at"), F("paid_at")))
    return rows.filter(received_at__gte=since, received_at__lt=until)


def year_of(worker: Worker, year: int) -> list[YearLine]:
    """The worker's lines of a year, by client."""
    return list(_lines(received(year).filter(worker=worker)))


def year_of_all(year: int) -> Iterator[YearLine]:
    """Every worker's lines of a year, worker by worker."""
    return _lines(received(year))


def years_of(worker: Worker) -> list[int]:
    """The years in which this worker received anything, newest first."""
    rows = Invoice.objects.filter(worker=worker, worker_minor__gt=0).exclude(state=InvoiceState.WITHDRAWN)
    found = rows.annotate(at=Coalesce(F("advanced_at"), F("paid_at"))).filter(at__isnull=False)
    return [day.year for day in found.datetimes("at", "year", order="DESC", tzinfo=UTC)]


def sums_of(lines: Iterable[YearLine]) -> list[YearSum]:
    """The sum of each currency."""
    found = sorted(lines, key=lambda line: line.gross.currency)
    made = []
    for currency, same in groupby(found, key=lambda line: line.gross.currency):
        own = list(same)
        made.append(
            YearSum(
                Money.sum((one.gross for one in own), currency),
                Money.sum((one.expenses for one in own), currency),
                Money.sum((one.fees for one in own), currency),
                Money.sum((one.net for one in own), currency),
            )
        )
    return made


def _lines(rows: QuerySet[Invoice]) -> Iterator[YearLine]:
    found = rows.select_related("client", "worker__user", "advance")
    found = found.order_by("worker_id", "client__name", "client_id", "currency", "id")
    grouped = groupby(
        found.iterator(chunk_size=500), key=lambda row: (row.worker_id, row.client_id, row.currency)
    )
    for (_, _, currency), same in grouped:
        own = list(same)
        expenses = Money.sum((_expenses(row) for row in own), currency)
        pay = Money.sum((row.pay_amount for row in own), currency)
        fees = Money.sum((row.advance.fee for row in own if row.advanced_at), currency)
        yield YearLine(own[0].worker, own[0].client.name, len(own), pay - expenses, expenses, fees)


def _expenses(row: Invoice) -> Money:
    """The money laid out, never more than the pay that a decision left."""
    laid_out = sum(minor.minor for what, minor in row.pay_lines if what == EXPENSES)
    return Money(min(laid_out, row.worker_minor), row.currency)
