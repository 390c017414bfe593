"""The invoice of one assignment, as each side may see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assignments.models import Assignment
from assignments.queries import Seen
from assignments.states import State
from payments import policies
from payments.models import Invoice
from payments.states import InvoiceState


def invoice_of(row: Assignment) -> Invoice | None:
    """The invoice of an assignment that was not withdrawn, with the advance that was taken on it."""
    rows = Invoice.objects.filter(assignment=row).exclude(state=InvoiceState.WITHDRAWN)
    return rows.select_related("advance").first()


def pdf_is_free(invoice: Invoice) -> bool:
    """Whether the client's downloading changes nothing any more (decisions.md D7)."""
    return invoice.state != InvoiceState.OPEN or invoice.locked_at is not None


def money_box(seen: Seen) -> dict[str, Any] | None:
    """The invoice in the rail, in the viewer's own figures; None before there is one."""
    row, side = seen.row, seen.side
    if not row.pay_minor and row.state not in (State.APPROVED, State.PAID):
        return None
    invoice = invoice_of(row) if "requests" in seen.sight else None
    if invoice is None:
        return None
    verbs = policies.verbs_for(seen.standing, row, seen.now)
    return {
        "row": row,
        "side": side,
        "invoice": invoice,
        "state": invoice_word(invoice, row.disputed_at, seen.now),
        "advance": getattr(invoice, "advance", None) if side == "worker" else None,
        "verbs": verbs,
        "may_pay": side == "client" and bool({"pay", "pay_cancelled"} & verbs),
        "may_stop": "stop_payment" in verbs and not invoice.locked_at and not invoice.advanced_at,
    }


@dataclass(frozen=True, slots=True)
class Word:
    """A state in words with its label's colour and icon."""

    text: str
    kind: str
    icon: str


def invoice_word(invoice: Invoice, disputed_at: datetime | None, now: datetime) -> Word:
    """Due, Past due, Scheduled, Disputed, Paid or Withdrawn (ux.md 6.10)."""
    if invoice.state == InvoiceState.PAID:
        return Word("Paid", "ok", "circle-check")
    if invoice.state == InvoiceState.WITHDRAWN:
        return Word("Withdrawn", "info", "undo-2")
    if disputed_at:
        return Word("Disputed", "bad", "scale")
    if invoice.past_due_at <= now:
        return Word("Past due", "bad", "triangle-alert")
    if invoice.autopay_due_at:
        return Word("Scheduled", "info", "calendar-check")
    return Word("Due", "info", "calendar")
