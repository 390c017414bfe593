"""What a history says about a cause: the conditions of the rules of fault (fault_rules.py). Pure.

Each condition looks at the log of one worker's time on an assignment, the event last, and gives the cause and the
entries that say so, or None where it does not apply.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assignments import deadlines
from assignments.fault_states import Party
from assignments.states import ProblemKind

HOLD_CAUSES: dict[str, str] = {
    "site_not_ready": Party.SITE,
    "no_access": Party.SITE,
    "parts_not_available": Party.PARTS,
    "weather": Party.WEATHER,
    "customer_request": Party.CLIENT,
}
"""Reason of a hold -> whose it is; any other reason is the client's own."""
PROBLEM_CAUSES: dict[str, str] = {
    ProblemKind.SITE_NOT_READY: Party.SITE,
    ProblemKind.ACCESS: Party.SITE,
    ProblemKind.PARTS: Party.PARTS,
    ProblemKind.SCOPE: Party.CLIENT,
    ProblemKind.SAFETY: "",
    ProblemKind.EQUIPMENT: "",
    ProblemKind.OTHER: "",
}
"""Kind of a reported problem -> whose it is. "" where the kind alone does not say whose: unsafe work, broken tools and
"something else" may be either side's. Those are not recorded and excuse nothing; what follows can be contested."""


@dataclass(frozen=True, slots=True)
class Logged:
    """One entry of the history, as rules read it. `facts` are revived: instants are datetimes."""

    pk: int
    kind: str
    role: str
    at: datetime
    facts: Mapping[str, Any]

    @property
    def due_at(self) -> datetime | None:
        """The last instant that was in time, for what came late."""
        return self.facts.get("due_at")

    @property
    def reason(self) -> str:
        return str(self.facts.get("reason", ""))


Log = Sequence[Logged]


@dataclass(frozen=True, slots=True)
class Cause:
    """That a rule applies: whose it is, and the entries beside the event that say so."""

    party: str
    entries: tuple[Logged, ...] = ()


# --- what the log says


def _hold_before(log: Log, moment: datetime) -> Logged | None:
    """The hold that was on at some time in the 24 hours before; the newest of several."""
    found, running = None, None
    for one in log:
        if one.at > moment:
            break
        if one.kind == "assignment.held":
            running = one
        elif one.kind == "assignment.resumed" and running is not None:
            found = running if one.at > moment - deadlines.LATE_NOTICE else found
            running = None
    return running or found


def _problem_before(log: Log, moment: datetime) -> tuple[Logged, str] | None:
    """The newest problem with a known cause that the worker reported in the 24 hours before."""
    for one in reversed(log):
        if one.kind == "assignment.problem_reported" and one.role == "worker":
            cause = problem_cause(one)
            if cause and moment - deadlines.LATE_NOTICE < one.at <= moment:
                return one, cause
    return None


def problem_cause(event: Logged) -> str:
    """Whose a reported problem is; "" where its kind names nobody."""
    return PROBLEM_CAUSES.get(str(event.facts.get("kind", "")), "")


def _has(log: Log, kind: str) -> bool:
    return any(one.kind == kind for one in log)


def _has_arrived(log: Log, event: Logged) -> bool:
    return bool(event.facts.get("has_arrived")) or _has(log, "assignment.checked_in")


def _with_notice(event: Logged) -> bool:
    start = event.facts.get("start_at")
    return start is None or start - event.at >= deadlines.LATE_NOTICE


def _on_hold_now(log: Log) -> Logged | None:
    held = None
    for one in log:
        if one.kind == "assignment.held":
            held = one
        elif one.kind == "assignment.resumed":
            held = None
    return held


# --- conditions


def _moment(event: Logged) -> datetime:
    return event.due_at or event.at


def after_hold(log: Log, event: Logged) -> Cause | None:
    held = _hold_before(log, _moment(event))
    return Cause(HOLD_CAUSES.get(held.reason, Party.CLIENT), (held,)) if held else None


def after_problem(log: Log, event: Logged) -> Cause | None:
    found = _problem_before(log, _moment(event))
    return Cause(found[1], (found[0],)) if found else None


def delay_of(side: str, party: str) -> Callable[[Log, Logged], Cause | None]:
    def applies(log: Log, event: Logged) -> Cause | None:
        moment = _moment(event)
        said = [
            one
            for one in log
            if one.kind == "assignment.delay_reported"
            and one.role == side
            and moment - deadlines.LATE_NOTICE < one.at <= moment
        ]
        return Cause(party, (said[-1],)) if said else None

    return applies


def asked_again(log: Log, event: Logged) -> Cause | None:
    later = [
        one
        for one in log
        if one.kind == "assignment.deliverable_rejected" and event.due_at and one.at >= event.due_at
    ]
    return Cause(Party.NOBODY, (later[-1],)) if later else None


def noticed(log: Log, event: Logged) -> Cause | None:
    return Cause(Party.NOBODY) if _with_notice(event) and not _has_arrived(log, event) else None


def reason_is(reason: str, party: str) -> Callable[[Log, Logged], Cause | None]:
    return lambda log, event: Cause(party) if event.reason == reason else None


def left_on_hold(log: Log, event: Logged) -> Cause | None:
    held = _on_hold_now(log)
    return Cause(Party.NOBODY, (held,)) if held else None


def before_start(log: Log, event: Logged) -> Cause | None:
    start = event.facts.get("start_at")
    is_early = start is not None and event.at < start and not _has_arrived(log, event)
    return Cause(Party.NOBODY) if is_early else None


def was_there(log: Log, event: Logged) -> Cause | None:
    found = [one for one in log if one.kind == "assignment.checked_in"]
    return Cause(Party.NOBODY, (found[0],)) if found else None


def weather_hold(log: Log, event: Logged) -> Cause | None:
    held = _on_hold_now(log)
    return Cause(Party.WEATHER, (held,)) if held and held.reason == "weather" else None


def held_for(party: str) -> Callable[[Log, Logged], Cause | None]:
    def applies(log: Log, event: Logged) -> Cause | None:
        return Cause(party) if HOLD_CAUSES.get(event.reason, Party.CLIENT) == party else None

    return applies


def problem_of(party: str) -> Callable[[Log, Logged], Cause | None]:
    return lambda log, event: Cause(party) if problem_cause(event) == party else None


def always(party: str) -> Callable[[Log, Logged], Cause | None]:
    return lambda log, event: Cause(party)
