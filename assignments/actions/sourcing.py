"""Before assignment: apply, counteroffer, withdraw, decline, ask and answer (S03-S05)."""

from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from accounts.models import User
from assignments.actions.door import Change, change
from assignments.models import Application, Invitation, Question
from assignments.overlaps import off_then, off_words
from assignments.pricing import Terms
from assignments.requirements import require_met
from assignments.standing import Facts, Standing
from assignments.states import ApplicationState
from clients.truth import require_read
from common import contacts, limits
from common.errors import AlreadyDone, Conflict, Invalid, NotAllowed
from common.money import LARGEST_MINOR
from workers.models import Worker

OFFERS, OFFERS_WITHIN, OFFERS_FROM_ADDRESS = 30, timedelta(minutes=10), 300
"""So many applications and counteroffers of one person, and from one address (quality.md 3, row 32)."""
QUESTIONS: Final = 20
QUESTIONS_FROM_ADDRESS: Final = 200


@dataclass(frozen=True, slots=True)
class Offer:
    """What a worker offers. None means "as posted"; `schedule` is (kind, start, end of window)."""

    terms: Terms | None = None
    schedule: tuple[str, datetime, datetime | None] | None = None
    expenses_minor: int = 0
    reason: str = ""
    expires_at: datetime | None = None
    understood: bool = False
    """Whether the worker confirmed the company's figures; needed where they are past a threshold (domain.md 6.4)."""


def apply(pk: int, offer: Offer, *, actor: User, acting_for: int | None = None) -> Application:
    """Apply or make a counteroffer; a second one replaces the first (one pending offer for each worker).

    `acting_for`: the employee for whom a Team Agent applies, and who is told of it.

    Raises Invalid for an offer that cannot be, for contact data in its message, for requirements that the worker does
    not meet, and where the company's figures ask for a tick that is missing; NotAllowed for people of the client's own
    company; TooMany.
    """
    contacts.keep_off(offer.reason, "reason")
    limits.spend("apply", actor.pk, times=OFFERS, within=OFFERS_WITHIN, from_address=OFFERS_FROM_ADDRESS)
    with change(pk, "apply", actor=actor, acting_for=acting_for) as opened:
        worker = _worker(opened.standing)
        row = opened.row
        require_met(row, worker)
        require_read(row.client, is_read=offer.understood)
        _check_offer(opened, offer)
        _check_time_off(opened, worker, offer.schedule or row.schedule)
        mine = Application.objects.filter(
            assignment=row, worker=worker, state=ApplicationState.PENDING
        ).first()
        application = mine or Application(assignment=row, worker=worker, applied_at=opened.now)
        before = _said(application)
        application.revision = application.revision + 1 if mine else 1
        application.set_terms(offer.terms or row.terms)
        kind, start_at, end_at = offer.schedule or row.schedule
        application.schedule_kind, application.start_at, application.window_end_at = kind, start_at, end_at
        application.expenses_minor = offer.expenses_minor
        application.reason = offer.reason
        application.expires_at = offer.expires_at
        if mine and _said(application) == before:
            raise AlreadyDone("You have sent this application already.")
        application.updated_at = opened.now
        application.is_counteroffer = (
            application.terms != row.terms or application.schedule != row.schedule or offer.expenses_minor > 0
        )
        application.save()
        Invitation.objects.filter(assignment=row, worker=worker).update(declined_at=None)
        kind_of_entry = "assignment.counteroffered" if application.is_counteroffer else "assignment.applied"
        opened.record(
            kind_of_entry, visibility="client", worker=str(worker), asks=application.asks, edited=bool(mine)
        )
        if opened.standing.agent is not None:
            opened.tell(applicant=[worker])
            opened.record(
                "assignment.put_forward",
                visibility="client",
                agent=str(opened.standing.agent),
                worker=str(worker),
                asks=application.asks,
            )
    return application


def withdraw(pk: int, *, actor: User, acting_for: int | None = None) -> None:
    """Take the own pending offer back, or as a Team Agent that of an employee; no effect on any score."""
    with change(pk, "withdraw", actor=actor, acting_for=acting_for) as opened:
        application = opened.standing.application
        assert application is not None  # noqa: S101 - policies.has_application
        application.withdraw()
        application.save(update_fields=["state", "decided_at"])
        opened.record("assignment.withdrawn", visibility="client", worker=str(application.worker))


def decline_invitation(pk: int, *, actor: User) -> None:
    """Turn an invitation down: it leaves the own list."""
    with change(pk, "decline_invitation", actor=actor) as opened:
        invitation = opened.standing.invitation
        assert invitation is not None  # noqa: S101 - policies.has_invitation
        invitation.declined_at = opened.now
        invitation.save(update_fields=["declined_at"])
        opened.record(
            "assignment.invitation_declined", visibility="client", worker=str(opened.standing.worker)
        )


