"""Paying invoices: by a person, a whole statement, or at once; and stopping a payment before anybody relies on it.

What is paid by the clock is in autopay.py.
"""

import hashlib
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.actor import Actor
from accounts.models import User
from assignments.actions import closeout
from assignments.actions.door import SUBJECT, change, lock
from assignments.models import Assignment
from assignments.states import State
from clients.models import Client
from common import clock
from common.actor import SYSTEM
from common.errors import AlreadyDone, Conflict, DomainError, Invalid, WrongState
from common.money import Money
from ledger import reserve as reservations
from ledger.post import Leg, post
from ledger.purposes import (
    BALANCE,
    CASH,
    CLIENT,
    FASTFUNDS_ADVANCED,
    FEE,
    PLATFORM,
    WORKER,
)
from payments import notices, policies
from payments.actions.invoicing import locked_invoice, open_invoice, withdraw_invoice
from payments.actions.statement_ends import settle_statement_of
from payments.models import Invoice, PaymentItem, PaymentRun, Statement
from payments.states import InvoiceState, ItemResult, LockReason

_RELIED: Final[dict[str, str]] = {
    "": "was downloaded",
    LockReason.DOWNLOADED: "was downloaded",
    LockReason.PRINTED: "was printed",
    LockReason.BUNDLED: "is on a statement",
}


def pay(
    invoice_ids: Iterable[int],
    *,
    actor: User,
    key: str | None = None,
    expected_total: Money | None = None,
    statement: Statement | None = None,
) -> PaymentRun:
    """Pay these invoices, oldest due first, each as a whole or not at all (ux.md 6.10).

    Each invoice is a transaction of its own; what could not be paid is listed in the run with the reason. The same
    `key` again answers with the first run (and finishes it, should it have been cut off); with other invoices it
    raises Conflict. Also raises Conflict when an invoice or the total changed since the page, NotAllowed.
    """
    ids = sorted(set(invoice_ids))
    run = _start(ids, actor, key or uuid.uuid4().hex, expected_total, statement)
    for item_id in run.items.filter(result=ItemResult.WAITING).values_list("pk", flat=True):
        _pay_item(item_id, actor)
    PaymentRun.objects.filter(pk=run.pk, finished_at__isnull=True).update(finished_at=clock.now())
    return PaymentRun.objects.get(pk=run.pk)


def pay_statement(
    statement_id: int, *, actor: User, key: str | None = None, expected_total: Money | None = None
) -> PaymentRun:
    """Pay what is open on a statement, as one payment with a result for each invoice.

    Raises as `pay` does, and WrongState when nothing is left to pay.
    """
    member = policies.require_payer(actor)
    statement = Statement.objects.get(pk=statement_id, client_id=member.client_id)
    known = PaymentRun.objects.filter(key=key, statement=statement).first() if key else None
    if known is not None:
        ids = list(known.items.values_list("invoice_id", flat=True))
    else:
        lines = statement.lines.filter(is_live=True, invoice__state=InvoiceState.OPEN)
        ids = list(lines.values_list("invoice_id", flat=True))
    if not ids:
        raise WrongState(f"Nothing is left to pay on {statement}.")
    return pay(ids, actor=actor, key=key, expected_total=expected_total, statement=statement)


def _start(
    ids: list[int], actor: User, key: str, expected: Money | None, statement: Statement | None
) -> PaymentRun:
    member = policies.require_payer(actor)
    digest = hashlib.sha256(f"{member.client_id}:{actor.pk}:{ids}".encode()).hexdigest()
    with transaction.atomic():
        Client.objects.select_for_update(no_key=True).get(pk=member.client_id)
        known = PaymentRun.objects.filter(key=key).first()
        if known is not None:
            if known.request_hash != digest:
                raise Conflict(
                    "This payment was made already, with other invoices. Look again before you pay."
                )
            return known
        found = list(Invoice.objects.filter(pk__in=ids, client_id=member.client_id).order_by("due_on", "pk"))
        total = _check(found, ids, expected)
        run = PaymentRun.objects.create(
            key=key,
            request_hash=digest,
            client_id=member.client_id,
            actor=actor,
            statement=statement,
            currency=total.currency,
            total_minor=total.minor,
            started_at=clock.now(),
        )
        PaymentItem.objects.bulk_create(
            PaymentItem(run=run, invoice=invoice, position=position)
            for position, invoice in enumerate(found, 1)
        )
    return run


def _check(found: list[Invoice], ids: list[int], expected: Money | None) -> Money:
    if not ids:
        raise Invalid("Choose at least one invoice.", "invoices")
    if len(found) != len(ids):
        raise Conflict("One of these invoices is no longer there. Look again before you pay.")
    closed = [invoice for invoice in found if invoice.state != InvoiceState.OPEN]
    if closed:
        word = InvoiceState(closed[0].state).label.lower()
        raise Conflict(f"{closed[0].number} is {word} by now. Look again before you pay.")
    total = Money.sum((invoice.total for invoice in found), found[0].currency)
    if expected is not None and expected != total:
        raise Conflict(f"The total is now {total}. Look again before you pay.")
    return total


