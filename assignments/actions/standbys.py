"""Naming a standby, the worker's yes, the end of it, and stepping in by the client's word or by the clock."""

from accounts.models import User
from assignments.actions import standing_in
from assignments.actions.assigning import SEATING, let_go, overlapping
from assignments.actions.door import Change, change
from assignments.actions.standby_follow import close
from assignments.models import Application, Assignment, Standby
from assignments.pricing import Terms
from assignments.requirements import lacks
from assignments.standby import open_of
from assignments.states import ApplicationState, EngagementEnd, StandbyState, State, UnassignReason
from clients.blocks import is_blocked
from clients.models import Member
from common.actor import SYSTEM
from common.errors import Conflict, DomainError, Invalid
from ledger.errors import InsufficientFunds
from workers.models import Worker

STEPPED_IN = "A standby worker stepped in, as the client had chosen beforehand."


def name_standby(pk: int, worker: Worker, *, actor: User, promote_unconfirmed: bool = False) -> Standby:
    """Ask a worker to stand by, on the terms of the own offer here, else on the posted ones.

    Raises Invalid at "worker" for somebody who could not step in, AlreadyDone or Conflict while another is named.
    """
    with change(pk, "name_standby", actor=actor) as opened:
        row = opened.row
        known = open_of(row.pk)
        if known is not None:
            if known.worker_id == worker.pk:
                opened.pass_over_repeat("name_standby")
            raise Conflict(f"{known.worker} is named as standby already. End that first.")
        _check(opened, worker)
        found = Standby(
            assignment=row,
            worker=worker,
            named_by=actor,
            named_at=opened.now,
            promote_unconfirmed=promote_unconfirmed,
        )
        terms, found.expenses_minor = terms_for(row, worker)
        found.set_terms(terms)
        found.save()
        opened.tell(standby=[worker])
        opened.record("assignment.standby_named", visibility="client", worker=str(worker), asks=found.asks)
    return found


def terms_for(row: Assignment, worker: Worker) -> tuple[Terms, int]:
    """The worker's own offer here, waiting or closed because another got it; else the price that was posted."""
    states = (ApplicationState.PENDING, ApplicationState.CLOSED)
    offers = Application.objects.filter(assignment=row, worker=worker, state__in=states)
    newest = offers.order_by("-id").first()
    if newest is not None:
        return newest.terms, newest.expenses_minor
    return (Terms(**row.posted_terms) if row.posted_terms else row.terms), 0


def accept_standby(pk: int, *, actor: User) -> None:
    """The worker agrees to step in. Raises Conflict when booked then."""
    with change(pk, "accept_standby", actor=actor) as opened:
        found = _mine(opened)
        clash = overlapping(found.worker_id, opened.row)
        if clash is not None:
            raise Conflict(f"You are booked at that time on {clash.number}. Nothing was changed.")
        found.agree(opened.now)
        found.save()
        opened.record("assignment.standby_accepted", visibility="client", worker=str(found.worker))


def end_standby(pk: int, *, actor: User) -> None:
    """Either side ends it, at any time and without a reason; it leaves no mark on a card."""
    with change(pk, "end_standby", actor=actor) as opened:
        found = _mine(opened)
        close(opened, found, why=opened.standing.side)


def promote_standby(pk: int, *, actor: User) -> None:
    """The client gives Available work to the standby at once.

    Raises Conflict or InsufficientFunds when the standby cannot step in; the standby stays then.
    """
    with change(pk, "promote_standby", actor=actor, worker_id=standing_in.worker_to_lock(pk)) as opened:
        standing_in.take(opened, _ready(opened), SEATING)


def promote(pk: int, standby_id: int) -> bool:
    """The sweep: after a leaving that could not do it at once, or on a missed confirmation. Returns whether it did.

    A standby who cannot step in is dropped; the worker who has not confirmed then stays.
    """
    worker_id = Standby.objects.filter(pk=standby_id).values_list("worker_id", flat=True).first()
    try:
        with change(pk, "promote", actor=SYSTEM, worker_id=worker_id) as opened:
            found = Standby.objects.filter(pk=standby_id, state=StandbyState.READY).first()
            if found is None or not _is_due(opened, found):
                return False
            if opened.row.state == State.ASSIGNED:
                _remove_unconfirmed(opened)
            standing_in.take(opened, found, SEATING)
    except (Conflict, InsufficientFunds) as error:
        _drop(pk, standby_id, error)
    return True


def _is_due(opened: Change, found: Standby) -> bool:
    row = opened.row
    if row.state == State.SENT:
        return found.promote_due_at is not None and found.promote_due_at <= opened.now
    is_missed = row.confirm_due_at is not None and row.confirm_due_at <= opened.now
    return found.promote_unconfirmed and is_missed and not row.confirmed_at and not row.has_check_in


def _remove_unconfirmed(opened: Change) -> None:
    """Neutrally: no figure of a card counts it."""
    worker = opened.row.worker
    opened.row.unassign(opened.now)
    reason = UnassignReason.NOT_CONFIRMED
    let_go(opened, EngagementEnd.UNASSIGNED, reason=reason, original_budget=True)
    opened.record("assignment.unassigned", worker=str(worker), reason=reason, note=STEPPED_IN, steps_in=True)


def _drop(pk: int, standby_id: int, error: DomainError) -> None:
    with change(pk, "promote", actor=SYSTEM) as opened:
        found = Standby.objects.select_related("worker__user").filter(pk=standby_id).first()
        if found is not None and found.is_ready and _is_due(opened, found):
            standing_in.drop(opened, found, error.sentence)


def _check(opened: Change, worker: Worker) -> None:
    row = opened.row
    if worker.pk == row.worker_id:
        raise Invalid(f"{worker} has the assignment. Choose somebody else to stand by.", "worker")
    if Member.objects.filter(client_id=row.client_id, user_id=worker.user_id).exists():
        raise Invalid("Somebody of your own company cannot be the worker.", "worker")
    if is_blocked(row.client_id, worker.pk):
        raise Invalid(f"{worker} takes no new work at present.", "worker")
    missing = lacks(row, [worker])[worker.pk]
    if missing:
        raise Invalid(f"{worker} does not meet all that you ask: {'; '.join(missing)}.", "worker")


def _mine(opened: Change) -> Standby:
    """The open relation; for a worker the own one."""
    found = open_of(opened.row.pk)
    if found is None:
        opened.pass_over_repeat("end_standby")
        raise Conflict("Nobody stands by any more.")
    return found


def _ready(opened: Change) -> Standby:
    found = open_of(opened.row.pk)
    if found is None or not found.is_ready:
        raise Conflict("Nobody stands by who could be assigned now.")
    return found
