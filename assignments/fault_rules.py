"""How fault is attributed (N5): one table of written rules over what the history says. Pure.

The log of one worker's time on an assignment, from being assigned to the event, is all that a rule reads, so that
replaying a history gives the same entries (`replay`). Of the rules of a kind the first one that applies decides. Users
read `words` as they stand here; `version` grows when they or the condition change.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from assignments.fault_causes import (
    Cause,
    Log,
    Logged,
    after_hold,
    after_problem,
    always,
    asked_again,
    before_start,
    delay_of,
    held_for,
    left_on_hold,
    noticed,
    problem_cause,
    problem_of,
    reason_is,
    was_there,
    weather_hold,
)
from assignments.fault_states import FaultKind, Party

START = "assignment.assigned"
"""The entry with which a worker's time begins."""


@dataclass(frozen=True, slots=True)
class FaultRule:
    """One line of the table. `party` is empty where the cause named in the log decides."""

    key: str
    title: str
    kinds: frozenset[FaultKind]
    party: str
    words: str
    applies: Callable[[Log, Logged], Cause | None]
    version: int = 1

    @property
    def tag(self) -> str:
        """ "late_hold, rule 1": how entries name the rule for ever, whatever its title becomes."""
        return f"{self.key}, rule {self.version}"

    @property
    def named(self) -> str:
        """Whose it is, for the page of the rules."""
        return Party(self.party).label if self.party else "By its reason"


@dataclass(frozen=True, slots=True)
class Attribution:
    """What a rule says of one event. `entries` are the ids of the history that it rests on, the event last."""

    kind: FaultKind
    party: str
    rule: FaultRule
    at: datetime
    due_at: datetime | None
    entries: tuple[int, ...]


# --- the table

_LATE, _FILES = frozenset({FaultKind.LATE}), frozenset({FaultKind.FILES})
_CAME_LATE = _LATE | _FILES
_ABSENT = frozenset({FaultKind.NO_SHOW, FaultKind.ABANDONED})
_SAID = frozenset({FaultKind.WORKER_CANCELLED})
_REMOVED = frozenset({FaultKind.REMOVED})
_HOLD, _PROBLEM = frozenset({FaultKind.HOLD}), frozenset({FaultKind.PROBLEM})
_BACK_OUT, _CANCELLED = frozenset({FaultKind.BACK_OUT}), frozenset({FaultKind.CLIENT_CANCELLED})

