"""The Payment Center by hat, and the client's pages in it (ux.md 6.10)."""

from typing import Any

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from assignments.views.base import refused
from common import clock
from common.errors import Invalid
from common.money import Money, exponent
from ledger.purposes import CLIENT
from payments import actions, policies, queries
from payments.forms import DepositForm
from payments.models import PaymentRun
from payments.sheets import as_csv
from payments.states import ItemResult
from payments.views import worker
from payments.views.base import ClientPage, acts_as_worker, fresh_key, ledger_page, pages, user_of


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

    def get(self, request: HttpRequest) -> HttpResponse:
        now = clock.now()
        which = request.GET.get("show", "open")
        if which not in queries.INVOICE_FILTERS:
            which = "open"
        rows, pager = pages(queries.client_invoices(self.member.client, which, now), request)
        listed = [(row, queries.invoice_word(row, row.assignment.disputed_at, now)) for row in rows]
        return self.draw(
            request,
            "payments/invoices.html",
            listed=listed,
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
        chosen = queries.payable(self.member.client, ids(request.GET.getlist("invoice")))
        return self.check(request, chosen)

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
        try:
            run = actions.pay(
                ids(request.POST.getlist("invoice")),
                actor=user_of(request),
                key=request.POST.get("key", "")[:64] or None,
                expected_total=total,
            )
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
        run = PaymentRun.objects.filter(pk=pk, client=self.member.client).select_related("actor").first()
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

    def get(self, request: HttpRequest) -> HttpResponse:
        self.require_money()
        lines, pager = ledger_page(CLIENT, self.member.client_id, request)
        return self.draw(request, "payments/ledger.html", lines=lines, page=pager)


class Funds(MoneyPage):
    """Cash, terms limit, what is set aside, and how to add money."""

    tab = "funds"

    def get(self, request: HttpRequest) -> HttpResponse:
        self.require_money()
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


class InvoicesCsv(MoneyPage):
    """The invoices under the present filter as a table for a spreadsheet."""

    def get(self, request: HttpRequest) -> HttpResponse:
        now = clock.now()
        which = request.GET.get("show", "all")
        rows = queries.client_invoices(
            self.member.client, which if which in queries.INVOICE_FILTERS else "all", now
        )
        columns = (
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
        table = (
            (
                row.number,
                row.assignment.number,
                row.assignment.title,
                str(row.worker),
                row.issued_on.isoformat(),
                row.due_on.isoformat(),
                queries.invoice_word(row, row.assignment.disputed_at, now).text,
                row.pay_amount.decimal(),
                row.fee.decimal(),
                row.total.decimal(),
                row.currency,
            )
            for row in rows.iterator(chunk_size=500)
        )
        return sheet("invoices.csv", as_csv(columns, table))


class LedgerCsv(MoneyPage):
    """All ledger lines of the company, newest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        self.require_money()
        return sheet("ledger.csv", as_csv(LEDGER_COLUMNS, ledger_table(CLIENT, self.member.client_id)))


LEDGER_COLUMNS = ("At (UTC)", "What", "About", "Account", "Amount", "Currency")


def ledger_table(owner_kind: str, owner_id: int) -> Any:
    """The rows of a ledger export, page by page."""
    before: int | None = None
    while True:
        lines = queries.ledger_lines(owner_kind, owner_id, before, 500)
        for line in lines:
            yield (
                line.at.isoformat(timespec="seconds"),
                line.what,
                line.about,
                line.account,
                line.amount.decimal(),
                line.amount.currency,
            )
        if len(lines) < 500:
            return
        before = lines[-1].pk


def sheet(name: str, text: str) -> HttpResponse:
    """A CSV download; the mark at its start tells spreadsheets that it is UTF-8."""
    response = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
