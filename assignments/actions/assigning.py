"""A worker gets it, or leaves it: assign, assign directly, unassign, back out (S08, S14, S15)."""

from accounts.models import User
from assignments import arrears, leaving, work_facts
from assignments.actions import funds, standing_in
from assignments.actions.door import Change, change
from assignments.actions.missing_files import count_missing
from assignments.actions.problems import end_problems
from assignments.actions.sendable import check_sendable
from assignments.actions.sheets import named, write_sheet
from assignments.actions.sourcing import pending_application
from assignments.actions.visits import close_open_visit
from assignments.models import (
    Application,
    Assignment,
    ChangeOrder,
    Engagement,
    MoneyRequest,
    RequirementOverride,
    RescheduleRequest,
    RouteMode,
    ScopeProposal,
)
from assignments.models.terms import TERMS_FIELDS
from assignments.overlaps import off_then, off_words, overlapping
from assignments.requirements import require_known
from assignments.routing import open_invitations
from assignments.standby import open_of
from assignments.states import (
    OWN_FAULT,
    ApplicationState,
    BackOutReason,
    EngagementEnd,
    RequestState,
    State,
    UnassignReason,
)
from clients.blocks import is_blocked
from clients.models import Member
from clients.queries import agrees_to_direct
from common.errors import AlreadyDone, Conflict, Invalid, WrongState
from workers.models import Worker


def assign(
    pk: int, application_id: int, *, actor: User, revision: int | None = None, anyway: bool = False
) -> Assignment:
    """Accept one offer: its price and schedule come into force, all others are told that it is filled (T4).

    `revision` is the one that the client read; raises Conflict when the worker changed the offer since, when it
    expired, was withdrawn, or when the worker is booked then; InsufficientFunds when it costs more than there is;
    Invalid at "anyway" where requirements are not met and the client did not say to know it (T4).
    """
    chosen = Application.objects.filter(pk=application_id, assignment_id=pk)
    try:
        worker_id = chosen.values_list("worker_id", flat=True).first()
        return _assign(pk, application_id, worker_id, actor=actor, revision=revision, anyway=anyway)
    except AlreadyDone:
        if not chosen.filter(state=ApplicationState.ACCEPTED).exists():
            raise WrongState("You have assigned another worker already. Nothing was changed.") from None
        raise


def _assign(
    pk: int, application_id: int, worker_id: int | None, *, actor: User, revision: int | None, anyway: bool
) -> Assignment:
    with change(pk, "assign", actor=actor, worker_id=worker_id) as opened:
        application = pending_application(opened, application_id)
        if revision is not None and revision != application.revision:
            raise Conflict(f"{application.worker} changed the offer while you were looking. Read it again.")
        row = opened.row
        let_in(opened, application.worker, actor=actor, anyway=anyway)
        old = {"price": row.budget, "start_at": row.start_at}
        row.set_terms(application.terms)
        row.schedule_kind, row.start_at, row.window_end_at = application.schedule
        row.expenses_minor = application.expenses_minor
        application.accept()
        application.save(update_fields=["state", "decided_at"])
        passed = engage(opened, application.worker)
        row.assign(opened.now)
        funds.resize(opened)
        opened.record(
            "assignment.assigned",
            worker=str(application.worker),
            counteroffer=application.is_counteroffer,
            old=old,
            new={"price": row.worker_most, "start_at": row.start_at},
            agreement=named(write_sheet(opened)),
        )
        close_others(opened, passed)
    return row


def let_in(opened: Change, worker: Worker, *, actor: User, anyway: bool) -> None:
    """The worker meets what is asked, or the client knows and overrides it (T4). Raises Invalid at "anyway"."""
    if require_known(opened.row, worker, is_known=anyway):
        RequirementOverride.objects.create(
            assignment=opened.row,
            worker=worker,
            given_by=actor,
            note="Assigned all the same.",
            given_at=opened.now,
        )


