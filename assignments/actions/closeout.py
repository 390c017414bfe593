"""The end: submit, send back, approve, cancel; and the steps that payments takes in its own transactions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.actor import Actor
from accounts.models import User
from assignments import checklist, deadlines
from assignments.actions import funds
from assignments.actions.assigning import close_offers, close_requests, end_engagement
from assignments.actions.door import SUBJECT, Change, change
from assignments.actions.problems import end_problems
from assignments.actions.reviewing import Remarks, remark, settle
from assignments.actions.visits import close_open_visit
from assignments.models import Assignment, ChangeOrder, MoneyRequest, RescheduleRequest, ScopeProposal
from assignments.pricing import cost, worker_total
from assignments.states import (
    CancelReason,
    EngagementEnd,
    PricingType,
    RequestState,
    State,
)
from clients.cards import average_approval_minutes
from clients.models import CompanyCard
from common.errors import Conflict, Invalid
from common.money import Money
from ledger.reserve import reserved


@dataclass(frozen=True, slots=True)
class Submission:
    """What the worker says at the end: a summary, units done, and a lower base pay if wanted."""

    resolution: str
    units_done: int = 0
    reduced_minor: int | None = None


def submit(pk: int, submission: Submission, *, actor: User) -> None:
    """Hand the finished work in (S18). Raises Invalid naming what is still missing (S23, S30).

    A figure that the client proposed with Not Satisfied ends here: taken, when the pay is just that, or not.
    """
    if not submission.resolution.strip():
        raise Invalid("Write a short summary of the work.", "resolution")
    with change(pk, "submit", actor=actor) as opened:
        row = opened.row
        left = checklist.missing(row)
        if left:
            names = ", ".join(item.title for item in left)
            raise Invalid(f"{len(left)} left to do: {names}.", None)
        row.resolution, row.units_done = submission.resolution, submission.units_done
        _check_units(row, submission)
        row.reduced_minor = None
        computed = base_pay(row)
        if submission.reduced_minor is not None:
            if not 0 <= submission.reduced_minor <= computed.minor:
                raise Invalid(
                    f"You can lower the pay, not raise it: enter at most {computed}.", "reduced_minor"
                )
            row.reduced_minor = submission.reduced_minor
        proposed, row.proposed_minor = proposed_pay(row), None
        row.submit(opened.now)
        row.submitted_at, row.sent_back_at = opened.now, None
        settle(opened)
        row.escalate_from_at = deadlines.escalate_from(opened.now, average_approval_minutes(_card(row)))
        for model in (RescheduleRequest, ScopeProposal):  # the work follows the agreed date and words
            for request in model.objects.filter(assignment=row, state=RequestState.OPEN):
                request.close()
                request.save(update_fields=["state", "decided_at"])
        end_problems(opened, "The work was submitted for approval.")
        pay = final_pay(row)
        facts: dict[str, Any] = (
            {} if proposed is None else {"proposed": proposed, "is_taken": pay == proposed}
        )
        opened.record("assignment.submitted", pay=pay, summary=submission.resolution, **facts)


def send_back(
    pk: int, *, actor: User, reason: str, remarks: Remarks | None = None, proposed: Money | None = None
) -> None:
    """Not Satisfied: back to In Progress with a reason (S31, decisions.md D4).

    `remarks` says what is wrong thing by thing; its files are asked for again in the same act. `proposed` is the whole
    pay that the client would approve as the work is, less than what was submitted: only the worker can take it, by
    submitting at it. Raises Invalid, Conflict.
    """
    if not reason.strip():
        raise Invalid("Enter what has to be better. The worker will read it.", "reason")
    with change(pk, "send_back", actor=actor) as opened:
        row = opened.row
        row.proposed_minor = None if proposed is None else _base_of(row, proposed)
        row.send_back(opened.now)
        row.sent_back_at, row.sent_back_reason = opened.now, reason
        row.submitted_at = row.escalate_from_at = None
        facts: dict[str, Any] = {} if proposed is None else {"proposed": proposed}
        opened.record(
            "assignment.sent_back", reason=reason, remarks=remark(opened, remarks or Remarks()), **facts
        )


def _base_of(row: Assignment, proposed: Money) -> int:
    """The base pay that makes the proposed whole: what was agreed besides it (expenses, bonus) is paid in full."""
    beside, submitted = additions(row), final_pay(row)
    if not beside <= proposed < submitted:
        least = f" and at least {beside}, the approved expenses and bonus" if beside.minor else ""
        raise Invalid(f"Enter less than the submitted {submitted}{least}.", "proposed")
    return (proposed - beside).minor


def approve(
    pk: int,
    *,
    actor: Actor,
    expected: Money | None = None,
    pay: Money | None = None,
    as_arbiter: bool = False,
) -> Assignment:
    """Approve for payment (S32). Called by payments, which makes the invoice in the same transaction.

    `expected` is the total that the client saw: raises Conflict when it is another now. `pay` sets the worker's pay
    (a decided dispute); it never rises above what was submitted. Open money requests must be decided first.
    """
    with change(pk, "approve", actor=actor, as_arbiter=as_arbiter) as opened:
        row = opened.row
        if as_arbiter:
            close_requests(opened)
        elif MoneyRequest.objects.filter(assignment=row, state=RequestState.OPEN).exists():
            raise Conflict("Decide the open money requests first: undecided ones would not be paid.")
        elif ChangeOrder.objects.filter(assignment=row, state=RequestState.OPEN).exists():
            raise Conflict("Answer the open order of extra work first: unanswered it would not be paid.")
        amount = final_pay(row)
        if pay is not None:
            if pay > amount:
                raise Conflict(f"At most {amount} was submitted.")
            amount = pay
        total = cost(amount, row.fee_bps).total
        if expected is not None and expected != total:
            raise Conflict(f"The total is now {total}. Look again before you approve.")
        _check_limit(opened, total)
        row.approve(opened.now)
        row.approved_at, row.escalate_from_at = opened.now, None
        row.pay_minor = amount.minor
        end_engagement(opened, EngagementEnd.COMPLETED)
        funds.resize(opened, total)
        opened.record("assignment.approved", pay=amount)
    return row


def cancel(
    pk: int, *, actor: Actor, reason: str, note: str, pay: Money | None = None, as_arbiter: bool = False
) -> Assignment:
    """End it, with or without pay (S41-S43). With pay it is called by payments, which makes the invoice.

    Raises Invalid without a reason, or when the pay is more than the worker could have got.
    """
    if reason not in CancelReason.values:
        raise Invalid("Choose a reason.", "reason")
    with change(pk, "cancel", actor=actor, as_arbiter=as_arbiter) as opened:
        row, worker = opened.row, opened.row.worker
        amount = pay or Money.zero(row.currency)
        if amount.minor and worker is None:
            raise Invalid("Nobody is assigned, so nobody can be paid.", "pay")
        if not 0 <= amount.minor <= row.worker_most.minor:
            raise Invalid(f"Enter an amount from zero to {row.worker_most}.", "pay")
        losers = close_offers(row)
        close_requests(opened)
        close_open_visit(opened)
        row.cancel(opened.now)
        row.cancel_reason, row.cancel_note, row.cancelled_at = reason, note, opened.now
        row.cancelled_pay_minor, row.escalate_from_at = amount.minor, None
        end_engagement(opened, EngagementEnd.CANCELLED, reason=reason)
        if amount.minor:
            row.pay_minor = amount.minor
            funds.resize(opened, cost(amount, row.fee_bps).total)
        else:
            funds.release(opened)
        opened.tell(losers=losers, removed=[worker] if worker else [])
        opened.record("assignment.cancelled", reason=reason, note=note, pay=amount or None)
    return row


def settle_cancelled(pk: int, *, actor: Actor, pay: Money) -> Assignment:
    """A decided dispute sets another pay for cancelled work; the stage stays. Called by payments for an admin.

    Funds still set aside follow the new cost; where they were given back already, the invoice is paid from cash.
    """
    with change(pk, "cancel", actor=actor, as_arbiter=True) as opened:
        row = opened.row
        if row.state != State.CANCELLED or row.paid_at or row.worker is None:
            raise Conflict("Only cancelled and unpaid work can get another pay.")
        if not 0 <= pay.minor <= row.worker_most.minor:
            raise Invalid(f"Enter an amount from zero to {row.worker_most}.", "pay")
        row.cancelled_pay_minor, row.pay_minor = pay.minor, pay.minor or None
        if reserved(SUBJECT, row.pk) is not None:
            if pay.minor:
                funds.resize(opened, cost(pay, row.fee_bps).total)
            else:
                funds.release(opened)
        if not pay.minor:
            row.payment_due_on = row.past_due_at = None
    return row


def base_pay(row: Assignment) -> Money:
    """Base pay for what was done: by time, units or flat, capped, before the worker lowered it."""
    return row.terms.pay(minutes=checklist.minutes_worked(row), units=row.units_done)


def final_pay(row: Assignment) -> Money:
    """What the worker gets in all: base (lowered or not) + approved expenses + bonus (domain.md 5.6)."""
    base = base_pay(row) if row.reduced_minor is None else row.money(row.reduced_minor)
    return worker_total(base, expenses=row.money(row.expenses_minor), bonus=row.money(row.bonus_minor))


def additions(row: Assignment) -> Money:
    """What the worker gets besides the base pay: approved expenses and bonus."""
    return row.money(row.expenses_minor + row.bonus_minor)


def proposed_pay(row: Assignment) -> Money | None:
    """The whole pay that the client proposed with Not Satisfied; None without a proposal."""
    return None if row.proposed_minor is None else row.money(row.proposed_minor) + additions(row)


def note_payment(pk: int, *, at: datetime, **facts: Any) -> None:
    """Payments writes its facts (due dates, advance, dispute) on the row that it has locked; no stage moves."""
    allowed = {"payment_due_on", "past_due_at", "advanced_at", "disputed_at", "answer_due_at", "paid_at"}
    if not set(facts) <= allowed:
        raise ValueError(f"payments does not write {sorted(set(facts) - allowed)}")
    Assignment.objects.filter(pk=pk).update(updated_at=at, **facts)


def pay(pk: int, *, actor: Actor, amount: Money, as_arbiter: bool = False) -> Assignment:
    """The invoice is paid: Approved becomes Paid and stays so (S38, S40). Called by payments."""
    with change(pk, "pay", actor=actor, as_arbiter=as_arbiter) as opened:
        row = opened.row
        row.pay(opened.now)
        row.paid_at, row.answer_due_at = opened.now, None
        opened.record("assignment.paid", pay=amount)
    return row


def stop_payment(pk: int, *, actor: Actor, reason: str, as_arbiter: bool = False) -> Assignment:
    """Take the approval back while nobody relies on the invoice (T16, D7). Called by payments."""
    with change(pk, "stop_payment", actor=actor, as_arbiter=as_arbiter) as opened:
        row = opened.row
        row.stop_payment(opened.now)
        row.approved_at = row.pay_minor = row.payment_due_on = row.past_due_at = None
        row.escalate_from_at = deadlines.escalate_from(opened.now, average_approval_minutes(_card(row)))
        engagement = row.engagement
        if engagement is not None:
            engagement.ended_at, engagement.end = None, EngagementEnd.ACTIVE
            engagement.save(update_fields=["ended_at", "end"])
        if not as_arbiter:  # a decision goes on to less pay or none at once: nothing more is set aside for it
            funds.resize(opened)
        opened.record("assignment.payment_stopped", reason=reason)
    return row


def _check_units(row: Assignment, submission: Submission) -> None:
    if row.pricing_type == PricingType.UNIT and not 0 < submission.units_done <= row.max_units:
        raise Invalid(f"Enter how many units you did, from 1 to {row.max_units}.", "units_done")


def _check_limit(opened: Change, total: Money) -> None:
    """A user approves within the own maximum budget (decisions.md D18)."""
    member = opened.standing.member
    if member and member.max_budget_minor is not None and total.minor > member.max_budget_minor:
        limit = Money(member.max_budget_minor, total.currency)
        raise Invalid(f"You may approve up to {limit}. An administrator or manager can approve this.")


def _card(row: Assignment) -> CompanyCard | None:
    return CompanyCard.objects.filter(client_id=row.client_id).first()
