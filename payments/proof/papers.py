"""The papers about money in a pack, each in the figures of the side that asks (decisions.md D20)."""

from collections.abc import Iterator
from typing import Any, Final

from assignments.queries import Seen
from common.money import Money
from payments import pdf, pdf_statement
from payments.models import Advance, Invoice
from payments.queries import pdf_is_free
from payments.states import InvoiceState

SIDES: Final = {"client": ("client",), "worker": ("worker",), "admin": ("client", "worker")}
"""Whose figures each scope reads: an admin in a dispute those of both."""


def invoices(view: Seen) -> list[Invoice]:
    """The invoices of the assignment that this side may open, oldest first."""
    rows = Invoice.objects.filter(assignment=view.row).select_related("assignment", "client", "worker__user")
    if view.side == "worker":
        rows = rows.filter(worker=view.row.worker).exclude(state=InvoiceState.WITHDRAWN)
    return list(rows.order_by("pk"))


def papers(view: Seen) -> Iterator[tuple[str, bytes]]:
    """Name and content of each paper. The client's one of an open invoice is in it once it was locked: having it
    binds the client (decisions.md D7)."""
    for invoice in invoices(view):
        for side in SIDES[view.side]:
            if side == "worker" or pdf_is_free(invoice):
                kind = "" if side == "client" else "-pay-note"
                yield f"invoice/{invoice.number}{kind}.pdf", pdf.document(invoice, side)
        for note in invoice.credit_notes.select_related("client", "worker__user").order_by("pk"):
            for side in SIDES[view.side]:
                kind = "" if side == "client" else "-worker"
                yield f"invoice/{note.number}{kind}.pdf", pdf_statement.credit_note(note, side)


def figures(view: Seen, invoice: Invoice) -> dict[str, Any]:
    """The same as data."""
    found: dict[str, Any] = {
        "number": invoice.number,
        "state": str(invoice.state),
        "issued_on": invoice.issued_on.isoformat(),
        "due_on": invoice.due_on.isoformat(),
        "paid_at": invoice.paid_at.isoformat() if invoice.paid_at else None,
        "lines": [{"what": what, "amount": amount(pay)} for what, pay in invoice.pay_lines],
        "worker_pay": amount(invoice.pay_amount),
    }
    sides = SIDES[view.side]
    found["credit_notes"] = [
        {
            "number": note.number,
            "issued_on": note.issued_on.isoformat(),
            "reason": note.reason,
            **({"amount": amount(note.amount)} if "client" in sides else {}),
        }
        for note in invoice.credit_notes.order_by("pk")
    ]
    if "client" in sides:
        found |= {"platform_fee": amount(invoice.fee), "total": amount(invoice.total)}
    if "worker" in sides:
        advance = Advance.objects.filter(invoice=invoice).first()
        found["fastfunds"] = (
            {"fee": amount(advance.fee), "received": amount(advance.net)} if advance is not None else None
        )
    return found


def amount(money: Money) -> dict[str, Any]:
    """Minor units with their currency."""
    return {"minor": money.minor, "currency": money.currency}