def assign_directly(pk: int, worker: Worker, *, actor: User, anyway: bool = False) -> Assignment:
    """Assign without an application a worker who agreed to that for this company, also from draft (D21).

    Raises Invalid at "anyway" as `assign` does.
    """
    with change(pk, "assign_directly", actor=actor, worker_id=worker.pk) as opened:
        row = opened.row
        if not agrees_to_direct(worker, row.client_id):
            raise Conflict(f"{worker} has not agreed to be assigned directly by your company.")
        off = off_then(worker, row)
        if off is not None:
            raise Conflict(f"{worker} has time off {off_words(off)}. Choose another time or worker.")
        let_in(opened, worker, actor=actor, anyway=anyway)
        was_draft = row.state == State.DRAFT
        if was_draft:
            row.fee_bps = row.client.fee_bps
            check_sendable(row, opened.now, opened.standing.member)
        row.posted_terms = row.posted_terms or {name: getattr(row, name) for name in TERMS_FIELDS}
        passed = engage(opened, worker)
        row.assign(opened.now)
        if was_draft:
            row.sent_at = opened.now
            funds.reserve(opened)
        opened.record(
            "assignment.assigned",
            worker=str(worker),
            direct=True,
            new={"price": row.worker_most},
            agreement=named(write_sheet(opened)),
        )
        close_others(opened, passed)
    return row


def unassign(
    pk: int, *, actor: User, reason: str, note: str, original_budget: bool, engagement_id: int | None = None
) -> None:
    """The client removes the worker; it is Available again, at the original or the present price (T12, S15).

    A reason that counts on the worker's card has to be true (leaving.py), and lets a standby step in at once.
    `engagement_id`: of the worker who was on the page; Conflict when another one has it by now.
    """
    if reason not in leaving.FOR_CLIENTS:
        raise Invalid("Choose a reason.", "reason")
    if not note.strip():
        raise Invalid("Write a note. The worker will read it.", "note")
    second = standing_in.worker_to_lock(pk)
    with change(pk, "unassign", actor=actor, worker_id=second) as opened:
        row, worker = opened.row, opened.row.worker
        if engagement_id is not None and row.engagement_id != engagement_id:
            opened.pass_over_repeat("unassign")
            raise Conflict(f"{worker} has it now. Look again before you remove anybody.")
        objection = leaving.objection(row, reason, opened.now)
        if objection:
            raise Invalid(objection, "reason")
        is_late = reason == UnassignReason.WORKER_CANCELLED and leaving.is_late_notice(row, opened.now)
        steps_in = reason in OWN_FAULT and row.state != State.ON_HOLD
        opened.row.unassign(opened.now)
        let_go(
            opened,
            EngagementEnd.UNASSIGNED,
            reason=reason,
            original_budget=original_budget,
            is_late=is_late,
        )
        opened.record(
            "assignment.unassigned",
            worker=str(worker),
            reason=reason,
            note=note,
            counts=reason in OWN_FAULT,
            steps_in=steps_in and second is not None,
        )
        if steps_in:
            standing_in.after_leaving(opened, second, SEATING)


def back_out(pk: int, *, actor: User, reason: str, note: str) -> None:
    """The worker cancels the own work before it starts; under 24 hours before the start it is late (D2).

    A standby steps in at once.
    """
    if reason not in BackOutReason.values:
        raise Invalid("Choose a reason.", "reason")
    second = standing_in.worker_to_lock(pk)
    with change(pk, "back_out", actor=actor, worker_id=second) as opened:
        row, worker = opened.row, opened.row.worker
        is_late = leaving.is_late_notice(row, opened.now)
        row.back_out(opened.now)
        row.back_out_reason = reason
        let_go(opened, EngagementEnd.BACKED_OUT, reason=reason, original_budget=True, is_late=is_late)
        opened.record(
            "assignment.backed_out",
            worker=str(worker),
            reason=reason,
            note=note,
            late=is_late,
            steps_in=second is not None,
        )
        standing_in.after_leaving(opened, second, SEATING)