def _pay_item(item_id: int, actor: Actor) -> None:
    with transaction.atomic():
        item = PaymentItem.objects.select_for_update(no_key=True).get(pk=item_id)
        if item.result != ItemResult.WAITING:
            return
        try:
            with transaction.atomic():
                pay_one(item.invoice_id, actor=actor)
            item.result = ItemResult.PAID
        except DomainError as refused:
            item.result, item.sentence = ItemResult.FAILED, refused.sentence[:300]
        item.save(update_fields=["result", "sentence"])


def pay_one(invoice_id: int, *, actor: Actor) -> Invoice:
    """Pay one invoice in one transaction: stage, ledger, invoice, history and notices together (S38, S39).

    Raises InsufficientFunds when cash is short, WrongState while a dispute is open, AlreadyDone when it is paid.
    """
    with transaction.atomic():
        assignment_id = Invoice.objects.values_list("assignment_id", flat=True).get(pk=invoice_id)
        row = lock(assignment_id)
        invoice = locked_invoice(invoice_id)
        if invoice.state == InvoiceState.PAID:
            raise AlreadyDone(f"{invoice.number} is paid already.")
        if invoice.state != InvoiceState.OPEN:
            raise WrongState(f"{invoice.number} was withdrawn.")
        now = clock.now()
        _close_assignment(row, invoice, actor)
        _move_money(row, invoice, actor, now)
        invoice.pay(now)
        invoice.save(update_fields=["state", "paid_at"])
        settle_statement_of(invoice, now)
    return invoice


def _close_assignment(row: Assignment, invoice: Invoice, actor: Actor) -> None:
    """Approved becomes Paid; cancelled work stays cancelled and only learns that it is paid."""
    if row.state != State.CANCELLED:
        closeout.pay(row.pk, actor=actor, amount=invoice.pay_amount)
        return
    with change(row.pk, "pay_cancelled", actor=actor) as opened:
        opened.row.paid_at = opened.now
        opened.record("invoice.paid", pay=invoice.pay_amount)
    notices.about_invoice("invoice.paid", invoice, actor=actor, at=opened.now)


def _move_money(row: Assignment, invoice: Invoice, actor: Actor, now: datetime) -> None:
    """What was set aside returns, then cash goes to the worker (or settles the advance) and the fee to Onsite."""
    if reservations.reserved(SUBJECT, row.pk) is not None:
        reservations.consume(
            row.client_id,
            subject_type=SUBJECT,
            subject_id=row.pk,
            key=f"invoice:{invoice.pk}:consume",
            at=now,
            actor=actor,
        )
    if not invoice.total:
        return
    worker_leg = (
        Leg(PLATFORM, 0, FASTFUNDS_ADVANCED, invoice.pay_amount)
        if invoice.advanced_at
        else Leg(WORKER, invoice.worker_id, BALANCE, invoice.pay_amount)
    )
    post(
        "invoice.paid",
        key=f"invoice:{invoice.pk}:paid",
        legs=[
            Leg(CLIENT, invoice.client_id, CASH, -invoice.total),
            worker_leg,
            Leg(PLATFORM, 0, FEE, invoice.fee),
        ],
        at=now,
        subject_type="invoice",
        subject_id=invoice.pk,
        actor=actor,
        memo=f"{invoice.number} for {row.number}",
    )


def pay_at_once(invoice: Invoice) -> Invoice:
    """Immediate terms, and invoices of nothing, are paid with the approval: the cash was set aside when sent."""
    if invoice.assignment.terms_days and invoice.total:
        return invoice
    return pay_one(invoice.pk, actor=SYSTEM)


def stop_payment(pk: int, *, actor: User, reason: str) -> None:
    """Take the approval back (D7). Raises Conflict once the invoice was downloaded, printed or put on a statement, or
    FastFunds was taken."""
    if not reason.strip():
        raise Invalid("Enter a reason. The worker will read it.", "reason")
    with transaction.atomic():
        row = lock(pk)
        closeout.stop_payment(pk, actor=actor, reason=reason)
        invoice = open_invoice(row)
        if invoice is None:
            raise Conflict("There is no open invoice here.")
        if invoice.advanced_at:
            raise Conflict("The worker was paid early by FastFunds. This payment can no longer be stopped.")
        if invoice.locked_at:
            raise Conflict(
                f"The invoice {_RELIED[invoice.lock_reason]}. This payment can no longer be stopped."
            )
        withdraw_invoice(invoice, clock.now())
        with change(pk, "invoice", actor=actor) as opened:
            opened.record("invoice.withdrawn", visibility="client", invoice=invoice.number)
