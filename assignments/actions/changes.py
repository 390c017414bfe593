"""Extra work ordered on site: words and price in one, answered by the client or by the default agreed before (N3).

Whoever comes first answers: the page, the link in the mail, or the end of the time. All three take the lock of the
assignment and find the order open, or not. After `due_at` only the default answers.
"""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.models import User
from assignments import deadlines
from assignments.actions import answer_links, funds
from assignments.actions.door import Change, change
from assignments.actions.money import Ask, check_limit, increased, worth
from assignments.actions.sheets import amend, named
from assignments.change_default import default_of, freeze, kept
from assignments.checks import over_limit
from assignments.models import Amendment, Assignment, ChangeOrder, ScopeProposal
from assignments.models.changes import LONGEST_WORDS
from assignments.standing import Facts
from assignments.states import AnsweredBy, RequestState
from clients.models import Member
from common import clock
from common.actor import SYSTEM
from common.errors import Conflict, Invalid, WrongState
from common.money import LARGEST_MINOR, Money
from common.uploads import CheckedUpload
from ledger.errors import InsufficientFunds

LONGEST_SCOPE = 10_000
"""The description of work, with all that was added to it."""
TIME_IS_OVER = "The time to answer is over: the default that was agreed beforehand has decided it."


@dataclass(frozen=True, slots=True)
class Extra:
    """What is ordered: the words, and an amount; or minutes or units, where time or units are paid."""

    what: str
    amount_minor: int = 0
    add_minutes: int = 0
    add_units: int = 0


def order_change(
    pk: int, extra: Extra, *, actor: User, photo: Any = None, checked: CheckedUpload | None = None
) -> ChangeOrder:
    """Ask the client for extra work. One open order at a time. Raises Invalid or Conflict."""
    with change(pk, "order_change", actor=actor) as opened:
        _none_open(opened)
        order = _new(opened, extra, actor)
        if photo is not None and checked is not None:
            order.photo, order.photo_name, order.photo_type = photo, checked.name, checked.content_type
        order.save()
        opened.tell(answers=answer_links.write(opened.row, order))
        opened.record(
            "assignment.change_ordered",
            text=order.what,
            amount=_worth(order, opened.row),
            due_at=order.due_at,
            approves=not _over_default(opened, order),
        )
    return order


def withdraw_change(pk: int, order_id: int, *, actor: User) -> None:
    """The worker takes an open order back."""
    with change(pk, "withdraw_change", actor=actor) as opened:
        order = open_order(opened, order_id)
        order.withdraw()
        order.save(update_fields=["state", "decided_at"])
        deadlines.give_time(opened.row, opened.now)
        opened.record("assignment.change_withdrawn", text=order.what, amount=_worth(order, opened.row))


def approve_change(
    pk: int, order_id: int, *, actor: User, expected: Money | None = None, link_id: int | None = None
) -> None:
    """Agree: the words are in the scope, the money is set aside, one amendment says both.

    `expected` is the client's new total as it was shown: raises Conflict when it is another now. `link_id`: answered
    from the mail; the link is spent with it. Raises Conflict, Invalid or InsufficientFunds.
    """
    _default_first(pk, order_id)
    with change(pk, "approve_change", actor=actor) as opened:
        order = open_order(opened, order_id)
        by = _way(opened, order, actor, link_id)
        _put(opened.row, order)
        total = opened.row.cost_most.total
        if expected is not None and expected != total:
            raise Conflict(f"The new total is now {total}. Look again before you approve.")
        check_limit(opened)
        funds.resize(opened)
        _approved(opened, order, actor, by)


def decline_change(pk: int, order_id: int, *, actor: User, reason: str, link_id: int | None = None) -> None:
    """Say no, with a reason that the worker reads: scope and price stay."""
    if not reason.strip():
        raise Invalid("Enter a reason. The worker will read it.", "reason")
    _default_first(pk, order_id)
    with change(pk, "decline_change", actor=actor) as opened:
        order = open_order(opened, order_id)
        _declined(opened, order, actor, _way(opened, order, actor, link_id), reason)


def time_out_change(pk: int, order_id: int) -> bool:
    """Nobody answered in time: the default that was agreed beforehand does. False when there is nothing to do.

    It approves only up to the agreed limit, and only what the client's funds and the owner's budget bear.
    """
    with change(pk, "time_out_change", actor=SYSTEM) as opened:
        order = ChangeOrder.objects.filter(
            assignment=opened.row, pk=order_id, state=RequestState.OPEN, due_at__lte=opened.now
        ).first()
        if order is None:
            return False
        refused = _over_default(opened, order) or _short(opened, order)
        if refused:
            _declined(opened, order, None, AnsweredBy.DEFAULT, refused)
        else:
            _approved(opened, order, None, AnsweredBy.DEFAULT)
    return True


def open_order(at: Facts, order_id: int) -> ChangeOrder:
    """An order of this assignment that waits for its answer. Raises WrongState."""
    order = (
        ChangeOrder.objects.select_related("asked_by")
        .filter(assignment=at.row, engagement=at.row.engagement, pk=order_id)
        .first()
    )
    if order is None or not order.is_open:
        raise WrongState("This order of extra work is no longer open.")
    return order


