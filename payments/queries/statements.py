"""Statements as the company's people read them: their lines, what came of each, and what is left to pay."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet, Sum

from clients.models import Client
from common.money import Money
from payments.models import CreditNote, Invoice, Statement, StatementLine
from payments.queries.invoices import Word, invoice_word
from payments.states import InvoiceState, StatementKind, StatementState


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a statement: the invoice and what came of it."""

    line: StatementLine
    invoice: Invoice
    word: Word


@dataclass(frozen=True, slots=True)
class Sums:
    """What a statement came to, and what became of that."""

    total: Money
    paid: Money
    withdrawn: Money
    left: Money
    credited: Money


def statements(client: Client) -> QuerySet[Statement]:
    """All statements of a company, newest first, each with how many invoices it lists and what is left to pay."""
    is_open = Q(lines__is_live=True, lines__invoice__state=InvoiceState.OPEN)
    return (
        Statement.objects.filter(client=client)
        .annotate(count=Count("lines"), left_minor=Sum("lines__total_minor", filter=is_open))
        .order_by("-pk")
    )


def listed(statement: Statement, now: datetime) -> list[Listed]:
    """Its lines in their order, in one query."""
    rows = statement.lines.select_related("statement", "invoice__assignment", "invoice__worker__user")
    return [
        Listed(line, line.invoice, invoice_word(line.invoice, line.invoice.assignment.disputed_at, now))
        for line in rows
    ]


def sums(statement: Statement, lines: list[Listed]) -> Sums:
    """Paid, withdrawn, left and credited, over the lines that were read."""

    def of(state: InvoiceState) -> Money:
        return Money.sum((one.line.total for one in lines if one.invoice.state == state), statement.currency)

    notes = CreditNote.objects.filter(invoice__in=[one.invoice.pk for one in lines])
    credited = notes.aggregate(minor=Sum("amount_minor"))["minor"] or 0
    left = (
        Money.zero(statement.currency)
        if statement.state == StatementState.DISSOLVED
        else of(InvoiceState.OPEN)
    )
    return Sums(
        total=statement.total,
        paid=of(InvoiceState.PAID),
        withdrawn=of(InvoiceState.WITHDRAWN),
        left=left,
        credited=Money(credited, statement.currency),
    )


def statement_word(statement: Statement, left: bool, now_past_due: bool) -> Word:
    """Its state as a label."""
    if statement.state == StatementState.PAID:
        return Word("Paid", "ok", "circle-check")
    if statement.state == StatementState.DISSOLVED:
        return Word("Taken apart", "info", "undo-2")
    return (
        Word("Past due", "bad", "triangle-alert")
        if now_past_due and left
        else Word("Open", "info", "calendar")
    )


def kind_words(statement: Statement) -> str:
    """ "November 2026" for the statement of a month, else "Bundle"."""
    if statement.kind == StatementKind.MONTHLY and statement.month:
        return f"{statement.month:%B %Y}"
    return "Bundle"


def bundleable(client: Client, ids: list[int]) -> tuple[list[Invoice], list[tuple[Invoice, str]]]:
    """Of these open invoices: those that can go on a statement, oldest due first, and the others with the reason."""
    rows = Invoice.objects.filter(client=client, pk__in=ids, state=InvoiceState.OPEN)
    rows = rows.select_related("assignment", "worker__user").order_by("due_on", "id")
    on = dict(
        StatementLine.objects.filter(invoice__in=[row.pk for row in rows], is_live=True).values_list(
            "invoice_id", "statement__number"
        )
    )
    fit: list[Invoice] = []
    out: list[tuple[Invoice, str]] = []
    for row in rows:
        if row.pk in on:
            out.append((row, f"it is on statement {on[row.pk]} already"))
        elif row.assignment.disputed_at:
            out.append((row, "a dispute about it is open"))
        else:
            fit.append(row)
    return fit, out
