"""Deciding a dispute: full, part or none, each by legal moves of the assignment only (C08)."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from assignments.actions import closeout
from assignments.actions.door import change, lock
from assignments.models import Assignment
from assignments.states import CancelReason, State
from common import clock
from common.errors import Conflict, Invalid
from common.money import Money
from ledger.models import Entry, Posting
from notifications.mail import render
from notifications.models import Message
from payments import notices, policies
from payments.actions.disputing import _locked, _need_running, release
from payments.actions.invoicing import issue, open_invoice, withdraw_invoice
from payments.actions.paying import pay_at_once
from payments.models import Dispute, Invoice
from payments.states import Decision

PERMISSION = "payments.settle_dispute"


def decided_pay(dispute: Dispute, decision: str, amount: Money | None) -> Money:
    """The worker's pay that a decision means. Raises Invalid for an amount that is no part."""
    if decision == Decision.FULL:
        return dispute.amount
    if decision == Decision.NONE:
        return Money.zero(dispute.currency)
    if decision != Decision.PART:
        raise Invalid("Choose how you decide.", "decision")
    if amount is None or not 0 < amount.minor < dispute.amount_minor:
        raise Invalid(f"Enter a part: more than zero and less than {dispute.amount}.", "amount")
    return amount


def settle(
    dispute_id: int,
    *,
    actor: User,
    decision: str,
    amount: Money | None = None,
    reason_to_client: str,
    reason_to_worker: str,
    internal_note: str = "",
) -> Dispute:
    """Decide, with a reason for each side. The stage, the invoice and the funds follow in the same transaction.

    Pending approval: approve with that pay, or cancel. Approved: the invoice stays, or is withdrawn (an admin may
    withdraw a downloaded one) and made anew with less, or the work is cancelled. Cancelled: the pay is set anew.
    Raises Conflict where FastFunds was taken and the decision is not full, Invalid, InsufficientFunds.
    """
    policies.require_staff(actor, PERMISSION)
    for name, text in (("reason_to_client", reason_to_client), ("reason_to_worker", reason_to_worker)):
        if not text.strip():
            raise Invalid("Enter a reason. This side will read it.", name)
    assignment_id = Dispute.objects.values_list("assignment_id", flat=True).get(pk=dispute_id)
    with transaction.atomic():
        lock(assignment_id)
        dispute = _locked(dispute_id)
        _need_running(dispute)
        pay = decided_pay(dispute, decision, amount)
        now = clock.now()
        dispute.decide(now, decision, pay, actor)
        dispute.reason_to_client, dispute.reason_to_worker = (
            reason_to_client.strip(),
            reason_to_worker.strip(),
        )
        dispute.internal_note = internal_note.strip()
        dispute.assignee = dispute.assignee or actor
        dispute.save()
        with change(assignment_id, "step_dispute", actor=actor, as_arbiter=True) as opened:
            release(opened)
            common = {"decision": decision, "pay": pay, "dispute": dispute.number}
            opened.record("dispute.settled", visibility="client", reason=dispute.reason_to_client, **common)
            opened.record("dispute.settled", visibility="worker", reason=dispute.reason_to_worker, **common)
        _carry_out(opened.row, dispute, pay, actor)
        notices.about_dispute(
            "dispute.settled", dispute, actor=actor, at=now, decision=dispute.get_decision_display(), pay=pay
        )
    return dispute


def close_dispute(dispute_id: int, *, actor: User, reason: str, internal_note: str = "") -> Dispute:
    """End it without a decision: both sides read why, and everything goes on as before."""
    policies.require_staff(actor, PERMISSION)
    if not reason.strip():
        raise Invalid("Enter a reason. Both sides will read it.", "reason_to_client")
    assignment_id = Dispute.objects.values_list("assignment_id", flat=True).get(pk=dispute_id)
    with transaction.atomic():
        lock(assignment_id)
        dispute = _locked(dispute_id)
        _need_running(dispute)
        dispute.close(clock.now(), actor)
        dispute.reason_to_client = dispute.reason_to_worker = reason.strip()
        dispute.internal_note = internal_note.strip()
        dispute.save()
        with change(assignment_id, "step_dispute", actor=actor, as_arbiter=True) as opened:
            release(opened)
            opened.record("dispute.closed", reason=dispute.reason_to_client, dispute=dispute.number)
        notices.about_dispute("dispute.closed", dispute, actor=actor, at=opened.now)
    return dispute


