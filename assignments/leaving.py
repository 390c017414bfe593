"""When which reason for removing a worker is true (domain.md 4.10): facts decide, so that no card gets what was not.

Asked by the page, which offers only what holds, and by the door under its lock, which refuses the rest in words.
"""

from dataclasses import dataclass
from datetime import datetime

from assignments import deadlines
from assignments.models import Assignment, Standby
from assignments.pricing import Terms, cost
from assignments.standby import open_of
from assignments.states import OWN_FAULT, State, UnassignReason
from common.money import Money
from common.when import instant

FOR_CLIENTS = tuple(one for one in UnassignReason if one != UnassignReason.NOT_CONFIRMED)
"""Not Confirmed is only said by Onsite, when a standby steps in."""
NEUTRAL = "It has no effect on the worker's card."


def objection(row: Assignment, reason: str, now: datetime) -> str:
    """Why this reason cannot be said now; empty when it can. Reasons that blame nobody always can, but for the hold."""
    if reason == UnassignReason.HOLD_UNANSWERED:
        return (
            ""
            if _waits_after_hold(row)
            else "No date after a hold waits for an answer. Choose another reason."
        )
    if reason in OWN_FAULT and _waits_after_hold(row):
        return "The worker has not answered the new date yet, and need not accept it. Choose another reason."
    if reason == UnassignReason.NO_SHOW:
        return _no_show(row, now)
    if reason == UnassignReason.WORKER_ABANDONED and not (row.state == State.IN_PROGRESS or row.has_check_in):
        return "The work has not begun, so nobody left it. Choose “No-show” or another reason."
    if reason == UnassignReason.WORKER_CANCELLED and row.has_check_in:
        return "The worker came and checked in. Choose “Worker abandoned” or another reason."
    return ""


def _waits_after_hold(row: Assignment) -> bool:
    return row.state == State.ON_HOLD and row.hold_lifted_at is not None


def _no_show(row: Assignment, now: datetime) -> str:
    if row.has_check_in:
        return "The worker has checked in, so it is no no-show. Choose another reason."
    if not row.checkin_required:
        return "No check-in is asked here, so nobody can tell who came. Choose another reason."
    if row.state != State.ASSIGNED or row.start_at is None:
        return "A no-show can be reported only while the work waits for its check-in."
    opens = deadlines.no_show_from(*_schedule(row))
    if now < opens:
        return f"The worker can still come. A no-show can be reported from {instant(opens, row.time_zone)}."
    return ""


def _schedule(row: Assignment) -> tuple[str, datetime, datetime | None]:
    assert row.start_at is not None  # noqa: S101 (asked before)
    return row.schedule_kind, row.start_at, row.window_end_at


def choices(row: Assignment, now: datetime) -> list[tuple[str, str]]:
    """The reasons that hold now, for the form; those that count on the card say so."""
    found = []
    for reason in FOR_CLIENTS:
        if not objection(row, reason, now):
            counts = " (counts on the worker's card)" if reason in OWN_FAULT else ""
            found.append((reason.value, f"{reason.label}{counts}"))
    return found


def opens_later(row: Assignment, now: datetime) -> str:
    """What the page says of a no-show that cannot be reported yet; empty where there is nothing to say."""
    is_ahead = row.state == State.ASSIGNED and row.checkin_required and not row.has_check_in
    return objection(row, UnassignReason.NO_SHOW, now) if is_ahead and row.start_at else ""


def is_late_notice(row: Assignment, now: datetime) -> bool:
    """Whether leaving now is late: less than 24 hours before the start. On hold no start is near (D1)."""
    if row.start_at is None or row.state == State.ON_HOLD:
        return False
    return row.start_at - now < deadlines.LATE_NOTICE


@dataclass(frozen=True, slots=True)
class Price:
    """What offering it again at one price means for the client, with the fee; `freed` may be below zero."""

    key: str
    name: str
    terms: Terms
    reserved: Money
    freed: Money


def prices(row: Assignment, reserved: Money) -> list[Price]:
    """The posted and the agreed price with their effect on the money set aside; one of them where they are alike.

    Approved expenses and a bonus end with the worker either way.
    """
    posted = Terms(**row.posted_terms) if row.posted_terms else row.terms
    named = [("original", "The posted price", posted), ("present", "Keep the agreed price", row.terms)]
    if posted == row.terms:
        named = [("original", "The price stays", posted)]
    found = []
    for key, name, terms in named:
        total = cost(terms.budget, row.fee_bps).total
        found.append(Price(key, name, terms, total, reserved - total))
    return found


def replacement(row: Assignment) -> Standby | None:
    """The standby who would step in at once; on hold nobody does, because there is no date to come."""
    found = open_of(row.pk) if row.state in (State.ASSIGNED, State.IN_PROGRESS) else None
    return found if found and found.is_ready else None
