"""Taking FastFunds, by a quote or by itself, and the worker's word for the latter (S37, S39, domain.md 5.5).

The client's debt stays as it is; what was advanced is never taken back.
"""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.models import User
from assignments.actions.door import Change, change, lock
from assignments.models import Assignment
from common import clock
from common.actor import SYSTEM
from common.errors import AlreadyDone, Conflict
from ledger.post import Leg, post
from ledger.purposes import BALANCE, FASTFUNDS_ADVANCED, FASTFUNDS_FEE, PLATFORM, WORKER
from payments import automatic, notices, policies, quotes
from payments.actions.invoicing import open_invoice
from payments.models import Advance, AutoFastFunds, AutoSkip, Invoice
from payments.quotes import Quote
from timeline.record import next_sequence, record
from workers.models import Worker


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
            advance = _keep(opened, invoice, offer)
        _move_money(row, invoice, advance, actor)
        notices.about_invoice("advance.taken", invoice, actor=actor, at=now, net=offer.net, fee=offer.fee)
    return advance


def take_by_itself(invoice_id: int) -> bool:
    """Take FastFunds for a worker who chose that it is taken without asking. Returns whether it was taken now.

    Everything is judged again under the lock: the word, the fee, the switch of this assignment, a dispute, the age.
    """
    pk = Invoice.objects.values_list("assignment_id", flat=True).get(pk=invoice_id)
    with transaction.atomic():
        row = lock(pk)
        invoice = open_invoice(row)
        now = clock.now()
        if invoice is None or invoice.pk != invoice_id or not automatic.is_due(invoice, now):
            return False
        word = AutoFastFunds.objects.get(worker_id=invoice.worker_id)
        offer = quotes.quote(invoice, now)
        with change(pk, "fastfunds", actor=SYSTEM) as opened:
            advance = _keep(opened, invoice, offer, agreed_bps=word.agreed_bps)
        _move_money(row, invoice, advance, SYSTEM)
        notices.about_invoice(
            "advance.taken", invoice, actor=SYSTEM, at=now, net=offer.net, fee=offer.fee, by_itself=True
        )
    return True


def set_automatic(*, actor: User, is_on: bool, agreed_bps: int) -> None:
    """The worker's word that FastFunds is taken by itself, or its end. `agreed_bps`: the fee that the page showed.

    Raises Conflict when the fee is another by now. Saying the same again changes nothing.
    """
    with transaction.atomic():
        worker = (
            Worker.objects.select_for_update(no_key=True, of=("self",))
            .select_related("user")
            .get(pk=policies.require_worker(actor).pk)
        )
        now = clock.now()
        word = AutoFastFunds.objects.filter(worker=worker).first()
        stands = word is not None and word.off_at is None
        if is_on and agreed_bps != automatic.fee_bps():
            raise Conflict("The fee of FastFunds has changed. Look at the new one before you agree.")
        if stands == is_on and (word is None or not is_on or word.agreed_bps == agreed_bps):
            return
        if is_on:
            AutoFastFunds.objects.update_or_create(
                worker=worker, defaults={"agreed_bps": agreed_bps, "on_at": now, "off_at": None}
            )
        elif word is not None:
            word.off_at = now
            word.save(update_fields=["off_at"])
        kind = "fastfunds.on" if is_on else "fastfunds.off"
        record(
            kind,
            subject_type="worker",
            subject_id=worker.pk,
            sequence=next_sequence("worker", worker.pk),
            actor=actor,
            role="worker",
            at=now,
            facts={"fee_bps": agreed_bps},
            visibility="worker",
        )
        notices.about_worker(kind, worker, actor=actor, at=now, percent=percent(agreed_bps))


def percent(bps: int) -> str:
    """ "7.5 %"."""
    return f"{bps / 100:g} %"


def skip_automatic(pk: int, *, actor: User, is_off: bool) -> None:
    """The worker's switch for one assignment: off, or as the setting says again. Again changes nothing."""
    with change(pk, "skip_fastfunds", actor=actor) as opened:
        row = opened.row
        if is_off == automatic.skipped(row):
            raise AlreadyDone("This is done already.")
        if is_off and row.worker is not None:
            AutoSkip.objects.create(assignment=row, worker=row.worker, skipped_at=opened.now)
        else:
            AutoSkip.objects.filter(assignment=row, worker=row.worker).delete()
        opened.record("fastfunds.skipped" if is_off else "fastfunds.kept", visibility="worker")


def _keep(opened: Change, invoice: Invoice, offer: Quote, *, agreed_bps: int | None = None) -> Advance:
    """The advance and its entry; the locked invoice and row learn of it."""
    advance = Advance.objects.create(
        invoice=invoice,
        worker_id=invoice.worker_id,
        currency=offer.amount.currency,
        amount_minor=offer.amount.minor,
        fee_minor=offer.fee.minor,
        quoted_at=offer.quoted_at,
        taken_at=opened.now,
        agreed_bps=agreed_bps,
    )
    invoice.advanced_at = opened.row.advanced_at = opened.now
    invoice.save(update_fields=["advanced_at"])
    opened.record(
        "advance.taken",
        visibility="worker",
        amount=offer.amount,
        fee=offer.fee,
        net=offer.net,
        by_itself=agreed_bps is not None,
    )
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


def _move_money(row: Assignment, invoice: Invoice, advance: Advance, actor: Actor) -> None:
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
