"""Acts on many assignments: what each act would do to each row, and why it cannot. Policies and checks are asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, prefetch_related_objects
from django.db.models.functions import Coalesce

from assignments import checks
from assignments.arrears import arrears, refused
from assignments.models import Application, Assignment, Attachment, BulkAct, DraftInvitee
from assignments.policies import CREATORS, refusal
from assignments.routing import NOBODY, Preview, Wave
from assignments.shortlist import LeftOut, sort_out
from assignments.standing import Standing, colleague_standings
from assignments.states import ApplicationState, State
from clients.models import Member
from common.errors import Invalid
from common.money import Money
from ledger.reserve import available
from workers.models import Worker

MOST = 50
"""Assignments of one act (domain.md 3.3)."""


@dataclass(frozen=True, slots=True)
class Words:
    """How pages speak of an act: "Send", "sent", "draft", and what holds for all rows."""

    button: str
    done: str
    noun: str
    lead: str
    danger: bool = False
    is_exact: bool = False
    """Whether the totals are what is paid, and not the most that it can be: another total by now stops the act."""

    def counted(self, count: int) -> str:
        return f"{count} {self.noun}" if count == 1 else f"{count} {self.noun}s"


# Approving is payments' act: that room adds its words, planner and doer (payments/bulk_approving.py).
WORDS: dict[str, Words] = {
    BulkAct.SEND: Words(
        "Send",
        "sent",
        "assignment",
        "Each is sent as it was saved: to the marketplace, to its ticked workers, or both. What it can cost at most "
        "is set aside from your funds.",
    ),
    BulkAct.ROUTE: Words(
        "Send",
        "sent",
        "assignment",
        "All of them go to the same people, whatever each draft says. What it can cost at most is set aside from your "
        "funds.",
    ),
    BulkAct.COPY: Words(
        "Copy",
        "copied",
        "assignment",
        "Each copy is a new draft of yours. It gets everything but the dates, your own number and the worker.",
    ),
    BulkAct.CANCEL: Words(
        "Cancel",
        "cancelled",
        "assignment",
        "They are cancelled without pay, and what was set aside is yours again. This cannot be undone.",
        danger=True,
    ),
    BulkAct.DELETE: Words(
        "Delete",
        "deleted",
        "draft",
        "The drafts and their documents are deleted. This cannot be undone.",
        danger=True,
    ),
}


@dataclass(slots=True)
class Line:
    """One row: what will happen to it and what it costs at most; or the problems that stand against it."""

    row: Assignment
    happens: str = ""
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    total: Money | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The chosen rows in their order. `missing`: how many of them are no longer there, or never were one's own."""

    able: list[Line]
    unable: list[Line]
    missing: int
    total: Money
    short: Money | None = None


def may_act(member: Member) -> bool:
    """Whether the role writes assignments at all; each row is asked for itself."""
    return member.role in CREATORS


def plan(act: str, ids: Sequence[int], member: Member, now: datetime, waves: Sequence[Wave] = ()) -> Plan:
    """What the act would do to each of the company's rows among `ids`, in a constant number of queries.

    `waves` is the routing that all of them would get, for the act that asks it.
    """
    order = {pk: position for position, pk in enumerate(ids)}
    rows = sorted(_rows(member.client_id, ids), key=lambda row: order[row.pk])
    planner = partial(_route, waves=waves) if act == BulkAct.ROUTE else PLANNERS[act]
    lines = planner(rows, colleague_standings(member, rows), member, now)
    able = [line for line in lines if not line.problems]
    currency = member.client.currency
    total = Money.sum((line.total for line in able if line.total), currency)
    return Plan(
        able,
        [line for line in lines if line.problems],
        len(ids) - len(rows),
        total,
        _short(able, member) if act in (BulkAct.SEND, BulkAct.ROUTE) else None,
    )


def _rows(client_id: int, ids: Sequence[int]) -> "QuerySet[Assignment]":
    def counted(rows: "QuerySet[Any]") -> Coalesce:
        of_row = rows.filter(assignment=OuterRef("pk")).order_by().values("assignment")
        return Coalesce(Subquery(of_row.annotate(n=Count("pk")).values("n")[:1]), 0)

    rows = Assignment.objects.filter(client_id=client_id, pk__in=list(ids))
    return rows.select_related("client", "site", "worker__user").annotate(
        applicants=counted(Application.objects.filter(state=ApplicationState.PENDING)),
        files=counted(Attachment.objects.filter(removed_at__isnull=True)),
    )


Standings = dict[int, Standing]


def _judged(rows: list[Assignment], found: Standings, verb: str, now: datetime) -> list[Line]:
    """Each row with what the one table of policies has against it."""
    lines = []
    for row in rows:
        stopped = refusal(found[row.pk], verb, row, now)
        lines.append(Line(row, problems=[stopped.sentence] if stopped else []))
    return lines


def _send(rows: list[Assignment], found: Standings, member: Member, now: datetime) -> list[Line]:
    lines, ready = _sendable(rows, found, member, now)
    invited = _invited(ready, member.client_id)
    for line in ready:
        row = line.row
        able, left_out = invited.get(row.pk, ([], []))
        line.notes = [one.sentence for one in left_out]
        line.happens = _sent_to(row, len(able))
        if not row.is_marketplace and not able:
            line.problems.append(NOBODY)
    return lines


