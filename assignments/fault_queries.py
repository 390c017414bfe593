"""Reading the fault record: each side its own entries, and what a page shows of one (N5).

A worker who was removed reads the own entries too: event, times, rule, company, number and title, and nothing else of
the assignment (decisions.md D10). Entries of the history are named by their kind; their notes are not shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from assignments.fault_rules import title_of
from assignments.fault_states import FaultHow, FaultKind, FaultSide, FaultState, Party
from assignments.models import Assignment, Engagement, FaultEntry, FaultStatement
from clients.queries import membership
from common import clock, keyset, when
from timeline.models import Entry
from timeline.presenters import presenter
from workers.models import Worker
from workers.queries import worker_of

SIZE = 25
STATE_KINDS = {FaultState.STANDING: "info", FaultState.CONTESTED: "warn", FaultState.SETTLED: "ok"}
PARTY_KINDS = {Party.WORKER: "bad", Party.CLIENT: "bad"}
ICON = "scale"


@dataclass(frozen=True, slots=True)
class FaultLine:
    """One entry in a list. `other` is the other side's name, `rule` the title of the rule in words."""

    url: str
    record: str
    event: str
    number: str
    title: str
    other: str
    at: datetime
    tz: str
    whose: str
    whose_kind: str
    state: str
    state_kind: str
    note: str
    rule: str
    rule_tag: str


def of_worker(worker: Worker) -> "QuerySet[FaultEntry]":
    """The entries of the worker's own times on assignments."""
    return FaultEntry.objects.filter(engagement__worker=worker)


def of_client(client_id: int) -> "QuerySet[FaultEntry]":
    return FaultEntry.objects.filter(assignment__client_id=client_id)


def visible_to(user: User) -> "QuerySet[FaultEntry]":
    """The entries that this person may read as one of the sides."""
    member, worker = membership(user), worker_of(user)
    mine = Q(assignment__client_id=member.client_id) if member else Q(pk__in=[])
    if worker:
        mine |= Q(engagement__worker=worker)
    return FaultEntry.objects.filter(mine)


def page(
    rows: "QuerySet[FaultEntry]", params: QueryDict, side: str
) -> tuple[list[FaultLine], dict[str, str]]:
    """A page of entries, newest first, and its pager; two queries for any number of rows."""
    rows = rows.select_related("assignment__client", "engagement__worker__user")
    part = keyset.page(rows, "at", params, size=SIZE, descending=True)
    return [line(one, side) for one in part.items], keyset.pager(part, params)


def open_count(rows: "QuerySet[FaultEntry]") -> int:
    """How many of them are not settled."""
    return rows.exclude(state=FaultState.SETTLED).count()


def line(fault: FaultEntry, side: str) -> FaultLine:
    row: Assignment = fault.assignment
    state = FaultState(fault.state)
    return FaultLine(
        url=reverse("assignments:fault", args=[fault.pk]),
        record=fault.number,
        event=str(FaultKind(fault.kind).label),
        number=row.number,
        title=row.title,
        other=str(fault.engagement.worker if side == FaultSide.CLIENT else row.client),
        at=fault.at,
        tz=row.time_zone,
        whose=str(Party(fault.whose).label),
        whose_kind=PARTY_KINDS.get(Party(fault.whose), "info"),
        state=str(state.label),
        state_kind=STATE_KINDS[state],
        note=note(fault),
        rule=title_of(fault.rule),
        rule_tag=fault.rule_tag,
    )


def note(fault: FaultEntry) -> str:
    """Until when something can be said, or how it was settled."""
    tz = fault.assignment.time_zone
    if fault.state == FaultState.STANDING:
        return f"Can be contested until {when.instant(fault.contest_until, tz)}"
    if fault.state == FaultState.SETTLED and fault.settled_at:
        return f"{FaultHow(fault.how).label}, {when.instant(fault.settled_at, tz)}"
    if fault.answered_at or (fault.answer_until and fault.answer_until < clock.now()):
        return "Onsite decides"
    return f"Can be answered until {when.instant(fault.answer_until, tz)}" if fault.answer_until else ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One entry of the history that the rule read: its kind, when, and the side that acted."""

    title: str
    icon: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class FaultPage:
    """One entry for one reader. `side` is the reader's; `may_open` whether the assignment opens for that person."""

    fault: FaultEntry
    side: str
    evidence: list[Evidence]
    statements: list[FaultStatement]
    can_contest: bool = False
    can_answer: bool = False
    can_say: bool = False
    """Whether an answer may still carry a statement."""
    assignment_url: str = ""

    @property
    def line(self) -> FaultLine:
        return line(self.fault, self.side)


def side_of(user: User, fault: FaultEntry) -> str:
    """Of which side this reader is. Colleagues of the company first: a person is never both (standing.py)."""
    member = membership(user)
    if member and member.client_id == fault.assignment.client_id:
        return FaultSide.CLIENT
    return FaultSide.WORKER


def evidence(fault: FaultEntry) -> list[Evidence]:
    """The entries that the rule read, oldest first."""
    entries = Entry.objects.filter(pk__in=fault.evidence).order_by("sequence")
    roles = dict(Entry.Role.choices)
    found = [(presenter(one.kind), one) for one in entries]
    return [Evidence(shown.title, shown.icon, one.at, str(roles[one.role])) for shown, one in found]


def of_engagements(ids: Iterable[int], kinds: frozenset[FaultKind]) -> "QuerySet[FaultEntry]":
    """The entries of these kinds of these times on assignments, oldest first, ready for `line`."""
    rows = FaultEntry.objects.filter(engagement_id__in=list(ids), kind__in=sorted(kinds))
    return rows.select_related("assignment__client", "engagement__worker__user").order_by("pk")


def came_after_all(fault: FaultEntry) -> bool:
    """Whether the first check-in was in time by the facts that count: it was corrected, or the start was moved."""
    part: Engagement = fault.engagement
    came, last = part.first_in_at, part.on_time_until_at
    return fault.kind == FaultKind.LATE and came is not None and last is not None and came <= last


def parts_of(assignment_id: int, **only: Any) -> "QuerySet[FaultEntry]":
    """The entries of one assignment, newest first, for its history page."""
    return FaultEntry.objects.filter(assignment_id=assignment_id, **only).order_by("-at", "-pk")