def _carry_out(row: Assignment, dispute: Dispute, pay: Money, actor: User) -> None:
    match row.state:
        case State.PENDING_APPROVAL:
            _from_pending(row, dispute, pay, actor)
        case State.APPROVED:
            _from_approved(row, dispute, pay, actor)
        case State.CANCELLED:
            _from_cancelled(row, pay, actor)
        case _:
            raise Conflict("The assignment moved on. Look again before you decide.")


def _from_pending(row: Assignment, dispute: Dispute, pay: Money, actor: User) -> None:
    if dispute.decision == Decision.NONE:
        closeout.cancel(
            row.pk, actor=actor, reason=CancelReason.OTHER, note=dispute.reason_to_worker, as_arbiter=True
        )
        return
    approved = closeout.approve(row.pk, actor=actor, pay=pay, as_arbiter=True)
    pay_at_once(issue(approved, actor=actor, as_arbiter=True))


def _from_approved(row: Assignment, dispute: Dispute, pay: Money, actor: User) -> None:
    invoice = open_invoice(row)
    if dispute.decision == Decision.FULL:
        return
    if invoice is None or invoice.advanced_at:
        raise Conflict("The worker was paid early by FastFunds, so only full pay is possible.")
    _withdraw(invoice)
    closeout.stop_payment(row.pk, actor=actor, reason=f"Decision of {dispute.number}.", as_arbiter=True)
    _from_pending(row, dispute, pay, actor)


def _from_cancelled(row: Assignment, pay: Money, actor: User) -> None:
    invoice = open_invoice(row)
    if invoice is not None:
        if invoice.pay_amount == pay:
            return
        _withdraw(invoice)
    if not pay.minor and not row.cancelled_pay_minor:
        return
    settled = closeout.settle_cancelled(row.pk, actor=actor, pay=pay)
    if pay.minor:
        pay_at_once(issue(settled, actor=actor, as_arbiter=True))


def _withdraw(invoice: Invoice) -> None:
    withdraw_invoice(invoice, clock.now())


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a decision would do, taken from doing it and rolling it back."""

    stage: str
    moves: list[tuple[str, str, Money]]
    mails: list[tuple[str, str]]


def rehearse(dispute_id: int, *, actor: User, **decided: Any) -> Rehearsal:
    """Do it in a transaction that is rolled back: the check page shows the real ledger lines and mails.

    Raises what `settle` raises. `decided` are the keywords of `settle`.
    """
    with transaction.atomic():
        assignment_id = Dispute.objects.values_list("assignment_id", flat=True).get(pk=dispute_id)
        row = lock(assignment_id)
        ours = Q(subject_type="assignment", subject_id=row.pk)
        postings = set(Posting.objects.filter(ours).values_list("pk", flat=True))
        told = Message.objects.filter(context__number=row.number)
        mails = set(told.values_list("pk", flat=True))
        settle(dispute_id, actor=actor, **decided)
        invoices = list(Invoice.objects.filter(assignment=row).values_list("pk", flat=True))
        ours |= Q(subject_type="invoice", subject_id__in=invoices)
        entries = Entry.objects.filter(posting__in=Posting.objects.filter(ours).exclude(pk__in=postings))
        moves = [
            (entry.posting.kind, str(entry.account), entry.amount)
            for entry in entries.select_related("posting", "account").order_by("pk")
        ]
        new = told.exclude(pk__in=mails).select_related("user").order_by("queued_at", "to_email")
        letters = [(message.to_email, render(message).subject) for message in new]
        row.refresh_from_db(fields=["state"])
        found = Rehearsal(State(row.state).label, moves, letters)
        transaction.set_rollback(True)
    return found
