"""Approve and cancel: the assignment's verb and its invoice in one transaction (S32, S33, S43)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.db import transaction

from accounts.actor import Actor, actor_user
from accounts.models import User
from assignments import silence
from assignments.actions import changes, closeout, money, ratings
from assignments.actions.door import REPEATABLE_WITHIN_SECONDS, SUBJECT, lock
from assignments.models import Assignment
from assignments.states import State
from common import clock
from common.actor import SYSTEM
from common.errors import AlreadyDone, Invalid, WrongState
from common.money import Money
from payments.actions.invoicing import issue
from payments.actions.paying import pay_at_once
from payments.models import Invoice
from timeline.models import Entry

NEEDS_NOTE: Final = "Explain why nothing is paid after work was done. The worker will read it."


@dataclass(frozen=True, slots=True)
class Answer:
    """What becomes of one open money request, or order of extra work, at approval."""

    approve: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Grading:
    """The optional rating given with an approval."""

    grade: str
    text: str = ""
    marks: ratings.Marks = field(default_factory=ratings.Marks)


def approve(
    pk: int,
    *,
    actor: User,
    expected: Money | None = None,
    answers: Mapping[int, Answer] | None = None,
    orders: Mapping[int, Answer] | None = None,
    rating: Grading | None = None,
) -> Invoice:
    """Approve for payment and make the invoice; for immediate terms pay it at once (D20).

    `expected` is the total that the client saw, fee included: raises Conflict when it is another by now. `answers`
    decides open money requests first, `orders` open extra work. Raises AlreadyDone for a doubled click,
    InsufficientFunds, Invalid.
    """
    try:
        with transaction.atomic():
            lock(pk)
            _decide(pk, actor, answers or {}, orders or {})
            if rating is not None:
                ratings.rate_worker(pk, actor=actor, grade=rating.grade, text=rating.text, marks=rating.marks)
            return _approve(pk, actor=actor, expected=expected)
    except WrongState as refused:
        _if_done(pk, "assignment.approved", (State.APPROVED, State.PAID), actor, refused)
        raise


def _decide(pk: int, actor: User, answers: Mapping[int, Answer], orders: Mapping[int, Answer]) -> None:
    """Whatever is open is decided before the approval, by the same acts as on their own pages."""
    for order_id, answer in orders.items():
        if answer.approve:
            changes.approve_change(pk, order_id, actor=actor)
        else:
            changes.decline_change(pk, order_id, actor=actor, reason=answer.reason)
    for request_id, answer in answers.items():
        if answer.approve:
            money.approve_money(pk, request_id, actor=actor)
        else:
            money.decline_money(pk, request_id, actor=actor, reason=answer.reason)


def approve_silent(pk: int) -> bool:
    """Approve what the client did not answer in the agreed days: the same act, with Onsite as the actor (N1).

    Returns False, and changes nothing, when somebody answered meanwhile, or while a dispute or request is open.
    Raises Busy when somebody is changing it right now.
    """
    with transaction.atomic():
        row = lock(pk, skip_locked=True)
        due = row.auto_approve_due_at
        is_due = row.state == State.PENDING_APPROVAL and due is not None and due <= clock.now()
        if not is_due or silence.reasons(row):
            return False
        _approve(pk, actor=SYSTEM)
    return True


def _approve(pk: int, *, actor: Actor, expected: Money | None = None) -> Invoice:
    """Approval and invoice; must be in a transaction that has locked the assignment."""
    row = closeout.approve(pk, actor=actor, expected=expected)
    return pay_at_once(issue(row, actor=actor))


def cancel(pk: int, *, actor: User, reason: str, note: str, pay: Money | None = None) -> Invoice | None:
    """End it; with pay the worker's receivable is made in the same transaction (S43). None without pay.

    Raises Invalid where nothing is paid after work was done and nobody says why.
    """
    try:
        with transaction.atomic():
            row = closeout.cancel(pk, actor=actor, reason=reason, note=note, pay=pay)
            if row.first_check_in_at and not (pay or note.strip()):
                raise Invalid(NEEDS_NOTE, "note")
            if not row.cancelled_pay_minor:
                return None
            return pay_at_once(issue(row, actor=actor))
    except WrongState as refused:
        _if_done(pk, "assignment.cancelled", (State.CANCELLED,), actor, refused)
        raise


def cancel_with_pay(pk: int, *, actor: User, reason: str, note: str, pay: Money) -> Invoice | None:
    """`cancel` with an amount for the worker, in the assignment's currency."""
    return cancel(pk, actor=actor, reason=reason, note=note, pay=pay)


def _if_done(pk: int, kind: str, states: tuple[State, ...], actor: User, refused: WrongState) -> None:
    """A doubled click: the same person did exactly this moments ago (D25). Later entries of it follow the first."""
    row = Assignment.objects.filter(pk=pk).only("state").first()
    newest = (
        Entry.objects.filter(subject_type=SUBJECT, subject_id=pk, kind=kind).order_by("-sequence").first()
    )
    if row is None or newest is None or row.state not in states:
        return
    is_fresh = clock.now() - newest.at < timedelta(seconds=REPEATABLE_WITHIN_SECONDS)
    if is_fresh and newest.actor_id == getattr(actor_user(actor), "pk", None):
        raise AlreadyDone("This is done already.") from refused
