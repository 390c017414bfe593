"""Statements: bundling chosen invoices, the list, one statement as page, print, PDF and file, and taking it apart."""

from contextlib import suppress
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from common import clock, tables
from common.errors import AlreadyDone, Invalid
from common.money import Money
from payments import actions, pdf_statement, queries
from payments.models import Invoice, Statement
from payments.queries import statements as reads
from payments.states import StatementState
from payments.views.base import Table, fresh_key, pages, user_of
from payments.views.center import MoneyPage, ids

COLUMNS = (
    "Statement",
    "Invoice",
    "Assignment",
    "Title",
    "Worker",
    "Issued",
    "Due",
    "State",
    "Total",
    "Currency",
)


class Bundle(MoneyPage):
    """GET is the check page of the chosen invoices; POST makes the statement."""

    tab = "statements"

    def get(self, request: HttpRequest) -> HttpResponse:
        self.require_money()
        return self.check(request, ids(request.GET.getlist("invoice")))

    def check(self, request: HttpRequest, chosen: list[int], status: int = 200, **parts: Any) -> HttpResponse:
        fit, out = reads.bundleable(self.member.client, chosen)
        return self.draw(
            request,
            "payments/bundle.html",
            status=status,
            chosen=fit,
            left_out=out,
            total=Money.sum((one.total for one in fit), self.member.client.currency),
            key=request.POST.get("key", "")[:64] or fresh_key(),
            **parts,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        self.require_money()
        chosen = ids(request.POST.getlist("invoice"))
        expected = request.POST.get("expected", "")
        minor = int(expected) if expected.isdecimal() and len(expected) < 16 else -1
        try:
            statement = actions.bundle(
                chosen,
                actor=user_of(request),
                key=request.POST.get("key", "")[:64] or None,
                expected_total=Money(minor, self.member.client.currency),
            )
        except Invalid as error:
            return self.check(request, chosen, status=422, problem=error.sentence)
        return redirect("payments:statement", number=statement.number)


class Statements(MoneyPage):
    """All statements, newest first."""

    tab = "statements"

    def get(self, request: HttpRequest) -> HttpResponse:
        self.require_money()
        rows, pager = pages(reads.statements(self.member.client), request, "id", falling=True)
        day = queries.today(self.member.client, clock.now())
        listed = [
            (
                row,
                reads.kind_words(row),
                Money(row.left_minor or 0, row.currency),
                reads.statement_word(row, bool(row.left_minor), row.due_on < day),
            )
            for row in rows
        ]
        return self.draw(request, "payments/statements.html", listed=listed, page=pager)


class StatementBase(MoneyPage):
    """One statement of the company; others get 404."""

    tab = "statements"

    def find(self, number: str) -> Statement:
        self.require_money()
        rows = Statement.objects.select_related("client", "issued_by")
        found = rows.filter(number=number, client=self.member.client).first()
        if found is None:
            raise Http404
        return found

    def shown(self, statement: Statement) -> dict[str, Any]:
        now = clock.now()
        lines = reads.listed(statement, now)
        sums = reads.sums(statement, lines)
        late = statement.due_on < queries.today(statement.client, now)
        return {
            "statement": statement,
            "kind_words": reads.kind_words(statement),
            "lines": lines,
            "sums": sums,
            "word": reads.statement_word(statement, bool(sums.left), late),
            "runs": list(statement.payment_runs.order_by("pk")),
        }


class StatementPage(StatementBase):
    """The statement with what came of each invoice; `?format=` is the same as a file."""

    template = "payments/statement.html"

    def get(self, request: HttpRequest, number: str) -> HttpResponseBase:
        statement = self.find(number)
        shown = self.shown(statement)
        if kind := tables.asked(request):
            return tables.download(request, kind, number, COLUMNS, table(statement, shown["lines"]))
        sums = shown["sums"]
        may_dissolve = statement.state == StatementState.OPEN and not sums.paid
        return self.draw(
            request, self.template, **shown, exports=tables.links(request), may_dissolve=may_dissolve
        )


class StatementPrint(StatementPage):
    """The same for paper: bundling has locked the invoices already, so that printing changes nothing."""

    template = "payments/statement_print.html"


class StatementDocument(StatementBase):
    """The PDF."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        statement = self.find(number)
        shown = self.shown(statement)
        body = pdf_statement.statement(statement, shown["lines"], shown["sums"])
        return document(body, number)


class Dissolve(StatementBase):
    """Take it apart: a page that asks, and the act."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        statement = self.find(number)
        return self.draw(request, "payments/statement_dissolve.html", **self.shown(statement))

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        statement = self.find(number)
        with suppress(AlreadyDone):
            actions.dissolve(statement.pk, actor=user_of(request))
        return redirect("payments:statement", number=number)


def document(body: bytes, number: str) -> HttpResponse:
    """A PDF to be kept."""
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def table(statement: Statement, lines: list[reads.Listed]) -> Table:
    """The lines of a file."""
    for one in lines:
        invoice: Invoice = one.invoice
        yield (
            statement.number,
            invoice.number,
            invoice.assignment.number,
            invoice.assignment.title,
            str(invoice.worker),
            invoice.issued_on,
            invoice.due_on,
            one.word.text,
            one.line.total.decimal(),
            statement.currency,
        )
