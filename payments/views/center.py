"""The Payment Center by hat, and the client's pages in it (ux.md 6.10)."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views import View

from assignments.views.base import refused
from clients.models import Client
from common import clock, tables
from common.errors import Invalid
from common.money import Money, exponent
from ledger.purposes import CLIENT
from payments import actions, policies, queries
from payments.forms import DepositForm
from payments.models import Invoice, PaymentRun, Statement
from payments.states import ItemResult
from payments.views import worker
from payments.views.base import (
    ClientPage,
    Table,
    acts_as_worker,
    fresh_key,
    ledger_file,
    ledger_page,
    pages,
    user_of,
)


class Center(LoginRequiredMixin, View):
    """One address, two pages: the hat says which."""

    def get(self, request: HttpRequest) -> HttpResponse:
        side = worker.Center if acts_as_worker(user_of(request)) else Invoices
        return side.as_view()(request)  # type: ignore[return-value]


class MoneyPage(ClientPage):
    """What every tab of the client's Payment Center draws."""

    tab = ""

    @property
    def has_money(self) -> bool:
        return policies.handles_money(self.member)

    def require_money(self) -> None:
        policies.require_payer(user_of(self.request))

    def draw(self, request: HttpRequest, template: str, status: int = 200, **parts: Any) -> HttpResponse:
        now = clock.now()
        context = {
            "client": self.member.client,
            "figures": queries.client_figures(self.member.client, now),
            "has_money": self.has_money,
            "tab": self.tab,
            "now": now,
            "tz": self.member.client.time_zone,
        }
        return render(request, template, {**context, **parts}, status=status)


class Invoices(MoneyPage):
    """The invoices, with boxes to choose which to pay."""

    tab = "invoices"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        now = clock.now()
        which = request.GET.get("show", "open")
        if which not in queries.INVOICE_FILTERS:
            which = "open"
        found = queries.with_statements(queries.client_invoices(self.member.client, which, now))
        if kind := tables.asked(request):
            return tables.download(request, kind, "invoices", INVOICE_COLUMNS, invoice_table(found, now))
        column, falling = queries.invoice_order(which)
        rows, pager = pages(found, request, column, falling=falling)
        listed = [(row, queries.invoice_word(row, row.assignment.disputed_at, now)) for row in rows]
        return self.draw(
            request,
            "payments/invoices.html",
            listed=listed,
            exports=tables.links(request),
            page=pager,
            which=which,
            filters=queries.INVOICE_FILTERS,
            exponent=exponent(self.member.client.currency),
            payable=any(row.state == "open" and not row.assignment.disputed_at for row in rows),
        )


