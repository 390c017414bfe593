"""More money for the worker: asked, decided, or added unasked (S11, S12, S19-S21; domain.md 4.7)."""

from dataclasses import dataclass, replace
from typing import Any

from accounts.models import User
from assignments import deadlines
from assignments.actions import funds
from assignments.actions.door import Change, change
from assignments.actions.sheets import amend, named
from assignments.checks import over_limit
from assignments.models import Assignment, MoneyRequest
from assignments.pricing import Terms
from assignments.standing import Facts
from assignments.states import MoneyKind, PricingType, RequestState
from clients.models import Member
from common.errors import Conflict, Invalid
from common.money import LARGEST_MINOR, Money, half_up
from common.uploads import CheckedUpload


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked: an amount; or for an increase of hourly or unit work, minutes or units more."""

    kind: str
    reason: str
    amount_minor: int = 0
    add_minutes: int = 0
    add_units: int = 0


def request_money(
    pk: int, ask: Ask, *, actor: User, receipt: Any = None, checked: CheckedUpload | None = None
) -> MoneyRequest:
    """Ask the client. One open request of a kind. Raises Invalid or Conflict."""
    with change(pk, f"request_{ask.kind}", actor=actor) as opened:
        request = _new(opened, ask)
        if receipt is not None and checked is not None:
            request.receipt, request.receipt_name, request.receipt_type = (
                receipt,
                checked.name,
                checked.content_type,
            )
        request.save()
        opened.record(
            "assignment.money_requested",
            what=ask.kind,
            amount=granted(request, opened.row),
            reason=ask.reason,
        )
    return request


def withdraw_money(pk: int, request_id: int, *, actor: User) -> None:
    """The worker takes an open request back."""
    with change(pk, "withdraw_money", actor=actor) as opened:
        request = open_request(opened, request_id)
        request.withdraw()
        request.save(update_fields=["state", "decided_at"])
        deadlines.give_time(opened.row, opened.now)
        opened.record("assignment.money_withdrawn", what=request.kind, amount=granted(request, opened.row))


def approve_money(pk: int, request_id: int, *, actor: User) -> None:
    """Grant it: the price or the sums change and the money is set aside. Raises InsufficientFunds or Invalid."""
    with change(pk, "decide_money", actor=actor) as opened:
        request = open_request(opened, request_id)
        request.approve(actor)
        request.save()
        grant(opened, request)
        check_limit(opened)
        funds.resize(opened)
        deadlines.give_time(opened.row, opened.now)
        amendment = amend(
            opened,
            request.kind,
            source_id=request.pk,
            proposed_by=request.asked_by,
            accepted_by=actor,
        )
        opened.record(
            "assignment.money_approved",
            what=request.kind,
            amount=granted(request, opened.row),
            agreement=named(amendment),
        )


def decline_money(pk: int, request_id: int, *, actor: User, reason: str) -> None:
    """Say no, with a reason that the worker reads."""
    if not reason.strip():
        raise Invalid("Enter a reason. The worker will read it.", "reason")
    with change(pk, "decide_money", actor=actor) as opened:
        request = open_request(opened, request_id)
        request.decline(actor, reason)
        request.save()
        deadlines.give_time(opened.row, opened.now)
        opened.record(
            "assignment.money_declined", what=request.kind, amount=granted(request, opened.row), reason=reason
        )


def add_money(pk: int, ask: Ask, *, actor: User) -> MoneyRequest:
    """The client adds money unasked."""
    with change(pk, "add_money", actor=actor) as opened:
        request = _new(opened, ask)
        request.is_unasked = True
        request.approve(actor)
        request.save()
        grant(opened, request)
        check_limit(opened)
        funds.resize(opened)
        amendment = amend(opened, request.kind, source_id=request.pk, proposed_by=actor, accepted_by=None)
        opened.record(
            "assignment.money_added",
            what=ask.kind,
            amount=granted(request, opened.row),
            reason=ask.reason,
            agreement=named(amendment),
        )
    return request


def increased(terms: Terms, *, amount_minor: int, add_minutes: int, add_units: int) -> Terms:
    """The terms after an increase: a flat price grows by the amount, others by their quantity."""
    if terms.pricing_type == PricingType.FLAT:
        return replace(terms, price_minor=terms.price_minor + amount_minor)
    if terms.pricing_type == PricingType.UNIT:
        return replace(terms, max_units=terms.max_units + add_units)
    if terms.pricing_type == PricingType.HOURLY:
        return replace(terms, max_minutes=terms.max_minutes + add_minutes)
    return replace(terms, extra_max_minutes=terms.extra_max_minutes + add_minutes)


def worth(terms: Terms, ask: Ask) -> int:
    """What an ask can cost in worker pay at most, in minor units."""
    if ask.kind != MoneyKind.INCREASE or terms.pricing_type == PricingType.FLAT:
        return ask.amount_minor
    if terms.pricing_type == PricingType.UNIT:
        return terms.price_minor * ask.add_units
    rate = terms.price_minor if terms.pricing_type == PricingType.HOURLY else terms.extra_price_minor
    return half_up(rate * ask.add_minutes, 60)


def _new(opened: Change, ask: Ask) -> MoneyRequest:
    row = opened.row
    if ask.kind not in MoneyKind.values:
        raise Invalid("Choose what the money is for.", "kind")
    if not ask.reason.strip():
        raise Invalid("Enter a reason.", "reason")
    amount = worth(row.terms, ask)
    if not 0 < amount <= LARGEST_MINOR:
        raise Invalid("Enter an amount above zero.", "amount")
    none_open(opened, ask.kind)
    if row.engagement is None:
        raise Conflict("Nobody is assigned.")
    actor = opened.actor
    if not isinstance(actor, User):
        raise Conflict("Only people ask for money.")
    return MoneyRequest(
        assignment=row,
        engagement=row.engagement,
        kind=ask.kind,
        amount_minor=amount,
        add_minutes=ask.add_minutes,
        add_units=ask.add_units,
        reason=ask.reason,
        asked_by=actor,
        asked_at=opened.now,
    )


def grant(opened: Change, request: MoneyRequest) -> None:
    """The row as approving the request makes it; the caller checks the limit and the funds."""
    row = opened.row
    if request.kind == MoneyKind.EXPENSE:
        row.expenses_minor += request.granted_minor
    elif request.kind == MoneyKind.BONUS:
        row.bonus_minor += request.granted_minor
    else:
        row.set_terms(
            increased(
                row.terms,
                amount_minor=request.granted_minor,
                add_minutes=request.granted_minutes,
                add_units=request.granted_units,
            )
        )


def check_limit(opened: Change) -> None:
    """An increase obeys the maximum budget of the person who grants it (domain.md 3.2)."""
    member: Member | None = opened.standing.member
    refused = over_limit(member, opened.row.cost_most.total)
    if refused:
        raise refused


def none_open(at: Facts, kind: str) -> None:
    """Raises Conflict while a request of this kind waits for its decision: there is one at a time."""
    if MoneyRequest.objects.filter(assignment=at.row, kind=kind, state=RequestState.OPEN).exists():
        word = MoneyKind(kind).label.lower()
        article = "An" if word[0] in "aeiou" else "A"
        raise Conflict(f"{article} {word} request is open already. It has to be decided first.")


def open_request(at: Facts, request_id: int) -> MoneyRequest:
    """A request of this assignment that waits for its decision. Raises Conflict."""
    request = MoneyRequest.objects.filter(assignment=at.row, pk=request_id).first()
    if request is None or request.state != RequestState.OPEN:
        raise Conflict("This request is no longer open.")
    return request


def granted(request: MoneyRequest, row: Assignment) -> Money:
    """What it gives, or would give, the worker."""
    return Money(request.granted_minor, row.currency)