RULES: tuple[FaultRule, ...] = (
    # came late
    FaultRule(
        "late_hold",
        "Late after a hold",
        _CAME_LATE,
        "",
        "The work was on hold at some time in the 24 hours before it was due. The reason of the hold decides: site not "
        "ready and no access are the site's, parts not available are missing parts, weather is the weather's, all "
        "others are the client's.",
        after_hold,
    ),
    FaultRule(
        "late_problem",
        "Late after a reported problem",
        _CAME_LATE,
        "",
        "In the 24 hours before it was due the worker had reported that the site is not ready, that there is no "
        "access, that parts are missing, or that the scope differs. The kind of the problem decides; the other kinds "
        "excuse nothing.",
        after_problem,
    ),
    FaultRule(
        "late_client_delay",
        "The client announced a delay",
        _LATE,
        Party.CLIENT,
        "The client had announced a delay in the 24 hours before the check-in was due.",
        delay_of("client", Party.CLIENT),
    ),
    FaultRule(
        "late_announced",
        "The worker announced the delay",
        _LATE,
        Party.WORKER,
        "The worker had announced the delay before the check-in was due. It still is the worker's: only a new date "
        "that the client accepts moves the start.",
        delay_of("worker", Party.WORKER),
    ),
    FaultRule(
        "late_own",
        "Late without a known cause",
        _LATE,
        Party.WORKER,
        "No check-in was made by the last instant that is on time, and nothing in the history explains it.",
        always(Party.WORKER),
    ),
    FaultRule(
        "files_asked_again",
        "A file was asked for again",
        _FILES,
        Party.NOBODY,
        "The files were there by the time agreed, and the client asked for one again afterwards.",
        asked_again,
    ),
    FaultRule(
        "files_own",
        "Files late without a known cause",
        _FILES,
        Party.WORKER,
        "Files were missing at the time agreed, and nothing in the history explains it.",
        always(Party.WORKER),
    ),
    # the worker left
    FaultRule(
        "back_out_notice",
        "Cancelled with notice",
        _BACK_OUT,
        Party.NOBODY,
        "The worker cancelled 24 hours or more before the start.",
        noticed,
    ),
    FaultRule(
        "back_out_ill",
        "Cancelled at short notice: illness",
        _BACK_OUT,
        Party.NOBODY,
        "The worker cancelled less than 24 hours before the start and named illness. Onsite asks for no certificate: a "
        "client who doubts it contests.",
        reason_is("ill", Party.NOBODY),
    ),
    FaultRule(
        "back_out_scope",
        "Cancelled at short notice: scope",
        _BACK_OUT,
        Party.CLIENT,
        "The worker cancelled less than 24 hours before the start because the scope is not what was posted.",
        reason_is("scope", Party.CLIENT),
    ),
    FaultRule(
        "back_out_late",
        "Cancelled at short notice",
        _BACK_OUT,
        Party.WORKER,
        "The worker cancelled less than 24 hours before the start for a reason on the own side: vehicle trouble, "
        "another appointment, or another one.",
        always(Party.WORKER),
    ),
    # the client removed the worker
    FaultRule(
        "removed_on_hold",
        "Removed on hold",
        _SAID | _ABSENT | _REMOVED,
        Party.NOBODY,
        "The work was on hold when the client removed the worker: there was no start to keep.",
        left_on_hold,
    ),
    FaultRule(
        "said_notice",
        "Cancelled with notice, as the client says",
        _SAID,
        Party.NOBODY,
        "The client says that the worker cancelled, 24 hours or more before the start.",
        noticed,
    ),
    FaultRule(
        "said_late",
        "Cancelled at short notice, as the client says",
        _SAID,
        Party.WORKER,
        "The client says that the worker cancelled, less than 24 hours before the start or after it.",
        always(Party.WORKER),
    ),
    FaultRule(
        "absent_early",
        "Absent before the start",
        _ABSENT,
        Party.NOBODY,
        "The client says that the worker did not come or left, but the start had not come yet and the worker had not "
        "checked in: nobody can be absent from it.",
        before_start,
    ),
    FaultRule(
        "absent_problem",
        "Absent after a reported problem",
        _ABSENT,
        "",
        "The client says that the worker did not come or left. In the 24 hours before, the worker had reported "
        "that the site is not ready, that there is no access, that parts are missing, or that the scope differs. The "
        "kind of the problem decides; the other kinds excuse nothing.",
        after_problem,
    ),
    FaultRule(
        "no_show_was_there",
        "Did not come, yet checked in",
        frozenset({FaultKind.NO_SHOW}),
        Party.NOBODY,
        "The client says that the worker did not come, and the history has a check-in.",
        was_there,
    ),
    FaultRule(
        "no_show_own",
        "Did not come",
        frozenset({FaultKind.NO_SHOW}),
        Party.WORKER,
        "The start had passed, the history has no check-in, and the client says that the worker did not come.",
        always(Party.WORKER),
    ),
    FaultRule(
        "abandoned_own",
        "Left the work",
        frozenset({FaultKind.ABANDONED}),
        Party.WORKER,
        "The start had passed or the worker had checked in, and the client says that the worker did not come, did not "
        "call, or left the site.",
        always(Party.WORKER),
    ),
    FaultRule(
        "removed_notice",
        "Removed with notice",
        _REMOVED,
        Party.NOBODY,
        "The client removed the worker for another reason, 24 hours or more before the start.",
        noticed,
    ),
    FaultRule(
        "removed_schedule",
        "Removed: the schedule does not fit",
        _REMOVED,
        Party.NOBODY,
        "The client removed the worker because the schedule does not fit.",
        reason_is("schedule_conflict", Party.NOBODY),
    ),
    FaultRule(
        "removed_late",
        "Removed at short notice",
        _REMOVED,
        Party.CLIENT,
        "The client removed the worker for a reason on the own side, less than 24 hours before the start or after it.",
        always(Party.CLIENT),
    ),
    # the client cancelled
    FaultRule(
        "cancel_notice",
        "Cancelled by the client with notice",
        _CANCELLED,
        Party.NOBODY,
        "The client cancelled 24 hours or more before the start, and the worker had not checked in.",
        noticed,
    ),
    FaultRule(
        "cancel_weather",
        "Cancelled by the client: weather",
        _CANCELLED,
        Party.WEATHER,
        "The client cancelled while the work was on hold for the weather.",
        weather_hold,
    ),
    FaultRule(
        "cancel_late",
        "Cancelled by the client at short notice",
        _CANCELLED,
        Party.CLIENT,
        "The client cancelled less than 24 hours before the start, after it, or after the worker had checked in. The "
        "reason that the client gives does not change it.",
        always(Party.CLIENT),
    ),
    # the work stood still
    FaultRule(
        "hold_site",
        "Hold: the site",
        _HOLD,
        Party.SITE,
        "The client put the work on hold: site not ready, or no access to the site.",
        held_for(Party.SITE),
    ),
    FaultRule(
        "hold_parts",
        "Hold: parts",
        _HOLD,
        Party.PARTS,
        "The client put the work on hold: parts not available.",
        held_for(Party.PARTS),
    ),
    FaultRule(
        "hold_weather",
        "Hold: weather",
        _HOLD,
        Party.WEATHER,
        "The client put the work on hold: weather.",
        held_for(Party.WEATHER),
    ),
    FaultRule(
        "hold_client",
        "Hold: the client's own reason",
        _HOLD,
        Party.CLIENT,
        "The client put the work on hold because the customer asked to wait, or for another reason.",
        held_for(Party.CLIENT),
    ),
    FaultRule(
        "problem_site",
        "Problem: the site",
        _PROBLEM,
        Party.SITE,
        "The worker reported that the site is not ready, or that there is no access to it.",
        problem_of(Party.SITE),
    ),
    FaultRule(
        "problem_parts",
        "Problem: parts",
        _PROBLEM,
        Party.PARTS,
        "The worker reported that parts are missing or wrong.",
        problem_of(Party.PARTS),
    ),
    FaultRule(
        "problem_scope",
        "Problem: scope",
        _PROBLEM,
        Party.CLIENT,
        "The worker reported that the scope is not what was posted. Safety, equipment and other problems are not "
        "recorded: their kind does not say whose they are.",
        problem_of(Party.CLIENT),
    ),
)
BY_KEY: dict[str, FaultRule] = {rule.key: rule for rule in RULES}


