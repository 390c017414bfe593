"""FastFunds: a quote for ten minutes, and taking it. The client's debt stays as it is (S37, S39)."""

from django.conf import settings
from django.db import transaction

from accounts.models import User
from assignments.actions.door import change, lock
from assignments.models import Assignment
from assignments.policies import require
from common import clock
from common.errors import AlreadyDone, Conflict, WrongState
from ledger.post import Leg, post
from ledger.purposes import BALANCE, FASTFUNDS_ADVANCED, FASTFUNDS_FEE, PLATFORM, WORKER
from payments import deadlines, notices
from payments.actions.invoicing import open_invoice
from payments.models import Advance, Invoice, Quote


class QuoteExpired(Conflict):
    """The ten minutes are over: show a new quote instead of an error (ux.md 6.11)."""


def quote(pk: int, *, actor: User) -> Quote:
    """What FastFunds pays for this assignment now. Raises WrongState or NotAllowed as the table says."""
    with transaction.atomic():
        row = lock(pk)
        now = clock.now()
        require(actor, "fastfunds", row, now)
        invoice = _advanceable(row)
        fee = invoice.pay_amount.percent(settings.ONSITE_FASTFUNDS_BPS)
        return Quote.objects.create(
            invoice=invoice,
            worker_id=invoice.worker_id,
            currency=invoice.currency,
            amount_minor=invoice.worker_minor,
            fee_minor=fee.minor,
            quoted_at=now,
            expires_at=now + deadlines.QUOTE_VALID,
        )


def take(quote_id: int, *, actor: User) -> Advance:
    """Take the quote: the money is in the balance at once, and the fee is never refunded.

    Raises QuoteExpired after ten minutes, AlreadyDone for a doubled click, WrongState when something changed.
    """
    offer = Quote.objects.select_related("invoice").get(pk=quote_id)
    pk = offer.invoice.assignment_id
    with transaction.atomic():
        row = lock(pk)
        now = clock.now()
        taken = Advance.objects.filter(quote=offer).first()
        if taken is not None and taken.worker.user_id == actor.pk:
            raise AlreadyDone("You have used FastFunds for it already.")
        with change(pk, "fastfunds", actor=actor) as opened:
            invoice = _advanceable(row)
            if invoice.pk != offer.invoice_id or invoice.worker_minor != offer.amount_minor:
                raise QuoteExpired("The invoice changed. Look at the new quote.")
            if not offer.is_valid(now):
                raise QuoteExpired("The quote was valid for 10 minutes. Here is a new one.")
            advance = Advance.objects.create(
                invoice=invoice,
                worker_id=invoice.worker_id,
                quote=offer,
                currency=offer.currency,
                amount_minor=offer.amount_minor,
                fee_minor=offer.fee_minor,
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


def _advanceable(row: Assignment) -> Invoice:
    invoice = open_invoice(row)
    if invoice is None or invoice.advanced_at:
        raise WrongState("Nothing can be paid early here.")
    if not invoice.worker_minor:
        raise WrongState("There is nothing to pay.")
    return invoice


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
