"""Paying by itself on the due date, strictly oldest first (domain.md 5.3, docs/money/statements.md).

A company's invoices wait in one queue. One is paid when cash covers it and all that are due before it: so one that
cash does not cover stops those behind it, smaller ones too, and nobody jumps the queue. One that waits for another
reason (a dispute is open, or its payment broke) stops nobody as long as its money is there.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from assignments.actions.door import change, lock
from common import clock
from common.actor import SYSTEM
from common.errors import WrongState
from ledger.errors import InsufficientFunds
from payments import deadlines, notices
from payments.actions.invoicing import locked_invoice
from payments.actions.paying import pay_one
from payments.models import Invoice
from payments.queries import short_for
from payments.states import InvoiceState


def pay_due(invoice_id: int) -> bool:
    """Auto-pay of one invoice on its due date. Without enough cash it is tried again later, and people are told once.

    Returns whether it is paid now.
    """
    with transaction.atomic():
        assignment_id = Invoice.objects.values_list("assignment_id", flat=True).get(pk=invoice_id)
        lock(assignment_id)
        invoice = locked_invoice(invoice_id)
        now = clock.now()
        is_due = invoice.autopay_due_at is not None and invoice.autopay_due_at <= now
        if invoice.state != InvoiceState.OPEN or not is_due:
            return False
        if not invoice.client.auto_pay:
            invoice.autopay_due_at = None
            invoice.save(update_fields=["autopay_due_at"])
            return False
        if invoice.next_try_at and invoice.next_try_at > now:
            return False
        ahead = _ahead(invoice, now)
        if ahead and short_for(invoice.client, [*ahead, invoice]):
            _queue_behind(invoice, ahead[0])
            return False
        try:
            with transaction.atomic():
                pay_one(invoice_id, actor=SYSTEM)
            return True
        except InsufficientFunds as short:
            _try_later(invoice, now, short)
        except WrongState:  # a dispute is open: wait without telling anybody again
            invoice.next_try_at = deadlines.next_try(now, len(deadlines.BACK_OFF))
            invoice.save(update_fields=["next_try_at"])
    return False


def _ahead(invoice: Invoice, now: datetime) -> list[Invoice]:
    """The invoices of the queue that stand before this one: due to be paid by now, and not disputed."""
    earlier = Q(due_on__lt=invoice.due_on) | Q(due_on=invoice.due_on, pk__lt=invoice.pk)
    return list(
        Invoice.objects.filter(
            earlier,
            client_id=invoice.client_id,
            state=InvoiceState.OPEN,
            autopay_due_at__lte=now,
            assignment__disputed_at__isnull=True,
        ).order_by("due_on", "pk")
    )


def _queue_behind(invoice: Invoice, first: Invoice) -> None:
    """Wait as long as the first one does; it counts as no failure of this one."""
    if first.next_try_at is not None and first.next_try_at != invoice.next_try_at:
        invoice.next_try_at = first.next_try_at
        invoice.save(update_fields=["next_try_at"])


def _try_later(invoice: Invoice, now: datetime, short: InsufficientFunds) -> None:
    invoice.failures += 1
    invoice.next_try_at = deadlines.next_try(now, invoice.failures)
    invoice.save(update_fields=["failures", "next_try_at"])
    if invoice.failures > 1:
        return
    with change(invoice.assignment_id, "invoice", actor=SYSTEM) as opened:
        opened.record(
            "invoice.autopay_failed", visibility="client", invoice=invoice.number, short=short.short
        )
    notices.about_invoice("invoice.autopay_failed", invoice, actor=SYSTEM, at=now, short=short.short)


def follow_auto_pay(invoice_id: int) -> None:
    """The client opted in after this invoice was issued: it is paid on its due date too."""
    with transaction.atomic():
        invoice = locked_invoice(invoice_id)
        if invoice.state == InvoiceState.OPEN and invoice.autopay_due_at is None and invoice.client.auto_pay:
            invoice.autopay_due_at = deadlines.autopay_at(invoice.due_on, invoice.client.time_zone)
            invoice.save(update_fields=["autopay_due_at"])


def wait_no_longer(client_id: int, now: datetime) -> None:
    """Cash came in: what waited for it is tried at the next sweep. The caller holds the client's row."""
    waiting = Invoice.objects.filter(
        client_id=client_id, state=InvoiceState.OPEN, autopay_due_at__lte=now, next_try_at__gt=now
    )
    for pk in waiting.order_by("pk").values_list("pk", flat=True):
        invoice = locked_invoice(pk)
        if invoice.state == InvoiceState.OPEN:
            invoice.next_try_at = now
            invoice.save(update_fields=["next_try_at"])
