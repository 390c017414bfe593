"""What is behind each figure of a company's card: its own assignments, for its own people (N9)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from assignments import fault_queries
from assignments.company_rules import PERIOD, CompanyRule, measured
from assignments.fault_queries import FaultLine
from assignments.fault_states import FaultKind, FaultSide
from clients.models import Client
from clients.truth import SLOW_APPROVAL_DAYS
from common import clock, keyset, when
from common.conditions import flag

SIZE = 25


@dataclass(frozen=True, slots=True)
class Receipt:
    """One assignment; `kind` colours the outcome: ok, bad or info."""

    number: str
    title: str
    url: str
    worker: str
    kind: str
    outcome: str
    fact: str
    fault: FaultLine | None = None
    """The entry of the fault record behind it."""


def page(client: Client, rule: CompanyRule, params: QueryDict) -> tuple[list[Receipt], dict[str, str]]:
    """A page of receipts, newest first, and its pager; a fixed number of queries."""
    since = clock.now() - PERIOD
    rows = measured(client.pk, client.time_zone, since).filter(rule.counted(since))
    rows = rows.annotate(is_bad=flag(rule.bad(since)) if rule.bad else flag(rule.counted(since)))
    part = keyset.page(rows.select_related("worker__user"), rule.dated, params, size=SIZE, descending=True)
    found = [_receipt(rule, row) for row in part.items]
    if rule.key == "late_cancellations":
        faults = _faults([row.engagement_id for row in part.items if row.engagement_id])
        pairs = zip(found, part.items, strict=True)
        found = [replace(one, fault=faults.get(row.engagement_id or 0)) for one, row in pairs]
    return found, keyset.pager(part, params)


def _faults(engagements: list[int]) -> dict[int, FaultLine]:
    """The entry of the fault record behind each cancellation, by engagement."""
    rows = fault_queries.of_engagements(engagements, frozenset({FaultKind.CLIENT_CANCELLED}))
    return {one.engagement_id: fault_queries.line(one, FaultSide.CLIENT) for one in rows}


def _receipt(rule: CompanyRule, row: Any) -> Receipt:
    kind, outcome = OUTCOMES[rule.key](row)
    return Receipt(
        number=row.number,
        title=row.title,
        url=reverse("assignments:history", args=[row.pk]),
        worker=str(row.worker) if row.worker else "",
        kind=kind,
        outcome=outcome,
        fact=_fact(row, rule.key),
    )


def _approval(row: Any) -> tuple[str, str]:
    is_slow = row.took >= timedelta(days=SLOW_APPROVAL_DAYS)
    return "bad" if is_slow else "ok", f"Took {_span(row.took)}"


def _payment(row: Any) -> tuple[str, str]:
    return "info", f"Paid {_span(row.waited)} after approval"


def _paid_late(row: Any) -> tuple[str, str]:
    days = (row.paid_on - row.payment_due_on).days
    return ("bad", f"{days} {'day' if days == 1 else 'days'} late") if row.is_bad else ("ok", "On time")


def _pending(row: Any) -> tuple[str, str]:
    return ("bad", f"Waits for {_span(clock.now() - row.submitted_at)}") if row.is_bad else ("ok", "Answered")


def _past_due(row: Any) -> tuple[str, str]:
    return ("bad", "Past due") if row.is_bad else ("ok", "Paid" if row.paid_at else "Not due yet")


def _satisfaction(row: Any) -> tuple[str, str]:
    return ("bad", "Not satisfied") if row.is_bad else ("ok", "Satisfied")


def _answer(row: Any) -> tuple[str, str]:
    return ("bad", "No") if row.is_bad else ("ok", "Yes")


def _late_cancellation(row: Any) -> tuple[str, str]:
    notice = row.start_at - row.cancelled_at
    return "bad", f"{_span(notice)} before the start" if notice > timedelta() else "After the start"


OUTCOMES: dict[str, Callable[[Any], tuple[str, str]]] = {
    "approval": _approval,
    "payment": _payment,
    "paid_late": _paid_late,
    "pending": _pending,
    "past_due": _past_due,
    "satisfaction": _satisfaction,
    "site_ready": _answer,
    "scope_true": _answer,
    "late_cancellations": _late_cancellation,
    "disputes_lost": lambda row: ("bad", "Dispute lost"),
    "scope_changes": lambda row: ("info", "Another scope proposed"),
}


def _fact(row: Any, key: str) -> str:
    """The recorded instants that decided, in the zone of the site."""

    def at(moment: datetime | None) -> str:
        return when.instant(moment, row.time_zone) if moment else ""

    if key in ("approval", "pending"):
        return f"Submitted {at(row.submitted_at)}" + (
            f". Approved {at(row.approved_at)}" if row.approved_at else ""
        )
    if key == "payment":
        return f"Approved {at(row.approved_at or row.cancelled_at)}. Paid {at(row.paid_at)}"
    if key in ("paid_late", "past_due"):
        return f"Due {when.day(row.payment_due_on)}" + (
            f". Paid {when.day(row.paid_on)}" if row.paid_on else ""
        )
    if key == "late_cancellations":
        return f"Cancelled {at(row.cancelled_at)}. The start was {at(row.start_at)}"
    return f"Approved {at(row.approved_at)}" if row.approved_at else ""


def _span(length: timedelta) -> str:
    """ "25 min", "5 h 10 min", "3 days": rounded down, and from two days on to the day."""
    total = max(0, int(length.total_seconds() // 60))
    return f"{total // 1440} days" if total >= 2880 else when.minutes(total)