def scope_with(row: Assignment, what: str) -> str:
    """The description of work with the extra work at its end."""
    return f"{row.description.rstrip()}\n\nExtra work: {what.strip()}"


def _none_open(opened: Change) -> None:
    """Words are agreed one after the other: an open proposal repeats the scope as a whole and would undo the extra."""
    if ChangeOrder.objects.filter(assignment=opened.row, state=RequestState.OPEN).exists():
        opened.pass_over_repeat("order_change")
        raise Conflict("An order of extra work is open already. It has to be answered first.")
    if ScopeProposal.objects.filter(assignment=opened.row, state=RequestState.OPEN).exists():
        raise Conflict("The client proposes a change of scope. Answer that first.")


def _new(opened: Change, extra: Extra, actor: User) -> ChangeOrder:
    row, what = opened.row, extra.what.strip()
    if not what:
        raise Invalid("Describe the extra work.", "what")
    if len(what) > LONGEST_WORDS or len(scope_with(row, what)) > LONGEST_SCOPE:
        raise Invalid("The description of work would become too long. Say it in fewer words.", "what")
    amount = worth(row.terms, Ask("increase", what, extra.amount_minor, extra.add_minutes, extra.add_units))
    if not 0 < amount <= LARGEST_MINOR or row.worker_most.minor + amount > LARGEST_MINOR:
        raise Invalid("Enter an amount above zero.", "amount")
    if row.engagement is None:
        raise Conflict("Nobody is assigned.")
    order = ChangeOrder(
        assignment=row,
        engagement=row.engagement,
        what=what,
        amount_minor=amount,
        add_minutes=extra.add_minutes,
        add_units=extra.add_units,
        asked_by=actor,
        asked_at=opened.now,
    )
    default = default_of(row)
    freeze(order, default)
    order.due_at = default.due(opened.now)
    return order


def _default_first(pk: int, order_id: int) -> None:
    """An answer that comes after the time: the default answers at once, as the sweep would. Raises Conflict."""
    late = ChangeOrder.objects.filter(assignment_id=pk, pk=order_id, state=RequestState.OPEN)
    if late.filter(due_at__lte=clock.now()).exists() and time_out_change(pk, order_id):
        raise Conflict(TIME_IS_OVER)


def _way(opened: Change, order: ChangeOrder, actor: User, link_id: int | None) -> str:
    """How the answer came; a link is spent by it. Raises Conflict."""
    if opened.now >= order.due_at:
        raise Conflict(TIME_IS_OVER)
    if link_id is None:
        return AnsweredBy.PAGE
    answer_links.spend(link_id, order, actor, opened.now)
    return AnsweredBy.LINK


def _put(row: Assignment, order: ChangeOrder) -> None:
    """The row as the order makes it: its words in the scope, its price in the terms."""
    row.description = scope_with(row, order.what)
    row.set_terms(
        increased(
            row.terms,
            amount_minor=order.amount_minor,
            add_minutes=order.add_minutes,
            add_units=order.add_units,
        )
    )


def _over_default(opened: Change, order: ChangeOrder) -> str:
    """Why the default declines it; empty where it approves."""
    default = kept(order, opened.row.currency)
    if not default.approves:
        return "Nobody answered in time."
    if order.amount_minor > default.limit.minor:
        return f"Nobody answered in time, and it is above the {default.limit} that are approved without an answer."
    return ""


def _short(opened: Change, order: ChangeOrder) -> str:
    """Put it on the row and set the money aside; if that cannot be, the row is as before and this says so.

    The sentence is for both sides, so it tells no figure of the client's.
    """
    row = opened.row
    before = row.description, row.terms
    _put(row, order)
    owner = Member.objects.select_related("user").filter(client=row.client_id, user=row.owner_id).first()
    refused = over_limit(owner, row.cost_most.total)
    if refused is None:
        try:
            with transaction.atomic():
                funds.resize(opened)
            return ""
        except InsufficientFunds:
            pass
    row.description = before[0]
    row.set_terms(before[1])
    return "Nobody answered in time, and the client's funds or budget do not cover it."


def _approved(opened: Change, order: ChangeOrder, actor: User | None, by: str) -> None:
    order.approve(actor)
    order.answered_by = by
    order.save(update_fields=["state", "decided_by", "decided_at", "answered_by"])
    deadlines.give_time(opened.row, opened.now)
    amendment = amend(
        opened,
        Amendment.Kind.CHANGE_ORDER,
        source_id=order.pk,
        proposed_by=order.asked_by,
        accepted_by=actor,
    )
    opened.record(
        "assignment.change_approved",
        text=order.what,
        amount=_worth(order, opened.row),
        way=by,
        agreement=named(amendment),
    )


def _declined(opened: Change, order: ChangeOrder, actor: User | None, by: str, reason: str) -> None:
    order.decline(actor, reason)
    order.answered_by = by
    order.save(update_fields=["state", "decided_by", "decided_at", "decline_reason", "answered_by"])
    deadlines.give_time(opened.row, opened.now)
    opened.record(
        "assignment.change_declined",
        text=order.what,
        amount=_worth(order, opened.row),
        way=by,
        reason=reason,
    )


def _worth(order: ChangeOrder, row: Assignment) -> Money:
    return row.money(order.amount_minor)