def let_go(
    opened: Change, end: EngagementEnd, *, reason: str, original_budget: bool, is_late: bool = False
) -> None:
    """Undo all that belonged to the worker who leaves; the row has been moved to sent already."""
    row = opened.row
    worker = row.worker
    close_open_visit(opened)
    end_engagement(opened, end, reason=reason, is_late=is_late)
    close_requests(opened)
    for application in Application.objects.filter(assignment=row, state=ApplicationState.ACCEPTED):
        application.close()
        application.save(update_fields=["state", "decided_at"])
    row.worker = row.engagement = None
    row.assigned_at = row.confirmed_at = row.confirm_due_at = row.first_check_in_at = None
    row.auto_approve_days = None
    row.submitted_at = row.sent_back_at = row.held_at = row.hold_lifted_at = None
    row.reduced_minor = row.proposed_minor = None
    row.resolution = row.sent_back_reason = row.hold_reason = row.hold_note = ""
    row.units_done = row.expenses_minor = row.bonus_minor = 0
    count_missing(row)
    if original_budget and row.posted_terms:
        for name, value in row.posted_terms.items():
            setattr(row, name, value)
    funds.resize(opened)
    opened.tell(removed=[worker] if worker else [])


def end_engagement(opened: Change, end: EngagementEnd, *, reason: str = "", is_late: bool = False) -> None:
    """Close the worker's time on it. The row keeps or drops the worker, as the stage asks."""
    engagement = opened.row.engagement
    if engagement is not None and engagement.ended_at is None:
        engagement.ended_at, engagement.end, engagement.end_reason = opened.now, end, reason
        engagement.was_late_notice = is_late
        work_facts.at_end(opened.row, engagement)
        engagement.save()


def close_requests(opened: Change) -> None:
    """Nothing stays open that nobody can decide any more."""
    for model in (MoneyRequest, RescheduleRequest, ScopeProposal, ChangeOrder):
        for request in model.objects.filter(assignment=opened.row, state=RequestState.OPEN):
            request.close()
            request.save(update_fields=["state", "decided_at"])
    end_problems(opened, "The worker's time on it ended.")


def engage(opened: Change, worker: Worker) -> list[Worker]:
    """Put the worker on the row, before it moves. Returns the others who could have accepted it, to be told.

    Raises Conflict for somebody of the own company and for a worker who is booked then, Invalid while a payment past
    due stops the company's net terms.
    """
    row = opened.row
    if Member.objects.filter(client_id=row.client_id, user_id=worker.user_id).exists():
        raise Conflict("Somebody of your own company cannot be the worker.")
    arrears.check(row, opened.now)
    if is_blocked(row.client_id, worker.pk):
        raise Conflict(f"{worker} takes no new work at present.")
    clash = overlapping(worker.pk, row)
    if clash:
        raise Conflict(
            f"{worker} is booked at that time on another assignment. Choose another time or worker."
        )
    row.worker = worker
    row.engagement = Engagement.objects.create(assignment=row, worker=worker, started_at=opened.now)
    row.assigned_at = opened.now
    row.confirm_due_at = None
    asked = [one for one in open_invitations(row) if one.mode == RouteMode.ACCEPT]
    return [one.worker for one in asked if one.worker_id != worker.pk]


def close_offers(row: Assignment) -> list[Worker]:
    """Close the offers that still wait, because it is filled or over. Returns their workers, to be told."""
    pending = list(
        Application.objects.select_related("worker__user").filter(
            assignment=row, state=ApplicationState.PENDING
        )
    )
    for application in pending:
        application.close()
        application.save(update_fields=["state", "decided_at"])
    return [application.worker for application in pending]


def close_others(opened: Change, passed: list[Worker]) -> None:
    """Close the offers that wait, and tell their workers and those `passed` who could have accepted it.

    Who stands by hears that instead (standby_follow.py).
    """
    standby = open_of(opened.row.pk)
    losers = list(dict.fromkeys([*close_offers(opened.row), *passed]))
    losers = [worker for worker in losers if standby is None or worker.pk != standby.worker_id]
    if losers:
        opened.tell(losers=losers)
        opened.record("assignment.filled", visibility="client", count=len(losers))


SEATING = standing_in.Seating(engage, close_others)
