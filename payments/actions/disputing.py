"""Opening a dispute, answering it, taking it back, and its steps (decisions.md D5, domain.md 5.2)."""

from django.db import transaction

from accounts.models import User
from assignments.actions.door import Change, change, lock
from assignments.models import Assignment
from common import clock
from common.actor import SYSTEM
from common.errors import Conflict, Invalid
from payments import deadlines, notices, policies
from payments.grounds import GROUNDS, ground_refused, in_dispute
from payments.models import Dispute
from payments.states import RUNNING, DisputeState, Ground, Side


def open_dispute(pk: int, *, actor: User, ground: str, statement: str) -> Dispute:
    """The worker's Escalate or the client's Open a dispute: the money waits until it is over.

    Raises Invalid without words or for a ground that does not hold, WrongState, NotAllowed.
    """
    if not statement.strip():
        raise Invalid("Say what happened and what you ask for. The other side will read it.", "statement")
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
            _state(dispute, side, statement)
            dispute.save()
            opened.row.disputed_at, opened.row.answer_due_at = opened.now, due
            opened.record(
                "dispute.opened", ground=ground, by=side, text=statement[:500], dispute=dispute.number
            )
        notices.about_dispute("dispute.opened", dispute, actor=actor, at=opened.now, answer_by_at=due)
    return dispute


def answer_dispute(pk: int, *, actor: User, statement: str) -> Dispute:
    """The other side says its part, or a side adds to its own. Onsite decides next."""
    if not statement.strip():
        raise Invalid("Say your side. Onsite and the other side will read it.", "statement")
    with change(pk, "answer_dispute", actor=actor) as opened:
        dispute = running(opened.row)
        side = Side.WORKER if opened.standing.is_assigned else Side.CLIENT
        _state(dispute, side, statement)
        names = ["statement_client", "statement_worker"]
        if side != dispute.side and dispute.answered_at is None:
            dispute.answered_at = opened.now
            dispute.step_due_at, dispute.answer_due_at = None, opened.now + deadlines.STEP
            opened.row.answer_due_at = None
            names += ["answered_at", "step_due_at", "answer_due_at"]
        dispute.save(update_fields=names)
        opened.record("dispute.answered", by=side, text=statement[:500], dispute=dispute.number)
        notices.about_dispute("dispute.answered", dispute, actor=actor, at=opened.now)
    return dispute


def withdraw_dispute(pk: int, *, actor: User) -> None:
    """The side that opened it takes it back: everything goes on as before."""
    with change(pk, "withdraw_dispute", actor=actor) as opened:
        dispute = running(opened.row)
        side = Side.WORKER if opened.standing.is_assigned else Side.CLIENT
        if side != dispute.side:
            raise Conflict("Only the side that opened the dispute can withdraw it.")
        dispute.withdraw(opened.now)
        dispute.save()
        release(opened)
        opened.record("dispute.withdrawn", by=side, dispute=dispute.number)
        notices.about_dispute("dispute.withdrawn", dispute, actor=actor, at=opened.now)


def step_dispute(dispute_id: int) -> bool:
    """Nobody answered for 48 hours: ask one level higher, and tell both sides. Returns whether it moved."""
    assignment_id = Dispute.objects.values_list("assignment_id", flat=True).get(pk=dispute_id)
    with transaction.atomic():
        lock(assignment_id)
        dispute = _locked(dispute_id)
        now = clock.now()
        if not dispute.is_running or dispute.step_due_at is None or dispute.step_due_at > now:
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
        dispute.assignee = actor
        dispute.save(update_fields=["assignee"])
        with change(assignment_id, "step_dispute", actor=actor, as_arbiter=True) as opened:
            opened.record("dispute.assigned", visibility="staff", dispute=dispute.number)
    return dispute


def running(row: Assignment) -> Dispute:
    """The open dispute of a locked assignment, locked as well. Raises Conflict."""
    found = Dispute.objects.filter(assignment=row, state__in=RUNNING).values_list("pk", flat=True).first()
    if found is None:
        raise Conflict("No dispute is open here.")
    return _locked(found)


def release(opened: Change) -> None:
    """The money of the row no longer waits."""
    opened.row.disputed_at = opened.row.answer_due_at = None


def _locked(dispute_id: int) -> Dispute:
    rows = Dispute.objects.select_for_update(of=("self",))
    return rows.select_related("assignment__client", "assignment__owner", "worker__user").get(pk=dispute_id)


def _need_running(dispute: Dispute) -> None:
    if not dispute.is_running:
        raise Conflict(
            f"{dispute.number} is {dispute.get_state_display().lower()} by now. Nothing was changed."
        )


def _check_ground(row: Assignment, side: str, ground: str) -> None:
    if ground not in GROUNDS[side].get(row.state, ()):
        raise Invalid("Choose what it is about.", "ground")
    refused = ground_refused(row, ground)
    if refused:
        raise Invalid(refused, "ground")
    decided = Dispute.objects.filter(assignment=row, state=DisputeState.DECIDED).exists()
    if decided and ground != Ground.PAST_DUE:
        raise Invalid("Onsite has decided about this assignment already.", "ground")


def _state(dispute: Dispute, side: str, statement: str) -> None:
    name = "statement_worker" if side == Side.WORKER else "statement_client"
    said = getattr(dispute, name)
    setattr(dispute, name, f"{said}\n\n{statement.strip()}".strip()[:5_000])
