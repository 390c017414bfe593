"""Deciding a dispute: full, part or none; waiting for an appeal; carrying it out (C08, docs/money/disputes.md)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.actor import Actor
from accounts.models import User
from assignments.actions.door import change, lock
from assignments.states import State
from common import clock
from common.actor import SYSTEM
from common.errors import Conflict, Invalid
from common.money import Money
from ledger.models import Entry, Posting
from notifications.mail import render
from notifications.models import Message
from payments import deadlines, notices, policies, sealing
from payments.actions.carrying_out import carry_out, decision_for
from payments.actions.disputing import _by_now, _locked, close_settlement_offers, locked_due, release
from payments.actions.publishing import checked_summary, publish_summary
from payments.models import Dispute, Invoice, Ruling
from payments.states import UNDECIDED, Decision, DisputeState


def decided_pay(dispute: Dispute, decision: str, amount: Money | None) -> Money:
    """The worker's pay that a decision means. Raises Invalid for an amount that is no part.

    In a small claim whose figures were opened, the decision lies between the two figures (docs/money/small-claims.md).
    """
    low, high = sealing.bounds(dispute)
    if decision == Decision.FULL:
        amount = dispute.amount
    elif decision == Decision.NONE:
        amount = Money.zero(dispute.currency)
    elif decision != Decision.PART:
        raise Invalid("Choose how you decide.", "decision")
    elif amount is None or not 0 < amount.minor < dispute.amount_minor:
        raise Invalid(f"Enter a part: more than zero and less than {dispute.amount}.", "amount")
    if not low <= amount <= high:
        raise Invalid(f"The figures of both sides bound it: decide from {low} to {high}.", "amount")
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
    summary: str = "",
) -> Dispute:
    """Decide, with a reason for each side (C08). `summary` is what may be published once the decision is final.

    A first decision waits for the time of an appeal, and so does its money; the decision of an appeal is final and
    carried out at once. It is tried first: what could not be carried out now is refused now. Raises Invalid, Conflict,
    NotAllowed (the appeal is for another admin), InsufficientFunds.
    """
    policies.require_staff(actor, policies.SETTLE)
    for name, text in (("reason_to_client", reason_to_client), ("reason_to_worker", reason_to_worker)):
        if not text.strip():
            raise Invalid("Enter a reason for each side. They will read it.", name)
    assignment_id = Dispute.objects.values_list("assignment_id", flat=True).get(pk=dispute_id)
    with transaction.atomic():
        lock(assignment_id)
        dispute = _locked(dispute_id)
        if not dispute.is_decidable:
            raise Conflict(_by_now(dispute))
        policies.require_arbiter(actor, dispute)
        pay = decided_pay(dispute, decision, amount)
        summary = checked_summary(dispute, summary)
        now, is_appeal = clock.now(), dispute.state == DisputeState.APPEALED
        dispute.reason_to_client, dispute.reason_to_worker = (
            reason_to_client.strip(),
            reason_to_worker.strip(),
        )
        dispute.internal_note = internal_note.strip()
        dispute.assignee = dispute.assignee or actor
        if is_appeal:
            dispute.decide_appeal(now, decision, pay, actor)
        else:
            dispute.rule(now, decision, pay, actor, deadlines.appeal_until(now))
        keep_ruling(dispute, now, level=2 if is_appeal else 1, by=actor, summary=summary)
        dispute.save()
        if is_appeal:
            end(dispute, now, actor)
        else:
            _try(dispute, actor)
            announce(dispute, now, actor)
            if deadlines.appeal_until(now) <= now:
                finish(dispute, now, actor)
    return dispute


def rule_by_silence(dispute: Dispute, now: datetime, pay: Money, words: tuple[str, str]) -> None:
    """The published rule decides where a side gave no figure; it can be appealed like a decision (N6).

    In the transaction that opened the figures. `words`: the reason to the client and to the worker.
    """
    dispute.reason_to_client, dispute.reason_to_worker = words
    dispute.rule(now, decision_for(dispute, pay), pay, None, deadlines.appeal_until(now))
    keep_ruling(dispute, now, level=1, by=None, summary="")
    dispute.save()
    announce(dispute, now, SYSTEM)
    if deadlines.appeal_until(now) <= now:
        finish(dispute, now, SYSTEM)


def keep_ruling(dispute: Dispute, at: datetime, *, level: int, by: User | None, summary: str) -> None:
    """The decision as it was made, for good."""
    Ruling.objects.create(
        dispute=dispute,
        level=level,
        decision=dispute.decision,
        currency=dispute.currency,
        amount_minor=dispute.ruled_pay.minor,
        ruled_by=by,
        ruled_at=at,
        reason_to_client=dispute.reason_to_client,
        reason_to_worker=dispute.reason_to_worker,
        internal_note=dispute.internal_note,
        summary=summary,
    )


def announce(dispute: Dispute, now: datetime, actor: Actor) -> None:
    """Both sides read the decision, each its own reason, and until when it can be appealed."""
    with change(dispute.assignment_id, "step_dispute", actor=actor, as_arbiter=True) as opened:
        opened.row.answer_due_at = dispute.appeal_until
        common = {
            "decision": dispute.decision,
            "pay": dispute.decided,
            "dispute": dispute.number,
            "appeal_until_at": dispute.appeal_until,
        }
        opened.record("dispute.settled", visibility="client", reason=dispute.reason_to_client, **common)
        opened.record("dispute.settled", visibility="worker", reason=dispute.reason_to_worker, **common)
    notices.about_dispute(
        "dispute.settled",
        dispute,
        actor=actor,
        at=now,
        decision=dispute.get_decision_display(),
        pay=dispute.decided,
        appeal_until_at=dispute.appeal_until,
    )


def finish(dispute: Dispute, now: datetime, actor: Actor) -> None:
    """A locked first decision becomes final: nobody appealed in time, or both gave it up."""
    dispute.finish(now)
    dispute.save()
    end(dispute, now, actor)


def end(dispute: Dispute, now: datetime, actor: Actor) -> None:
    """The final decision is carried out: stage, invoice, funds, words, and what may be published."""
    pay = dispute.ruled_pay
    close_settlement_offers(dispute, now)
    with change(dispute.assignment_id, "step_dispute", actor=actor, as_arbiter=True) as opened:
        release(opened)
        common = {"decision": dispute.decision, "pay": pay, "dispute": dispute.number}
        opened.record("dispute.carried_out", visibility="client", reason=dispute.reason_to_client, **common)
        opened.record("dispute.carried_out", visibility="worker", reason=dispute.reason_to_worker, **common)
    carry_out(opened.row, dispute, pay, actor)
    publish_summary(dispute, now)
    notices.about_dispute(
        "dispute.carried_out",
        dispute,
        actor=actor,
        at=now,
        decision=dispute.get_decision_display(),
        pay=pay,
    )


def finish_due(dispute_id: int) -> bool:
    """The time for an appeal has passed. Returns whether the decision was carried out now."""
    with transaction.atomic():
        dispute = locked_due(dispute_id, DisputeState.RULED, "appeal_until")
        if dispute is None:
            return False
        finish(dispute, clock.now(), SYSTEM)
    return True


def _try(dispute: Dispute, actor: User) -> None:
    """Carry it out and take it back: a decision that cannot be done is refused before anybody reads it."""
    with transaction.atomic():
        with change(dispute.assignment_id, "step_dispute", actor=actor, as_arbiter=True) as opened:
            release(opened)
        carry_out(opened.row, dispute, dispute.ruled_pay, actor)
        transaction.set_rollback(True)


def close_dispute(dispute_id: int, *, actor: User, reason: str, internal_note: str = "") -> Dispute:
    """End it without a decision: both sides read why, and everything goes on as before."""
    policies.require_staff(actor, policies.SETTLE)
    if not reason.strip():
        raise Invalid("Enter a reason. Both sides will read it.", "reason_to_client")
    assignment_id = Dispute.objects.values_list("assignment_id", flat=True).get(pk=dispute_id)
    with transaction.atomic():
        lock(assignment_id)
        dispute = _locked(dispute_id)
        if dispute.state not in UNDECIDED:
            raise Conflict(_by_now(dispute))
        dispute.close(clock.now(), actor)
        close_settlement_offers(dispute, clock.now())
        dispute.reason_to_client = dispute.reason_to_worker = reason.strip()
        dispute.internal_note = internal_note.strip()
        dispute.save()
        with change(assignment_id, "step_dispute", actor=actor, as_arbiter=True) as opened:
            release(opened)
            opened.record("dispute.closed", reason=dispute.reason_to_client, dispute=dispute.number)
        notices.about_dispute("dispute.closed", dispute, actor=actor, at=opened.now)
    return dispute


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a decision would do, taken from doing it and rolling it back."""

    stage: str
    moves: list[tuple[str, str, Money]]
    mails: list[tuple[str, str]]


def rehearse(dispute_id: int, *, actor: User, **decided: Any) -> Rehearsal:
    """Do it in a transaction that is rolled back: the check page shows the real ledger lines and mails.

    A first decision is carried out as if its time for an appeal had passed. `decided` are the keywords of `settle`;
    raises what it raises.
    """
    with transaction.atomic():
        assignment_id = Dispute.objects.values_list("assignment_id", flat=True).get(pk=dispute_id)
        row = lock(assignment_id)
        ours = Q(subject_type="assignment", subject_id=row.pk)
        postings = set(Posting.objects.filter(ours).values_list("pk", flat=True))
        told = Message.objects.filter(context__number=row.number)
        mails = set(told.values_list("pk", flat=True))
        dispute = settle(dispute_id, actor=actor, **decided)
        if dispute.state == DisputeState.RULED:
            finish(dispute, clock.now(), actor)
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
