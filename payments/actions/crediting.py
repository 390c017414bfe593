"""The credit note: the only correction of a paid invoice, a document and a posting of its own (D6).

The rule: the money is Onsite's. It goes from the platform's account for credits, which may go below zero and says what
Onsite gave back in all, to the client's cash. The worker keeps the pay, the fee stays where it is, the invoice stays
as it was. All credit notes of an invoice together are at most its total.
"""

from django.db import transaction
from django.db.models import Sum

from accounts.models import User
from clients.models import Client
from common import clock
from common.errors import Conflict, Invalid, WrongState
from common.money import Money
from ledger.post import Leg, post
from ledger.purposes import CASH, CLIENT, CREDITS, PLATFORM
from payments import deadlines, notices, policies
from payments.actions.autopay import wait_no_longer
from payments.actions.invoicing import CREDIT_NOTES, locked_invoice, next_number
from payments.models import CreditNote, Invoice
from payments.states import InvoiceState
from timeline.record import next_sequence, record


def left_to_credit(invoice: Invoice) -> Money:
    """What may still be credited: the total less what was credited so far."""
    given = CreditNote.objects.filter(invoice=invoice).aggregate(minor=Sum("amount_minor"))["minor"] or 0
    return Money(invoice.total_minor - given, invoice.currency)


def credit(invoice_id: int, *, actor: User, amount: Money, reason: str, key: str) -> CreditNote:
    """Give the client back a part or the whole of a paid invoice. The same key again answers with the first note.

    Raises NotAllowed, Invalid at "amount" or "reason", WrongState when the invoice is not paid, Conflict.
    """
    policies.require_staff(actor, "payments.add_creditnote")
    why = reason.strip()[:500]
    with transaction.atomic():
        client_id = Invoice.objects.values_list("client_id", flat=True).get(pk=invoice_id)
        client = Client.objects.select_for_update(no_key=True).get(pk=client_id)
        invoice = locked_invoice(invoice_id)
        known = CreditNote.objects.filter(key=key).first()
        if known is not None:
            if (known.invoice_id, known.amount, known.reason) != (invoice_id, amount, why):
                raise Conflict("This credit note was made already, with another amount or reason.")
            return known
        check_credit(invoice, amount, why)
        now = clock.now()
        note = CreditNote(
            invoice=invoice,
            client=client,
            worker=invoice.worker,
            currency=invoice.currency,
            amount_minor=amount.minor,
            reason=why,
            key=key,
            issued_at=now,
            issued_on=deadlines.issued_on(now, client.time_zone),
            issued_by=actor,
        )
        wait_no_longer(client.pk, now)
        note.number = next_number(CREDIT_NOTES)
        note.save(force_insert=True)
        post(
            "credit_note.issued",
            key=f"credit_note:{note.pk}",
            legs=[Leg(CLIENT, client.pk, CASH, amount), Leg(PLATFORM, 0, CREDITS, -amount)],
            at=now,
            subject_type="credit_note",
            subject_id=note.pk,
            actor=actor,
            memo=f"{note.number} for {invoice.number}",
        )
        record(
            "credit_note.issued",
            subject_type="client",
            subject_id=client.pk,
            sequence=next_sequence("client", client.pk),
            actor=actor,
            role="admin",
            at=now,
            facts={"credit_note": note.number, "invoice": invoice.number, "amount": amount, "reason": why},
            visibility="client",
        )
        notices.about_credit(note, actor=actor, at=now)
    return note


def check_credit(invoice: Invoice, amount: Money, reason: str) -> None:
    """Raise the first thing that is wrong with a credit note of that amount; the check page asks it too."""
    if invoice.state != InvoiceState.PAID:
        raise WrongState(f"{invoice.number} is not paid. Only a paid invoice can be credited.")
    if not reason.strip():
        raise Invalid("Enter a reason. Client and worker will read it.", "reason")
    left = left_to_credit(invoice)
    if not left:
        raise WrongState(f"{invoice.number} is credited in full already.")
    if amount.currency != invoice.currency or not 0 < amount.minor <= left.minor:
        raise Invalid(f"Enter an amount above zero and up to {left}.", "amount")
