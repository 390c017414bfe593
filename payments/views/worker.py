"""The worker's Payment Center: receivables, balance, withdrawals (ux.md 6.11)."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from assignments.views.base import attempt, refused
from common import clock, tables
from common.errors import Invalid
from ledger.accounts import balance
from ledger.errors import InsufficientFunds
from ledger.purposes import BALANCE, WORKER
from payments import actions, queries
from payments.forms import AccountForm, WithdrawForm, hidden
from payments.models import Invoice, PayoutAccount, Withdrawal
from payments.views.base import (
    Table,
    WorkerPage,
    fresh_key,
    ledger_file,
    ledger_page,
    pages,
    user_of,
)


class Center(WorkerPage):
    """Figures, receivables, what waits for approval, what was paid."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        now = clock.now()
        currency = queries.currency_of(self.worker)
        show = "paid" if request.GET.get("show") == "paid" else "due"
        rows = queries.paid_to(self.worker) if show == "paid" else queries.receivables(self.worker)
        if kind := tables.asked(request):
            name = "paid" if show == "paid" else "receivables"
            return tables.download(request, kind, name, COLUMNS, receivables_table(rows, now))
        found, pager = pages(rows, request)
        context = {
            "figures": queries.worker_figures(self.worker, currency, now),
            "listed": [(row, queries.invoice_word(row, row.assignment.disputed_at, now)) for row in found],
            "page": pager,
            "show": show,
            "waiting": queries.pending_pay(self.worker, currency) if show == "due" else [],
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
        context = {"lines": lines, "page": pager, "tz": user_of(request).time_zone}
        context["exports"] = tables.links(request)
        return render(request, "payments/worker_ledger.html", context)


class Withdraw(WorkerPage):
    """Account and amount, check, done (ux.md R5)."""

    def accounts(self) -> list[PayoutAccount]:
        return list(PayoutAccount.objects.filter(worker=self.worker, removed_at__isnull=True))

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, self.form(initial={"key": fresh_key()}))

    def form(self, *data: Any, **more: Any) -> WithdrawForm:
        self.available = balance(WORKER, self.worker.pk, BALANCE, queries.currency_of(self.worker))
        return WithdrawForm(*data, accounts=self.accounts(), available=self.available, **more)

    def page(self, request: HttpRequest, form: Any, status: int = 200, **parts: Any) -> HttpResponse:
        context = {"form": form, "available": self.available, "accounts": self.accounts(), **parts}
        return render(request, "payments/withdraw.html", context, status=status)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(request, form, status=422)
        cleaned = form.cleaned_data
        known = Withdrawal.objects.filter(key=cleaned["key"], worker=self.worker).first()
        if known is None and not self._fits(form):
            return self.page(request, form, status=422)
        if request.POST.get("step") != "withdraw":
            account = next(one for one in self.accounts() if one.pk == cleaned["account"])
            checking = {
                "account": account,
                "amount": cleaned["amount"],
                "after": self.available - cleaned["amount"],
            }
            return self.page(request, hidden(form), checking=checking)
        try:
            made = actions.withdraw(
                actor=user_of(request),
                account_id=cleaned["account"],
                amount=cleaned["amount"],
                key=cleaned["key"],
            )
        except (Invalid, InsufficientFunds) as error:
            refused(form, error)
            return self.page(request, form, status=422)
        return redirect("payments:withdrawal", pk=made.pk)

    def _fits(self, form: Any) -> bool:
        amount = form.cleaned_data["amount"]
        if amount.minor <= 0:
            form.add_error("amount", "Enter an amount above zero.")
        elif amount > self.available:
            form.add_error("amount", f"Enter at most {self.available}: more is not in your balance.")
        return not form.errors


class WithdrawalDone(WorkerPage):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = Withdrawal.objects.select_related("account").filter(pk=pk, worker=self.worker).first()
        if found is None:
            raise Http404
        return render(request, "payments/withdrawal.html", {"made": found, "tz": user_of(request).time_zone})


class Accounts(WorkerPage):
    """The worker's bank accounts: at most two."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, AccountForm())

    def page(self, request: HttpRequest, form: AccountForm, status: int = 200) -> HttpResponse:
        accounts = PayoutAccount.objects.filter(worker=self.worker, removed_at__isnull=True)
        return render(request, "payments/accounts.html", {"form": form, "accounts": accounts}, status=status)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AccountForm(request.POST)
        if form.is_valid():
            add = lambda: actions.add_account(actor=user_of(request), **form.cleaned_data)  # noqa: E731
            if attempt(request, form, add, "Bank account added."):
                return redirect("payments:withdraw")
        return self.page(request, form, status=422)


class RemoveAccount(WorkerPage):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect("payments:accounts")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        mine = PayoutAccount.objects.filter(pk=pk, worker=self.worker)
        if not mine.exists():
            raise Http404
        actions.remove_account(pk, actor=user_of(request))
        return redirect("payments:accounts")
