"""Opening a dispute, statements, taking it back, its steps, its owner (decisions.md D5, domain.md 5.2)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from accounts.models import User
from assignments.actions.door import Change, change, lock
from assignments.models import Assignment
from assignments.models.files import facts_of
from common import clock
from common.actor import SYSTEM
from common.errors import Conflict, Invalid
from common.uploads import CheckedUpload
from payments import deadlines, notices, policies, small_claims
from payments.grounds import GROUNDS, ground_refused, in_dispute
from payments.models import Dispute, DisputeFile, DisputeStatement
from payments.states import ASKED, RUNNING, DisputeState, Ground, OfferState, Side

Files = Sequence[tuple[Any, CheckedUpload]]
MOST_FILES: Final = 10


def open_dispute(pk: int, *, actor: User, ground: str, statement: str, files: Files = ()) -> Dispute:
    """The worker's Escalate or the client's Open a dispute: the money waits until it is over.

    A small amount goes to the small-claims lane by itself (N6). Raises Invalid without words or for a ground that
    does not hold, WrongState, NotAllowed.
    """
    _need_words(statement, files, "Say what happened and what you ask for. The other side will read it.")
    with transaction.atomic():
        row = lock(pk)
        is_worker = row.worker is not None and row.worker.user_id == actor.pk
        with change(pk, "escalate" if is_worker else "dispute", actor=actor) as opened:
            side = Side.WORKER if is_worker else Side.CLIENT
            _check_ground(opened.row, side, ground)
            due = opened.now + deadlines.STEP
            dispute = Dispute(
                assignment=opened.row,
                client_id=row.client_id,
                worker=opened.row.worker,
                ground=ground,
                side=side,
                opened_by=actor,
                opened_at=opened.now,
                currency=row.currency,
                amount_minor=in_dispute(opened.row).minor,
                answer_due_at=due,
                step_due_at=due,
            )
            if small_claims.is_small(dispute.amount):
                dispute.ask_figures(due)
            dispute.save()
            say(dispute, side, statement, actor=actor, at=opened.now, files=files)
            opened.row.disputed_at, opened.row.answer_due_at = opened.now, due
            opened.record(
                "dispute.opened",
                ground=ground,
                by=side,
                text=statement[:500],
                dispute=dispute.number,
                is_small=dispute.is_small,
            )
        notices.about_dispute(
            "dispute.opened",
            dispute,
            actor=actor,
            at=opened.now,
            answer_by_at=due,
            is_small=dispute.is_small,
        )
    return dispute


def answer_dispute(pk: int, *, actor: User, statement: str, files: Files = ()) -> Dispute:
    """The other side says its part, or a side adds to its own; each statement stays as it was said."""
    _need_words(statement, files, "Say your side. Onsite and the other side will read it.")
    with change(pk, "answer_dispute", actor=actor) as opened:
        dispute, side = taking_part(opened, "answer_dispute")
        is_first = side != dispute.side and dispute.answered_at is None
        if is_first:
            dispute.answered_at = opened.now
        if is_first and dispute.state in ASKED:
            dispute.step_due_at, dispute.answer_due_at = None, opened.now + deadlines.STEP
            opened.row.answer_due_at = None
        dispute.save(update_fields=["answered_at", "step_due_at", "answer_due_at"])
        say(dispute, side, statement, actor=actor, at=opened.now, files=files)
        opened.record("dispute.answered", by=side, text=statement[:500], dispute=dispute.number)
        notices.about_dispute("dispute.answered", dispute, actor=actor, at=opened.now)
    return dispute


def say(
    dispute: Dispute,
    side: str,
    text: str,
    *,
    actor: User,
    at: datetime,
    files: Files = (),
    is_appeal: bool = False,
) -> DisputeStatement:
    """Keep a statement and its checked files, in the caller's transaction."""
    said = DisputeStatement.objects.create(
        dispute=dispute, side=side, author=actor, text=text.strip(), said_at=at, is_appeal=is_appeal
    )
    for file, checked in files:
        DisputeFile.objects.create(statement=said, file=file, **facts_of(checked))
    return said


def withdraw_dispute(pk: int, *, actor: User) -> None:
    """The side that opened it takes it back: everything goes on as before."""
    with change(pk, "withdraw_dispute", actor=actor) as opened:
        dispute, side = taking_part(opened, "withdraw_dispute")
        dispute.withdraw(opened.now)
        dispute.save()
        close_settlement_offers(dispute, opened.now)
        release(opened)
        opened.record("dispute.withdrawn", by=side, dispute=dispute.number)
        notices.about_dispute("dispute.withdrawn", dispute, actor=actor, at=opened.now)