def title_of(key: str) -> str:
    """A rule in words: "Late after a hold". The key for a rule that is no longer in the table."""
    return BY_KEY[key].title if key in BY_KEY else key


UNASSIGNED: dict[str, FaultKind] = {
    "worker_cancelled": FaultKind.WORKER_CANCELLED,
    "worker_abandoned": FaultKind.ABANDONED,
    "no_show": FaultKind.NO_SHOW,
}


def kind_of(event: Logged) -> FaultKind | None:
    """What went wrong with this entry; None for the many entries of which nothing is recorded."""
    match event.kind:
        case "assignment.late" | "assignment.checked_in":
            return FaultKind.LATE if event.due_at else None
        case "assignment.deliverables_late" | "assignment.delivered":
            return FaultKind.FILES if event.due_at else None
        case "assignment.backed_out":
            return FaultKind.BACK_OUT
        case "assignment.unassigned":
            return UNASSIGNED.get(event.reason, FaultKind.REMOVED)
        case "assignment.cancelled":
            return FaultKind.CLIENT_CANCELLED if _is_clients_cancel(event) else None
        case "assignment.held":
            return FaultKind.HOLD
        case "assignment.problem_reported":
            return FaultKind.PROBLEM if event.role == "worker" and problem_cause(event) else None
    return None


def _is_clients_cancel(event: Logged) -> bool:
    """A worker was on it, and it is no decision of a dispute."""
    return event.role == "client" and "has_arrived" in event.facts


def attribute(log: Log) -> Attribution | None:
    """What the rules say of the newest entry of a worker's log; None where nothing went wrong by it."""
    event = log[-1]
    kind = kind_of(event)
    if kind is None:
        return None
    for rule in RULES:
        cause = rule.applies(log, event) if kind in rule.kinds else None
        if cause is not None:
            ids = (*(one.pk for one in cause.entries), event.pk)
            return Attribution(kind, str(cause.party), rule, event.at, event.due_at, ids)
    return None


def replay(entries: Iterable[Logged]) -> list[Attribution]:
    """All attributions of an assignment's whole history, oldest first.

    What came late is told once for each time by which it was due: by the clock, or by the late act if that was first.
    """
    log: list[Logged] = []
    known: set[tuple[FaultKind, datetime]] = set()
    found = []
    for one in entries:
        if one.kind == START:
            log, known = [], set()
        log.append(one)
        said = attribute(log)
        if said is None:
            continue
        if said.due_at is not None:
            if (said.kind, said.due_at) in known:
                continue
            known.add((said.kind, said.due_at))
        found.append(said)
    return found


CONTEST_WITHIN = timedelta(days=7)
"""How long either side may contest, and how long the other side then has to answer."""
REMIND_EVERY = timedelta(days=3)
"""How often Onsite's admins are reminded of a contested entry that waits for them."""
