"""What a final decision or a settlement does to assignment, invoice and funds: by legal moves only (C08)."""

from accounts.actor import Actor
from assignments.actions import closeout
from assignments.models import Assignment
from assignments.states import CancelReason, State
from common import clock
from common.errors import Conflict
from common.money import Money
from payments.actions.invoicing import issue, open_invoice, withdraw_invoice
from payments.actions.paying import pay_at_once
from payments.models import Dispute, Invoice
from payments.states import Decision


def decision_for(dispute: Dispute, pay: Money) -> str:
    """The word for a figure: all of it, a part, or nothing."""
    if pay == dispute.amount:
        return Decision.FULL
    return Decision.PART if pay.minor else Decision.NONE


def carry_out(row: Assignment, dispute: Dispute, pay: Money, actor: Actor) -> None:
    """Set the worker's pay, in the transaction that ended the dispute and with its assignment locked.

    Pending approval: approve with that pay, or cancel. Approved: the invoice stays, or is withdrawn (also a downloaded
    one) and made anew with less, or the work is cancelled. Cancelled: the pay is set anew. Raises Conflict where the
    assignment moved on or FastFunds was taken, InsufficientFunds.
    """
    match row.state:
        case State.PENDING_APPROVAL:
            _from_pending(row, dispute, pay, actor)
        case State.APPROVED:
            _from_approved(row, dispute, pay, actor)
        case State.CANCELLED:
            _from_cancelled(row, pay, actor)
        case _:
            raise Conflict("The assignment moved on. Look again before you decide.")


def _from_pending(row: Assignment, dispute: Dispute, pay: Money, actor: Actor) -> None:
    if dispute.decision == Decision.NONE:
        closeout.cancel(
            row.pk, actor=actor, reason=CancelReason.OTHER, note=dispute.reason_to_worker, as_arbiter=True
        )
        return
    approved = closeout.approve(row.pk, actor=actor, pay=pay, as_arbiter=True)
    pay_at_once(issue(approved, actor=actor, as_arbiter=True))


def _from_approved(row: Assignment, dispute: Dispute, pay: Money, actor: Actor) -> None:
    invoice = open_invoice(row)
    if dispute.decision == Decision.FULL:
        return
    if invoice is None or invoice.advanced_at:
        raise Conflict("The worker was paid early by FastFunds, so only full pay is possible.")
    _withdraw(invoice)
    closeout.stop_payment(row.pk, actor=actor, reason=f"Decision of {dispute.number}.", as_arbiter=True)
    _from_pending(row, dispute, pay, actor)


def _from_cancelled(row: Assignment, pay: Money, actor: Actor) -> None:
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