def ask_again(dispute_id: int) -> bool:
    """Nobody answered for 48 hours: ask one level higher, and tell both sides. Returns whether it moved."""
    assignment_id = Dispute.objects.values_list("assignment_id", flat=True).get(pk=dispute_id)
    with transaction.atomic():
        lock(assignment_id)
        dispute = _locked(dispute_id)
        now = clock.now()
        is_due = dispute.step_due_at is not None and dispute.step_due_at <= now
        if dispute.state not in ASKED or not is_due:
            return False
        with change(assignment_id, "step_dispute", actor=SYSTEM) as opened:
            match dispute.state:
                case DisputeState.OPEN:
                    dispute.ask_in_thread()
                case DisputeState.IN_THREAD:
                    dispute.ask_manager()
                case DisputeState.WITH_MANAGER:
                    dispute.ask_account()
            is_last = dispute.state == DisputeState.WITH_ACCOUNT
            dispute.answer_due_at = now + deadlines.STEP
            dispute.step_due_at = None if is_last else dispute.answer_due_at
            dispute.save(update_fields=["state", "answer_due_at", "step_due_at"])
            opened.row.answer_due_at = dispute.answer_due_at
            opened.record("dispute.stepped", step=dispute.state, dispute=dispute.number)
        notices.about_dispute(
            "dispute.stepped", dispute, actor=SYSTEM, at=now, step=dispute.get_state_display().lower()
        )
    return True


def assign_dispute(dispute_id: int, *, actor: User) -> Dispute:
    """An admin takes it on."""
    policies.require_staff(actor, "payments.settle_dispute")
    assignment_id = Dispute.objects.values_list("assignment_id", flat=True).get(pk=dispute_id)
    with transaction.atomic():
        lock(assignment_id)
        dispute = _locked(dispute_id)
        _need_running(dispute)
        if dispute.assignee_id == actor.pk:
            return dispute
        if dispute.rulings.filter(ruled_by=actor).exists():
            raise Conflict("You made the first decision. Another admin decides the appeal.")
        dispute.assignee = actor
        dispute.save(update_fields=["assignee"])
        with change(assignment_id, "step_dispute", actor=actor, as_arbiter=True) as opened:
            if dispute.state == DisputeState.NAMED:  # both sides were told a name: they are told the new one
                opened.record("dispute.named", dispute=dispute.number, admin=str(actor))
                notices.about_dispute(
                    "dispute.named",
                    dispute,
                    actor=actor,
                    at=opened.now,
                    admin=str(actor),
                    decide_by_at=dispute.step_due_at,
                )
            else:
                opened.record("dispute.assigned", visibility="staff", dispute=dispute.number)
    return dispute


def running(row: Assignment) -> Dispute:
    """The open dispute of a locked assignment, locked as well. Raises Conflict."""
    found = Dispute.objects.filter(assignment=row, state__in=RUNNING).values_list("pk", flat=True).first()
    if found is None:
        raise Conflict("No dispute is open here.")
    return _locked(found)


def taking_part(opened: Change, verb: str) -> tuple[Dispute, str]:
    """The running dispute of a row that is open for a side's act, locked, and that side. Raises Conflict."""
    dispute = running(opened.row)
    side = Side.WORKER if opened.standing.is_assigned else Side.CLIENT
    refused = policies.dispute_refusal(verb, dispute, side, opened.now)
    if refused:
        raise Conflict(refused)
    return dispute, side


def close_settlement_offers(dispute: Dispute, at: datetime) -> None:
    """Proposals end with their dispute, or when figures are opened anew."""
    for offer in dispute.offers.select_for_update(no_key=True, of=("self",)).filter(state=OfferState.OPEN):
        offer.close(at)
        offer.save(update_fields=["state", "closed_at"])


def release(opened: Change) -> None:
    """The money of the row no longer waits."""
    opened.row.disputed_at = opened.row.answer_due_at = None


def _locked(dispute_id: int) -> Dispute:
    rows = Dispute.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("assignment__client", "assignment__owner", "worker__user").get(pk=dispute_id)


def locked_due(dispute_id: int, state: str, column: str) -> Dispute | None:
    """For timers: the dispute under its locks, when it is in that state and the time in `column` has passed; else None.

    Must be in a transaction.
    """
    lock(Dispute.objects.values_list("assignment_id", flat=True).get(pk=dispute_id))
    dispute = _locked(dispute_id)
    due = getattr(dispute, column)
    return dispute if dispute.state == state and due is not None and due <= clock.now() else None


def _need_running(dispute: Dispute) -> None:
    if not dispute.is_running:
        raise Conflict(_by_now(dispute))


def _by_now(dispute: Dispute) -> str:
    return f"{dispute.number} is now: {dispute.get_state_display().lower()}. Nothing was changed."


def _check_ground(row: Assignment, side: str, ground: str) -> None:
    if ground not in GROUNDS[side].get(row.state, ()):
        raise Invalid("Choose what it is about.", "ground")
    refused = ground_refused(row, ground)
    if refused:
        raise Invalid(refused, "ground")
    ended = Dispute.objects.filter(
        assignment=row, state__in=[DisputeState.DECIDED, DisputeState.SETTLED]
    ).first()
    if ended is not None and ground != Ground.PAST_DUE:
        who = "Both sides have settled" if ended.state == DisputeState.SETTLED else "Onsite has decided"
        raise Invalid(f"{who} about this assignment already.", "ground")


def _need_words(text: str, files: Files, sentence: str) -> None:
    if not text.strip():
        raise Invalid(sentence, "statement")
    if len(files) > MOST_FILES:
        raise Invalid(f"At most {MOST_FILES} files go with one statement.", "attached")
