"""Settling without an admin: either side proposes a figure, the other accepts it, and the dispute is over at once."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.models import User
from assignments.actions.door import Change, change, lock
from assignments.models import Assignment
from assignments.pricing import cost
from common import clock
from common.actor import SYSTEM
from common.errors import AlreadyDone, Conflict, Invalid
from common.money import Money
from payments import deadlines, notices
from payments.actions.carrying_out import carry_out, decision_for
from payments.actions.disputing import _locked, close_settlement_offers, release, taking_part
from payments.models import Dispute, SettlementOffer
from payments.states import OfferState, Side


def offer_settlement(pk: int, *, actor: User, amount: Money, note: str = "") -> SettlementOffer:
    """Propose what the worker gets; it replaces an open proposal of the own side and is good for 72 hours.

    Raises Invalid for an amount that is not in dispute, or above what the person may approve; Conflict.
    """
    with change(pk, "answer_dispute", actor=actor) as opened:
        dispute, side = taking_part(opened, "offer_settlement")
        if not 0 <= amount.minor <= dispute.amount_minor:
            raise Invalid(
                f"Propose a figure from {Money.zero(dispute.currency)} to {dispute.amount}.", "amount"
            )
        _within_limit(opened, amount, "amount")
        same = _open_offer(dispute, side)
        if same is not None and same.amount == amount and same.is_open(opened.now):
            raise AlreadyDone("You have proposed this figure already.")
        if same is not None:
            same.withdraw(opened.now, actor)
            same.save()
        offer = SettlementOffer.objects.create(
            dispute=dispute,
            side=side,
            made_by=actor,
            currency=dispute.currency,
            amount_minor=amount.minor,
            note=note.strip(),
            made_at=opened.now,
            expires_at=opened.now + deadlines.OFFER_VALID,
        )
        opened.record("dispute.offered", by=side, pay=amount, note=offer.note, dispute=dispute.number)
        notices.about_dispute(
            "dispute.offered",
            dispute,
            actor=actor,
            at=opened.now,
            pay=amount,
            note=offer.note,
            expires_at=offer.expires_at,
        )
    return offer


def accept_settlement(pk: int, offer_id: int, *, actor: User) -> Dispute:
    """Take the other side's figure: it is settled at once, without an admin and without an appeal.

    Raises AlreadyDone for a doubled click, Conflict for a proposal that expired, was taken back or replaced.
    """
    with transaction.atomic():
        lock(pk)
        known = SettlementOffer.objects.filter(pk=offer_id, dispute__assignment_id=pk).first()
        if known is not None and known.state == OfferState.ACCEPTED and known.closed_by_id == actor.pk:
            raise AlreadyDone("You have settled it already.")
        with change(pk, "answer_dispute", actor=actor) as opened:
            dispute, side = taking_part(opened, "accept_settlement")
            offer = _theirs(dispute, side, offer_id, opened.now)
            _within_limit(opened, offer.amount, None)
            offer.accept(opened.now, actor)
            offer.save()
            release(opened)
            opened.record("dispute.agreed", by=side, pay=offer.amount, dispute=dispute.number)
        conclude(dispute, opened.row, offer.amount, now=opened.now, actor=actor)
        notices.about_dispute("dispute.agreed", dispute, actor=actor, at=opened.now, pay=offer.amount)
    return dispute


def decline_settlement(pk: int, offer_id: int, *, actor: User) -> None:
    """Say no to the other side's figure: the dispute goes on as it was."""
    with change(pk, "answer_dispute", actor=actor) as opened:
        dispute, side = taking_part(opened, "accept_settlement")
        offer = _theirs(dispute, side, offer_id, opened.now)
        offer.decline(opened.now, actor)
        offer.save()
        opened.record("dispute.offer_declined", by=side, pay=offer.amount, dispute=dispute.number)
        notices.about_dispute("dispute.offer_declined", dispute, actor=actor, at=opened.now, pay=offer.amount)


def withdraw_settlement(pk: int, offer_id: int, *, actor: User) -> None:
    """Take the own side's figure back, before the other side accepted it."""
    with change(pk, "answer_dispute", actor=actor) as opened:
        dispute, side = taking_part(opened, "offer_settlement")
        offer = _open_offer(dispute, side)
        if offer is None or offer.pk != offer_id:
            raise Conflict("This proposal is no longer open. Nothing was changed.")
        offer.withdraw(opened.now, actor)
        offer.save()
        opened.record("dispute.offer_withdrawn", by=side, pay=offer.amount, dispute=dispute.number)
        notices.about_dispute(
            "dispute.offer_withdrawn", dispute, actor=actor, at=opened.now, pay=offer.amount
        )


def expire_settlement(offer_id: int) -> bool:
    """Nobody answered in time. Returns whether it expired now."""
    pk = SettlementOffer.objects.values_list("dispute__assignment_id", flat=True).get(pk=offer_id)
    with transaction.atomic():
        lock(pk)
        offer = SettlementOffer.objects.select_for_update(no_key=True, of=("self",)).get(pk=offer_id)
        now = clock.now()
        if offer.state != OfferState.OPEN or offer.expires_at > now:
            return False
        dispute = _locked(offer.dispute_id)
        offer.expire(now)
        offer.save()
        with change(pk, "step_dispute", actor=SYSTEM, as_arbiter=True) as opened:
            opened.record("dispute.offer_expired", pay=offer.amount, by=offer.side, dispute=dispute.number)
        notices.about_dispute("dispute.offer_expired", dispute, actor=SYSTEM, at=now, pay=offer.amount)
    return True


def conclude(dispute: Dispute, row: Assignment, pay: Money, *, now: datetime, actor: Actor) -> None:
    """Both sides agreed on a figure: the dispute is settled and the money follows, in the caller's transaction."""
    dispute.settle(now, decision_for(dispute, pay), pay)
    words = f"Both sides agreed on {pay}."
    dispute.reason_to_client = dispute.reason_to_worker = words
    dispute.save()
    close_settlement_offers(dispute, now)
    carry_out(row, dispute, pay, actor)


def _within_limit(opened: Change, pay: Money, field: str | None) -> None:
    """A colleague binds the company within the own maximum budget, as in an approval (decisions.md D18)."""
    member = opened.standing.member
    total = cost(pay, opened.row.fee_bps).total
    if member and member.max_budget_minor is not None and total.minor > member.max_budget_minor:
        most = Money(member.max_budget_minor, total.currency)
        raise Invalid(f"You may approve up to {most}. An administrator or manager can settle this.", field)


def _open_offer(dispute: Dispute, side: str) -> SettlementOffer | None:
    rows = SettlementOffer.objects.select_for_update(no_key=True, of=("self",))
    return rows.filter(dispute=dispute, side=side, state=OfferState.OPEN).first()


def _theirs(dispute: Dispute, side: str, offer_id: int, now: datetime) -> SettlementOffer:
    """The other side's open proposal, locked. Raises Conflict when it is another one by now, or none."""
    offer = _open_offer(dispute, Side.WORKER if side == Side.CLIENT else Side.CLIENT)
    if offer is None or offer.pk != offer_id or not offer.is_open(now):
        raise Conflict("This proposal is no longer open. Look again at what is proposed now.")
    return offer
