"""Another amount for a money request: the client offers less, once, and the worker answers (domain.md 4.7).

Less only: who would give more approves the request and adds money. The request stays open while the offer waits: the
client may still approve it as asked or decline it, the worker may withdraw it. Only the worker can accept the offer.
"""

from dataclasses import dataclass

from accounts.models import User
from assignments import deadlines
from assignments.actions import funds
from assignments.actions.door import Change, change
from assignments.actions.money import Ask, grant, granted, open_request, worth
from assignments.actions.sheets import amend, named
from assignments.checks import over_limit
from assignments.models import MoneyRequest
from assignments.policies import can
from assignments.pricing import cost
from assignments.standing import Facts
from clients.queries import membership
from common.errors import Conflict, Invalid
from ledger.errors import InsufficientFunds

NOT_NOW = "The client cannot set this amount aside at the moment. Your request stays open; the client can answer it."


@dataclass(frozen=True, slots=True)
class Counter:
    """What is offered: an amount; or minutes or units, where these were asked."""

    reason: str
    amount_minor: int = 0
    add_minutes: int = 0
    add_units: int = 0


def counter_money(pk: int, request_id: int, counter: Counter, *, actor: User) -> None:
    """Offer less than was asked. Raises Invalid, Conflict when it is decided or was countered, InsufficientFunds."""
    if not counter.reason.strip():
        raise Invalid("Enter a reason. The worker will read it.", "reason")
    with change(pk, "counter_money", actor=actor) as opened:
        request = to_counter(opened, request_id)
        request.counter_minor = _offered(opened, request, counter)
        request.counter_minutes, request.counter_units = counter.add_minutes, counter.add_units
        request.counter_reason, request.countered_by, request.countered_at = (
            counter.reason,
            actor,
            opened.now,
        )
        request.save()
        deadlines.give_time(opened.row, opened.now)
        opened.record(
            "assignment.money_countered",
            what=request.kind,
            amount=opened.row.money(request.counter_minor),
            asks=granted(request, opened.row),
            reason=counter.reason,
        )


def accept_counter(pk: int, request_id: int, *, actor: User) -> None:
    """The worker takes the offer: it is granted at that amount, if the client still may and can. Raises Conflict."""
    with change(pk, "decide_counter", actor=actor) as opened:
        request = to_answer(opened, request_id)
        request.approve(actor)
        request.counter_accepted = True
        request.save()
        grant(opened, request)
        _check_offerer(opened, request)
        try:
            funds.resize(opened)
        except InsufficientFunds as short:  # how much is missing is the client's own
            raise Conflict(NOT_NOW) from short
        deadlines.give_time(opened.row, opened.now)
        offerer = request.countered_by or opened.row.owner
        amendment = amend(opened, request.kind, source_id=request.pk, proposed_by=offerer, accepted_by=actor)
        opened.record(
            "assignment.counter_accepted",
            what=request.kind,
            amount=granted(request, opened.row),
            agreement=named(amendment),
        )


def decline_counter(pk: int, request_id: int, *, actor: User, reason: str = "") -> None:
    """The worker does not take it: the request is declined, and may be asked anew."""
    with change(pk, "decide_counter", actor=actor) as opened:
        request = to_answer(opened, request_id)
        request.decline(actor, reason)
        request.save()
        deadlines.give_time(opened.row, opened.now)
        opened.record(
            "assignment.counter_declined",
            what=request.kind,
            amount=opened.row.money(request.counter_minor or 0),
            reason=reason,
        )


def to_counter(at: Facts, request_id: int) -> MoneyRequest:
    """A request to which nothing was offered yet: there is one round. Raises Conflict."""
    request = open_request(at, request_id)
    if request.is_countered:
        raise Conflict("Another amount was offered already. The worker has to answer it first.")
    return request


def to_answer(at: Facts, request_id: int) -> MoneyRequest:
    """A request whose offer waits for the worker. Raises Conflict."""
    request = open_request(at, request_id)
    if not request.is_countered:
        raise Conflict("No other amount was offered.")
    return request


def _offered(opened: Change, request: MoneyRequest, counter: Counter) -> int:
    """What the offer is worth to the worker. It can be granted now, or it is no offer."""
    ask = Ask(request.kind, "", counter.amount_minor, counter.add_minutes, counter.add_units)
    offered = worth(opened.row.terms, ask)
    field = "add_minutes" if request.add_minutes else "add_units" if request.add_units else "amount"
    if not 0 < offered < request.amount_minor:
        asked = opened.row.money(request.amount_minor)
        raise Invalid(f"Enter less than the {asked} that were asked, and more than zero.", field)
    row = opened.row
    after = cost(row.worker_most + row.money(offered), row.fee_bps)
    refused = over_limit(opened.standing.member, after.total)
    if refused:
        raise Invalid(refused.sentence, field)
    return offered


def _check_offerer(opened: Change, request: MoneyRequest) -> None:
    """The offer stands as long as who made it may grant it, within the own maximum budget (decisions.md D18)."""
    offerer = request.countered_by
    may = offerer is not None and can(offerer, "counter_money", opened.row)
    if offerer is None or not may or over_limit(membership(offerer), opened.row.cost_most.total):
        raise Conflict("Who offered it may no longer grant it. Ask the client to answer your request again.")
