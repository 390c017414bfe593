"""What a worker reads of the own money: what is there, what is coming, and what waits (ux.md 6.11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Min, Q, QuerySet, Sum

from assignments.models import Assignment, CheckIn
from assignments.pricing import billable_minutes, worker_total
from assignments.states import State
from common.money import Money
from ledger.accounts import balances
from ledger.purposes import BALANCE, PENDING_PAYOUT, WORKER
from payments.models import Invoice, Withdrawal
from payments.states import InvoiceState
from workers.models import Worker


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
    held = balances(WORKER, worker.pk, currency)
    coming = receivables(worker).filter(currency=currency, advanced_at__isnull=True).order_by()
    late = Q(past_due_at__lte=now)
    found = coming.aggregate(
        scheduled=Sum("worker_minor", filter=~late),
        next_on=Min("due_on", filter=~late),
        past_due=Sum("worker_minor", filter=late),
        past_due_count=Count("pk", filter=late),
    )
    waiting = pending_pay(worker, currency)
    return WorkerFigures(
        available=held[BALANCE],
        on_its_way=held[PENDING_PAYOUT],
        scheduled=Money(found["scheduled"] or 0, currency),
        next_on=found["next_on"],
        waiting=Money.sum((pay for _, pay in waiting), currency),
        waiting_count=len(waiting),
        past_due=Money(found["past_due"] or 0, currency),
        past_due_count=found["past_due_count"],
    )


def currency_of(worker: Worker) -> str:
    """The currency of the worker's newest invoice; the installation's usual one before the first."""
    return (
        Invoice.objects.filter(worker=worker).order_by("-pk").values_list("currency", flat=True).first()
        or "USD"
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