class Pay(MoneyPage):
    """GET is the check page of the chosen invoices; POST pays them."""

    tab = "invoices"

    def get(self, request: HttpRequest) -> HttpResponse:
        self.require_money()
        statement = self.statement(request.GET.get("statement", ""))
        if statement is not None:
            return self.check(request, queries.left_on(statement), statement=statement)
        chosen = queries.payable(self.member.client, ids(request.GET.getlist("invoice")))
        return self.check(request, chosen)

    def statement(self, number: str) -> Statement | None:
        """The company's statement of that number; None where none is named. Raises Http404 for another one."""
        if not number:
            return None
        found = Statement.objects.filter(number=number, client=self.member.client).first()
        if found is None:
            raise Http404
        return found

    def check(self, request: HttpRequest, chosen: list[Any], status: int = 200, **parts: Any) -> HttpResponse:
        total = Money.sum((one.total for one in chosen), self.member.client.currency)
        held = [one for one in chosen if one.assignment.disputed_at]
        return self.draw(
            request,
            "payments/pay.html",
            status=status,
            chosen=chosen,
            total=total,
            held=held,
            key=fresh_key(),
            short=queries.short_for(self.member.client, chosen),
            **parts,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        self.require_money()
        expected = request.POST.get("expected", "")
        total = Money(
            int(expected) if expected.isdecimal() and len(expected) < 16 else -1, self.member.client.currency
        )
        said: dict[str, Any] = {
            "actor": user_of(request),
            "key": request.POST.get("key", "")[:64] or None,
            "expected_total": total,
        }
        statement = self.statement(request.POST.get("statement", ""))
        try:
            if statement is not None:
                run = actions.pay_statement(statement.pk, **said)
            else:
                run = actions.pay(ids(request.POST.getlist("invoice")), **said)
        except Invalid as error:
            return self.check(request, [], status=422, problem=error.sentence)
        return redirect("payments:run", pk=run.pk)


def ids(texts: list[str]) -> list[int]:
    """Invoice ids from a form; anything else is passed over."""
    return [int(text) for text in texts[:500] if text.isdecimal() and len(text) < 19]


class Run(MoneyPage):
    """What a payment did: each invoice paid or not, and why."""

    tab = "invoices"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require_money()
        runs = PaymentRun.objects.select_related("actor", "statement")
        run = runs.filter(pk=pk, client=self.member.client).first()
        if run is None:
            raise Http404
        items = list(run.items.select_related("invoice__assignment", "invoice__worker__user"))
        done = [item for item in items if item.result == ItemResult.PAID]
        return self.draw(
            request,
            "payments/run.html",
            run=run,
            items=items,
            done=done,
            undone=[item for item in items if item.result != ItemResult.PAID],
            paid=Money.sum((item.invoice.total for item in done), run.currency),
        )


class Ledger(MoneyPage):
    """Every movement of the company's accounts, newest first."""

    tab = "ledger"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        self.require_money()
        if kind := tables.asked(request):
            return ledger_file(request, kind, CLIENT, self.member.client_id)
        lines, pager = ledger_page(CLIENT, self.member.client_id, request)
        exports = tables.links(request)
        return self.draw(request, "payments/ledger.html", lines=lines, page=pager, exports=exports)


class Funds(MoneyPage):
    """Cash, terms limit, what is set aside, and how to add money."""

    tab = "funds"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        self.require_money()
        if kind := tables.asked(request):
            return funds_file(request, kind, self.member.client)
        return self.page(request, None)

    def page(self, request: HttpRequest, form: Any, status: int = 200) -> HttpResponse:
        client = self.member.client
        if form is None and settings.ONSITE_DEVELOPMENT:
            form = DepositForm(client=client, initial={"key": fresh_key()})
        return self.draw(
            request,
            "payments/funds.html",
            status=status,
            form=form,
            reservations=queries.reservations(client),
            deposits=queries.deposits(client),
            exports=tables.links(request),
            deposit_exports=tables.links(request, list="deposits"),
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        self.require_money()
        form = DepositForm(request.POST, client=self.member.client)
        if form.is_valid():
            try:
                deposit = actions.deposit_by_gateway(
                    actor=user_of(request), amount=form.cleaned_data["amount"], key=form.cleaned_data["key"]
                )
            except Invalid as error:
                refused(form, error)
            else:
                return redirect("payments:deposit", pk=deposit.pk)
        return self.page(request, form, status=422)


class DepositDone(MoneyPage):
    """What became of a deposit."""

    tab = "funds"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require_money()
        found = self.member.client.deposits.filter(pk=pk).first()
        if found is None:
            raise Http404
        return self.draw(request, "payments/deposit.html", deposit=found)


INVOICE_COLUMNS = (
    "Invoice",
    "Assignment",
    "Title",
    "Worker",
    "Issued",
    "Due",
    "State",
    "Pay",
    "Fee",
    "Total",
    "Currency",
)
RESERVED_COLUMNS = ("Assignment", "Title", "From terms", "From cash", "Currency")
DEPOSIT_COLUMNS = ("At (UTC)", "How", "State", "Reference", "Amount", "Currency")


def invoice_table(rows: QuerySet[Invoice], now: datetime) -> Table:
    """The invoices of a company as lines of a file."""
    for row in tables.read(rows):
        yield (
            row.number,
            row.assignment.number,
            row.assignment.title,
            str(row.worker),
            row.issued_on,
            row.due_on,
            queries.invoice_word(row, row.assignment.disputed_at, now).text,
            row.pay_amount.decimal(),
            row.fee.decimal(),
            row.total.decimal(),
            row.currency,
        )


def funds_file(request: HttpRequest, kind: str, client: Client) -> HttpResponseBase:
    """What is set aside, or (`?list=deposits`) every deposit."""
    if request.GET.get("list") == "deposits":
        return tables.download(request, kind, "deposits", DEPOSIT_COLUMNS, deposit_table(client))
    return tables.download(request, kind, "set-aside", RESERVED_COLUMNS, reserved_table(client))


def reserved_table(client: Client) -> Table:
    for one, row in queries.all_reservations(client):
        number = row.number if row else f"A-{one.subject_id}"
        yield number, row.title if row else "", one.terms.decimal(), one.cash.decimal(), one.terms.currency


def deposit_table(client: Client) -> Table:
    for one in queries.all_deposits(client).iterator(chunk_size=tables.READ_AT_ONCE):
        yield (
            one.recorded_at,
            one.get_source_display(),
            one.get_state_display(),
            one.reference,
            one.amount.decimal(),
            one.currency,
        )