def _route(
    rows: list[Assignment], found: Standings, member: Member, now: datetime, waves: Sequence[Wave]
) -> list[Line]:
    lines, ready = _sendable(rows, found, member, now)
    preview = Preview(member.client_id, waves)
    for line in ready:
        line.happens = preview.words(line.row)
        if not preview.reaches(line.row):
            line.problems.append(NOBODY)
    return lines


def _sendable(
    rows: list[Assignment], found: Standings, member: Member, now: datetime
) -> tuple[list[Line], list[Line]]:
    """(all rows, those that may be sent by this person), each with what is missing and what it would cost."""
    lines = _judged(rows, found, "send", now)
    ready = [line for line in lines if not line.problems]
    owners = _owners(ready, member)
    prefetch_related_objects([line.row for line in ready], "work_days")
    owed = arrears(member.client_id, now) if ready else None
    for line in ready:
        row = line.row
        row.fee_bps = member.client.fee_bps  # as sending freezes it; the row is not saved here
        line.total = row.cost_most.total
        line.problems = _problems(line, owners.get(row.owner_id), member, now)
        if stopped := refused(row, owed):
            line.problems.append(stopped.sentence)
    return lines, ready


def _problems(line: Line, owner: Member | None, sender: Member, now: datetime) -> list[str]:
    row = line.row
    total = row.cost_most.total
    limits = [checks.over_limit(one, total) for one in (owner, sender)]
    against: list[Invalid] = [
        *checks.problems(row, getattr(row, "site", None), now),
        *(one for one in limits if one),
    ]
    return list(dict.fromkeys(one.sentence for one in against))


def _owners(lines: list[Line], member: Member) -> dict[int, Member]:
    people = Member.objects.select_related("user").filter(
        client_id=member.client_id, user_id__in={line.row.owner_id for line in lines}
    )
    return {one.user_id: one for one in people}


def _invited(lines: list[Line], client_id: int) -> dict[int, tuple[list[Worker], list[LeftOut]]]:
    """The ticked workers of each draft: (those who can be invited, those who cannot)."""
    ticked = DraftInvitee.objects.filter(assignment__in=[line.row.pk for line in lines])
    kept = list(ticked.select_related("worker__user").order_by("worker__user__name", "worker_id"))
    able, left_out = sort_out(client_id, [one.worker for one in kept])
    known, out = {worker.pk for worker in able}, {one.worker.pk: one for one in left_out}
    found: dict[int, tuple[list[Worker], list[LeftOut]]] = {}
    for one in kept:
        inside, outside = found.setdefault(one.assignment_id, ([], []))
        if one.worker_id in known:
            inside.append(one.worker)
        else:
            outside.append(out[one.worker_id])
    return found


def _sent_to(row: Assignment, invited: int) -> str:
    named = f"{invited} worker{'s are' if invited != 1 else ' is'} invited" if invited else ""
    if not row.is_marketplace:
        return f"{named}." if named else ""
    return f"Every worker can find it, and {named}." if named else "Every worker can find it."


def _short(lines: list[Line], member: Member) -> Money | None:
    """How much is missing for all of them together (decisions.md D19); each is judged again when it is sent."""
    currency = member.client.currency
    funds = available(member.client_id, currency)
    all_of_them = Money.sum((line.total for line in lines if line.total), currency)
    at_once = Money.sum((line.total for line in lines if line.total and line.row.terms_days == 0), currency)
    missing = max((all_of_them - funds.to_spend).minor, (at_once - funds.cash).minor)
    return Money(missing, currency) if missing > 0 else None


def _copy(rows: list[Assignment], found: Standings, member: Member, now: datetime) -> list[Line]:
    return [Line(row, happens=_with_files("A new draft", row)) for row in rows]


def _with_files(words: str, row: Any) -> str:
    count = row.files
    return f"{words}." if not count else f"{words} with its {count} document{'s' if count != 1 else ''}."


def _delete(rows: list[Assignment], found: Standings, member: Member, now: datetime) -> list[Line]:
    lines = _judged(rows, found, "delete", now)
    for line in lines:
        line.happens = _with_files("It is deleted", line.row)
    return lines


def _cancel(rows: list[Assignment], found: Standings, member: Member, now: datetime) -> list[Line]:
    lines = _judged(rows, found, "cancel", now)
    for line in lines:
        row: Any = line.row
        if row.worker:
            line.happens = f"{row.worker} is told, can no longer open it, and gets no pay."
            if row.state == State.PENDING_APPROVAL:
                line.notes = ["The finished work was submitted. To pay for it, cancel it on its own page."]
            elif row.first_check_in_at:
                line.notes = ["The work has begun. To pay for it, cancel it on its own page."]
        elif row.applicants:
            line.happens = f"{row.applicants} applicant{'s are' if row.applicants != 1 else ' is'} told."
        else:
            line.happens = "Nobody has applied yet."
    return lines


Planner = Callable[[list[Assignment], Standings, Member, datetime], list[Line]]
PLANNERS: dict[str, Planner] = {
    BulkAct.SEND: _send,
    BulkAct.COPY: _copy,
    BulkAct.CANCEL: _cancel,
    BulkAct.DELETE: _delete,
}
