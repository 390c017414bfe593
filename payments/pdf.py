"""The invoice as a PDF: a rendering of the HTML page."""

from common.money import Money
from common.pdf import Paper
from common.when import day, instant
from payments import self_billing
from payments.models import Advance, Invoice
from payments.states import InvoiceState


def document(invoice: Invoice, side: str) -> bytes:
    """The document of one side: the client's has fee and total, the worker's only what the worker gets (D20)."""
    row = invoice.assignment
    is_client = side == "client"
    sheet = Paper(f"{'Invoice' if is_client else 'Pay note'} {invoice.number}")
    sheet.add_page()
    sheet.words(sheet.name, 18, "B")
    sheet.ln(2)
    sheet.words(f"{row.number} {row.title}", 12)
    sheet.rule()
    for party in self_billing.parties(invoice):
        sheet.pair(party.role, party.name)
        if party.address:
            sheet.words(party.address, 8)
    sheet.pair("Issued", day(invoice.issued_on))
    if invoice.done_on:
        sheet.pair("Work done", day(invoice.done_on))
    sheet.pair("Terms", self_billing.terms(invoice))
    sheet.pair("Due", day(invoice.due_on))
    sheet.pair("State", _state(invoice))
    sheet.rule()
    for what, amount in invoice.pay_lines:
        sheet.pair(what, _money(amount))
    sheet.rule()
    if is_client:
        sheet.pair("Worker pay", _money(invoice.pay_amount))
        sheet.pair("Platform fee", _money(invoice.fee))
        sheet.pair("Total", _money(invoice.total), "B")
    else:
        _worker_sums(sheet, invoice)
    sheet.rule()
    sheet.words(self_billing.TITLE, 10, "B")
    sheet.words(f"{self_billing.sentence(invoice, side)} {self_billing.NO_TAX}", 8)
    for note in invoice.credit_notes.order_by("pk"):
        credited = f" of {_money(note.amount)}" if is_client else ""
        sheet.words(f"Credit note {note.number}{credited}, {day(note.issued_on)}: {note.reason}", 8)
    return bytes(sheet.output())


def _worker_sums(sheet: Paper, invoice: Invoice) -> None:
    sheet.pair("You receive", _money(invoice.pay_amount), "B")
    advance = Advance.objects.filter(invoice=invoice).first()
    if advance is not None:
        sheet.ln(3)
        sheet.pair("FastFunds fee", _money(-advance.fee))
        sheet.pair("Received early by FastFunds", _money(advance.net), "B")


def _state(invoice: Invoice) -> str:
    if invoice.state == InvoiceState.PAID and invoice.paid_at:
        return f"Paid {instant(invoice.paid_at, invoice.client.time_zone)}"
    return str(invoice.get_state_display())


def _money(amount: Money) -> str:
    return str(amount).replace("-", "−")
