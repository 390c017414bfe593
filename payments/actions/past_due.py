"""Telling both sides that a payment is past due: on the day, and five and fifteen days later, each once."""

from django.db import transaction

from assignments.actions.door import change, lock
from common import clock
from common.actor import SYSTEM
from payments import deadlines, notices
from payments.actions.invoicing import locked_invoice
from payments.models import Invoice


def note_past_due(invoice_id: int) -> bool:
    """Say the notice that is due; of several that were missed only the last. Returns whether it was said now."""
    with transaction.atomic():
        assignment_id = Invoice.objects.values_list("assignment_id", flat=True).get(pk=invoice_id)
        lock(assignment_id)
        invoice = locked_invoice(invoice_id)
        now = clock.now()
        if not invoice.is_past_due(now) or invoice.past_due_next_at is None or invoice.past_due_next_at > now:
            return False
        step = deadlines.past_due_step(invoice.due_on, invoice.client.time_zone, now)
        invoice.past_due_noted_at = invoice.past_due_noted_at or now
        invoice.past_due_told = step + 1
        invoice.past_due_next_at = deadlines.past_due_notice(
            invoice.due_on, invoice.client.time_zone, step + 1
        )
        invoice.save(update_fields=["past_due_noted_at", "past_due_told", "past_due_next_at"])
        days = deadlines.PAST_DUE_NOTICES[step]
        with change(assignment_id, "invoice", actor=SYSTEM) as opened:
            opened.record("invoice.past_due", due_on=invoice.due_on, days=days)
        notices.about_invoice("invoice.past_due", invoice, actor=SYSTEM, at=now, days=days)
    return True
