"""Taking FastFunds by a quote. The client's debt stays as it is (S37, S39)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from assignments.actions.door import change, lock
from assignments.models import Assignment
from common import clock
from common.errors import AlreadyDone, Conflict
from ledger.post import Leg, post
from ledger.purposes import BALANCE, FASTFUNDS_ADVANCED, FASTFUNDS_FEE, PLATFORM, WORKER
from payments import notices, quotes
from payments.actions.invoicing import open_invoice
from payments.models import Advance, Invoice
from payments.quotes import Quote


class QuoteRefused(Conflict):
    """This quote is not taken: show a new one instead of an error (ux.md 6.11)."""


def take(pk: int, signed: str, *, actor: User) -> Advance:
    """Take the signed quote: the money is in the balance at once, and the fee is never refunded.

    Raises QuoteRefused for a quote that is too old, forged, or not about this invoice as it is now; AlreadyDone for
    a doubled click; NotAllowed and WrongState as the table says.
    """
    offer = quotes.read(signed)
    with transaction.atomic():
        row = lock(pk)
        now = clock.now()
        if offer is not None and _is_taken(row, offer, actor):
            raise AlreadyDone("You have used FastFunds for it already.")
        with change(pk, "fastfunds", actor=actor) as opened:
            invoice, offer = _agreed(row, offer, now)
            advance = Advance.objects.create(
                invoice=invoice,
                worker_id=invoice.worker_id,
                currency=offer.amount.currency,
                amount_minor=offer.amount.minor,
                fee_minor=offer.fee.minor,
                quoted_at=offer.quoted_at,
                taken_at=now,
            )
            invoice.advanced_at = now
            invoice.save(update_fields=["advanced_at"])
            opened.row.advanced_at = now
            opened.record(
                "advance.taken", visibility="worker", amount=offer.amount, fee=offer.fee, net=offer.net
            )
        _move_money(row, invoice, advance, actor)
        notices.about_invoice("advance.taken", invoice, actor=actor, at=now, net=offer.net, fee=offer.fee)
    return advance


def _is_taken(row: Assignment, offer: Quote, actor: User) -> bool:
    """Whether this person took this very quote."""
    taken = Advance.objects.filter(
        invoice_id=offer.invoice_id, invoice__assignment=row, worker__user_id=actor.pk
    )
    return taken.filter(quoted_at=offer.quoted_at).exists()


def _agreed(row: Assignment, offer: Quote | None, now: datetime) -> tuple[Invoice, Quote]:
    """The locked invoice, and the quote that says of it exactly what is true now."""
    invoice = open_invoice(row)
    current = quotes.quote(invoice, offer.quoted_at if offer else now)
    if invoice is None or offer is None or offer != current:
        raise QuoteRefused("This quote does not fit the invoice. Here is a new one.")
    if not offer.is_valid(now):
        raise QuoteRefused("The quote was valid for 10 minutes. Here is a new one.")
    return invoice, offer


def _move_money(row: Assignment, invoice: Invoice, advance: Advance, actor: User) -> None:
    post(
        "advance.taken",
        key=f"invoice:{invoice.pk}:advance",
        legs=[
            Leg(PLATFORM, 0, FASTFUNDS_ADVANCED, -advance.amount),
            Leg(WORKER, advance.worker_id, BALANCE, advance.net),
            Leg(PLATFORM, 0, FASTFUNDS_FEE, advance.fee),
        ],
        at=advance.taken_at,
        subject_type="invoice",
        subject_id=invoice.pk,
        actor=actor,
        memo=f"FastFunds for {row.number}",
    )
