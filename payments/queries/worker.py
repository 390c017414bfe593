"""What a worker reads of the own money: what is there, what is coming, and what waits (ux.md 6.11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Aggregate, Count, Max, Min, Q, QuerySet, Sum

from assignments.models import Assignment, CheckIn
from assignments.pricing import billable_minutes, worker_total
from assignments.states import State
from common.money import Money
from ledger.accounts import balances
from ledger.purposes import BALANCE, PENDING_PAYOUT, WORKER
from payments.models import Invoice, Withdrawal
from payments.states import InvoiceState
from workers.models import Worker

USUAL: Final = "USD"
"""The currency of somebody without an invoice."""


@dataclass(frozen=True, slots=True)
class WorkerFigures:
    """What a worker has and what is on its way, in one currency."""

    available: Money
    on_its_way: Money
    scheduled: Money
    next_on: date | None
    waiting: Money
    waiting_count: int
    past_due: Money
    past_due_count: int


def worker_figures(worker: Worker, currency: str, now: datetime) -> WorkerFigures:
    """The figures on top of the worker's Payment Center."""
    return _figures(
        worker, currency, Invoice.objects.filter(worker=worker, currency=currency).aggregate(**_sums(now))
    )


def newest_figures(worker: Worker, now: datetime) -> WorkerFigures:
    """The same in the currency of the newest invoice, which is found by the query that adds up."""
    by_currency = Invoice.objects.filter(worker=worker).order_by().values("currency")
    found = by_currency.annotate(newest=Max("pk"), **_sums(now)).order_by("-newest").first()
    return _figures(worker, found["currency"] if found else USUAL, found or {})


def _sums(now: datetime) -> dict[str, Aggregate]:
    """What is owed and not advanced: scheduled, and past due."""
    coming = Q(state=InvoiceState.OPEN, worker_minor__gt=0, advanced_at__isnull=True)
    late = coming & Q(past_due_at__lte=now)
    in_time = coming & ~Q(past_due_at__lte=now)
    return {
        "scheduled": Sum("worker_minor", filter=in_time),
        "next_on": Min("due_on", filter=in_time),
        "past_due": Sum("worker_minor", filter=late),
        "past_due_count": Count("pk", filter=late),
    }


def _figures(worker: Worker, currency: str, found: Mapping[str, Any]) -> WorkerFigures:
    held, waiting = balances(WORKER, worker.pk, currency), pending_pay(worker, currency)
    return WorkerFigures(
        available=held[BALANCE],
        on_its_way=held[PENDING_PAYOUT],
        scheduled=Money(found.get("scheduled") or 0, currency),
        next_on=found.get("next_on"),
        waiting=Money.sum((pay for _, pay in waiting), currency),
        waiting_count=len(waiting),
        past_due=Money(found.get("past_due") or 0, currency),
        past_due_count=found.get("past_due_count") or 0,
    )


def currency_of(worker: Worker) -> str:
    """The currency of the worker's newest invoice; the installation's usual one before the first."""
    return (
        Invoice.objects.filter(worker=worker).order_by("-pk").values_list("currency", flat=True).first()
        or USUAL
    )


def receivables(worker: Worker) -> QuerySet[Invoice]:
    """What clients owe this worker, soonest first."""
    rows = Invoice.objects.filter(worker=worker, state=InvoiceState.OPEN, worker_minor__gt=0)
    return rows.select_related("assignment", "client").order_by("due_on", "id")


def paid_to(worker: Worker) -> QuerySet[Invoice]:
    """What was paid to this worker, newest first."""
    rows = Invoice.objects.filter(worker=worker, state=InvoiceState.PAID)
    return rows.select_related("assignment", "client").order_by("-paid_at", "-id")


def pending_pay(worker: Worker, currency: str) -> list[tuple[Assignment, Money]]:
    """Work that waits for approval, with the pay as submitted; two queries."""
    rows = list(
        Assignment.objects.filter(worker=worker, state=State.PENDING_APPROVAL, currency=currency)
        .select_related("client")
        .order_by("submitted_at")
    )
    visits: dict[int | None, list[tuple[datetime, datetime]]] = {}
    ids = [row.engagement_id for row in rows if row.engagement_id]
    for visit in CheckIn.objects.filter(engagement_id__in=ids, out_at__isnull=False):
        visits.setdefault(visit.engagement_id, []).append((visit.in_at, visit.out_at or visit.in_at))
    return [(row, _final_pay(row, visits.get(row.engagement_id, []))) for row in rows]


def _final_pay(row: Assignment, visits: Sequence[tuple[datetime, datetime]]) -> Money:
    base = row.terms.pay(minutes=billable_minutes(visits), units=row.units_done)
    if row.reduced_minor is not None:
        base = row.money(row.reduced_minor)
    return worker_total(base, expenses=row.money(row.expenses_minor), bonus=row.money(row.bonus_minor))


def withdrawals(worker: Worker) -> QuerySet[Withdrawal]:
    return Withdrawal.objects.filter(worker=worker).select_related("account").order_by("-pk")[:20]
