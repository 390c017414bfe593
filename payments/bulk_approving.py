"""Approving many at once: one check page, then each by its own approval (ux.md 6.3, R5). Joins the acts of the list."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import User
from assignments import bulk, checks
from assignments.actions import bulk as acts
from assignments.models import (
    Assignment,
    BulkAct,
    BulkItem,
    BulkRun,
    ChangeOrder,
    CheckIn,
    MoneyRequest,
)
from assignments.policies import refusal
from assignments.pricing import billable_minutes
from assignments.states import RequestState
from clients.models import Member
from common.money import Money
from common.when import day
from payments import actions, deadlines
from payments.preview import preview

WORDS = bulk.Words(
    "Approve",
    "approved",
    "assignment",
    "Each is approved as it was submitted, and its invoice is made at once. Open requests for more money have to be "
    "decided on their own pages first.",
    is_exact=True,
)


def join_acts() -> None:
    """Make the act known to the list of assignments, which stands below this room."""
    bulk.WORDS[BulkAct.APPROVE] = WORDS
    bulk.PLANNERS[BulkAct.APPROVE] = plan
    acts.DOERS[BulkAct.APPROVE] = approve


def plan(rows: list[Assignment], found: bulk.Standings, member: Member, now: datetime) -> list[bulk.Line]:
    """What each row would cost and when it is paid, or what stands against it; in a constant number of queries."""
    minutes, asked = _minutes(rows), _with_requests(rows)
    lines = []
    for row in rows:
        stopped = refusal(found[row.pk], "approve", row, now)
        line = bulk.Line(row, problems=[stopped.sentence] if stopped else [])
        if not stopped:
            line.total = preview(row, minutes=minutes.get(row.engagement_id, 0)).cost.total
            line.happens = _happens(row, now)
            too_much = checks.over_limit(member, line.total)
            line.problems = [too_much.sentence] if too_much else []
            if row.pk in asked:
                line.problems.append(
                    "A request for more money is open. Decide it first: undecided ones are not paid."
                )
        lines.append(line)
    return lines


def _happens(row: Assignment, now: datetime) -> str:
    if row.terms_days == 0:
        return f"{row.worker} is paid at once."
    due_on = deadlines.due_on(deadlines.issued_on(now, row.client.time_zone), row.terms_days)
    return f"{row.worker} is told. The invoice is due {day(due_on)}."


def _minutes(rows: Iterable[Assignment]) -> dict[int | None, int]:
    """Billable minutes of the closed visits, by engagement."""
    visits: dict[int | None, list[tuple[datetime, datetime]]] = {}
    closed = CheckIn.objects.filter(engagement__in=[row.engagement_id for row in rows], out_at__isnull=False)
    for engagement, came, out in closed.values_list("engagement_id", "in_at", "out_at"):
        if out is not None:
            visits.setdefault(engagement, []).append((came, out))
    return {engagement: billable_minutes(spans) for engagement, spans in visits.items()}


def _with_requests(rows: Iterable[Assignment]) -> set[int]:
    """Those that wait for a decision about money: requests, and extra work ordered on site."""
    ids = [row.pk for row in rows]
    found: set[int] = set()
    for model in (MoneyRequest, ChangeOrder):
        waiting = model.objects.filter(assignment__in=ids, state=RequestState.OPEN)
        found |= set(waiting.values_list("assignment_id", flat=True))
    return found


def approve(item: BulkItem, made: BulkRun, actor: User) -> acts.Outcome:
    """Approve one of them at the total of the check page; another total by now is refused."""
    totals = made.words.get("totals", {})
    expected = totals.get(str(item.number))
    currency = made.client.currency
    invoice = actions.approve(
        item.number, actor=actor, expected=None if expected is None else Money(expected, currency)
    )
    return f"Invoice {invoice.number}, {invoice.total}, due {day(invoice.due_on)}.", None