def decline(pk: int, application_id: int, *, actor: User, reason: str) -> None:
    """The client says no to one offer, with a reason that the worker reads. Contact data is refused (S06)."""
    if not reason.strip():
        raise Invalid("Enter a reason. The worker will read it.", "reason")
    contacts.keep_off(reason, "reason")
    with change(pk, "decline", actor=actor) as opened:
        application = pending_application(opened, application_id)
        application.decline(reason)
        application.save(update_fields=["state", "decided_at", "decline_reason"])
        opened.tell(applicant=[application.worker])
        opened.record(
            "assignment.declined", visibility="client", worker=str(application.worker), reason=reason
        )


def ask(pk: int, text: str, *, actor: User) -> Question:
    """Ask the client something before assignment (S05). Raises Invalid, also for contact data, and TooMany."""
    if not text.strip():
        raise Invalid("Enter your question.", "text")
    contacts.keep_off(text, "text")
    limits.spend("ask", actor.pk, times=QUESTIONS, within=OFFERS_WITHIN, from_address=QUESTIONS_FROM_ADDRESS)
    with change(pk, "ask", actor=actor) as opened:
        worker = _worker(opened.standing)
        question = Question.objects.create(
            assignment=opened.row, asker=worker, text=text, asked_at=opened.now
        )
        opened.record("assignment.asked", visibility="client", worker=str(worker), text=text)
    return question


def answer(pk: int, question_id: int, *, actor: User, text: str, is_public: bool) -> None:
    """Answer once; a public answer hides who asked (domain.md 4.3). Contact data is refused: no worker gets it before
    assignment (S06)."""
    if not text.strip():
        raise Invalid("Enter your answer.", "answer")
    contacts.keep_off(text, "answer")
    with change(pk, "answer", actor=actor) as opened:
        question = open_question(opened, question_id)
        question.answer, question.is_public = text, is_public
        question.answered_by, question.answered_at = actor, opened.now
        question.save()
        opened.tell(applicant=[question.asker])
        opened.record("assignment.answered", visibility="client", question=question.text, answer=text)


def open_question(at: Facts, question_id: int) -> Question:
    """A question of this assignment that waits for its answer. Raises Conflict."""
    question = Question.objects.filter(assignment=at.row, pk=question_id).first()
    if question is None or question.answered_at:
        raise Conflict("This question is answered already.")
    return question


def pending_application(at: Facts, application_id: int) -> Application:
    """An offer of this assignment that can still be decided. Raises Conflict with what became of it."""
    application = (
        Application.objects.select_related("worker__user")
        .filter(assignment=at.row, pk=application_id)
        .first()
    )
    if application is None:
        raise Conflict("This application is no longer there.")
    if application.state != ApplicationState.PENDING:
        word = ApplicationState(application.state).label.lower()
        why = f": “{application.decline_reason}”" if application.decline_reason else ""
        raise Conflict(f"The offer of {application.worker} is {word}{why}. Nothing was changed.")
    if application.is_over(at.now):
        raise Conflict(f"The offer of {application.worker} has expired. Nothing was changed.")
    return application


def _said(application: Application) -> tuple[object, ...]:
    """What an offer says: the same again is a doubled click and not an edit (decisions.md D25)."""
    said = (application.expenses_minor, application.reason, application.expires_at)
    return (application.terms, application.schedule, *said)


def _worker(found: Standing) -> Worker:
    if found.worker is None:
        raise NotAllowed("Only workers do this.")
    return found.worker


def _check_time_off(opened: Change, worker: Worker, schedule: tuple[str, Any, Any]) -> None:
    """Nobody offers work on the own days off. Raises Invalid at the start."""
    then = copy(opened.row)
    then.schedule_kind, then.start_at, then.window_end_at = schedule
    off = off_then(worker, then)
    if off is not None and opened.standing.agent is not None:
        raise Invalid(f"{worker} has time off {off_words(off)}.", "start_at")
    if off is not None:
        raise Invalid(
            f"You took time off {off_words(off)}. Offer another date, or remove it first.", "start_at"
        )


def _check_offer(opened: Change, offer: Offer) -> None:
    row, now = opened.row, opened.now
    if offer.terms is not None and offer.terms != row.terms:
        if row.non_negotiable:
            raise Invalid(
                "The client's price is not negotiable. You can offer another schedule.", "price_minor"
            )
        if offer.terms.currency != row.currency:
            raise Invalid(f"Offers here are in {row.currency}.", "price_minor")
        if not 0 < offer.terms.budget.minor <= LARGEST_MINOR:
            raise Invalid("Enter a price above zero.", "price_minor")
    if not 0 <= offer.expenses_minor <= LARGEST_MINOR:
        raise Invalid("Enter expenses of zero or more.", "expenses")
    if offer.schedule is not None:
        check_schedule(offer.schedule, now)
    if offer.expires_at is not None and offer.expires_at <= now:
        raise Invalid("Enter an expiry after now.", "expires_at")


def check_schedule(schedule: tuple[str, Any, Any], now: datetime) -> None:
    """A proposed schedule lies ahead and in order. Raises Invalid at the field."""
    _, start_at, end_at = schedule
    if start_at is None or (end_at or start_at) <= now or (end_at is None and start_at <= now):
        raise Invalid("Enter a start time after now.", "start_at")
    if end_at is not None and end_at <= start_at:
        raise Invalid("Enter an end after the start.", "window_end_at")
