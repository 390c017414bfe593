"""The worker's Payment Center: receivables, balance, withdrawals (ux.md 6.11)."""

from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from accounts.models import User
from common import clock, tables
from ledger.purposes import WORKER
from payments import queries
from payments.models import Invoice
from payments.views.base import Table, WorkerPage, ledger_file, ledger_page, pages, user_of
from workers.models import Worker


class Center(WorkerPage):
    """Figures, receivables, what waits for approval, what was paid."""

    def find(self, user: User) -> Worker | None:
        return queries.earner_once(user)

    def get(self, request: HttpRequest) -> HttpResponseBase:
        now = clock.now()
        show = "paid" if request.GET.get("show") == "paid" else "due"
        currency = queries.currency_of(self.worker)
        figures = queries.worker_figures(self.worker, currency, now, with_clients=show == "due")
        rows = queries.paid_to(self.worker) if show == "paid" else queries.receivables(self.worker)
        if kind := tables.asked(request):
            name = "paid" if show == "paid" else "receivables"
            return tables.download(request, kind, name, COLUMNS, receivables_table(rows, now))
        column, falling = ("paid_at", True) if show == "paid" else ("due_on", False)
        found, pager = pages(rows, request, column, falling=falling)
        context = {
            "figures": figures,
            "listed": [(row, queries.invoice_word(row, row.assignment.disputed_at, now)) for row in found],
            "page": pager,
            "show": show,
            "waiting": figures.pending if show == "due" else [],
            "withdrawals": queries.withdrawals(self.worker),
            "now": now,
            "tz": user_of(request).time_zone,
            "exports": tables.links(request),
        }
        return render(request, "payments/worker.html", context)


COLUMNS = (
    "Invoice",
    "Assignment",
    "Title",
    "Client",
    "Approved",
    "Due",
    "Paid at (UTC)",
    "State",
    "Amount",
    "Currency",
)


def receivables_table(rows: QuerySet[Invoice], now: datetime) -> Table:
    """What clients owe or paid, in the worker's own sums only."""
    for row in tables.read(rows):
        word = queries.invoice_word(row, row.assignment.disputed_at, now).text
        yield (
            row.number,
            row.assignment.number,
            row.assignment.title,
            str(row.client),
            row.issued_on,
            row.due_on,
            row.paid_at,
            "Paid by FastFunds" if row.advanced_at else word,
            row.pay_amount.decimal(),
            row.currency,
        )


class Ledger(WorkerPage):
    """Every movement of the worker's balance."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if kind := tables.asked(request):
            return ledger_file(request, kind, WORKER, self.worker.pk)
        lines, pager = ledger_page(WORKER, self.worker.pk, request)
        context: dict[str, object] = {"lines": lines, "page": pager, "tz": user_of(request).time_zone}
        context["auto"] = queries.auto_withdrawal_of(self.worker)
        context["exports"] = tables.links(request)
        return render(request, "payments/worker_ledger.html", context)
