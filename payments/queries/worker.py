"""What a worker reads of the own money: what is there, what is coming, and what waits (ux.md 6.11)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import User
from assignments.models import Assignment, CheckIn
from assignments.pricing import billable_minutes, worker_total
from assignments.states import State
from common.beside import Rows, revived
from common.money import Money
from ledger.accounts import balances
from ledger.purposes import BALANCE, PENDING_PAYOUT, WORKER
from payments.models import Invoice, Owed, Withdrawal
from payments.queries.owed import Day, DaySum, by_day, owed_by_day
from payments.states import InvoiceState, Side
from workers.models import Worker

USUAL: Final = "USD"
"""The currency of somebody without an invoice."""
NEWEST: Final = "newest_currency"


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
    pending: Sequence[tuple[Assignment, Money]]
    """The work behind `waiting`, with its pay."""


def worker_figures(
    worker: Worker, currency: str, now: datetime, *, with_clients: bool = False
) -> WorkerFigures:
    """The figures on top of the worker's Payment Center. `with_clients`: `pending` is to be listed."""
    days = owed_by_day(Side.WORKER, worker.pk, currency)
    return _figures(worker, currency, days, now, with_clients=with_clients)


def newest_figures(worker: Worker, now: datetime) -> WorkerFigures:
    """The same in the currency of the newest invoice, which the query of the days finds too."""
    owed = Owed.objects.filter(side=Side.WORKER, party_id=OuterRef("pk")).order_by()
    days = Rows(owed, ("currency", "due_on", "past_due_at", "minor", "count"))
    newest = Invoice.objects.filter(worker=OuterRef("pk")).order_by("-pk").values("currency")[:1]
    rows = Worker.objects.annotate(owed_rows=days, newest=Subquery(newest))
    found, currency = rows.values_list("owed_rows", "newest").get(pk=worker.pk)
    read = [revived(Owed, one) for one in found]
    here = [row for row in read if row.currency == (currency or USUAL)]
    return _figures(worker, currency or USUAL, by_day(here), now)


def _figures(
    worker: Worker, currency: str, days: Iterable[Day], now: datetime, *, with_clients: bool = False
) -> WorkerFigures:
    late, in_time = DaySum(), DaySum()
    for day in days:
        (late if day.is_late(now) else in_time).add(day)
    held = balances(WORKER, worker.pk, currency)
    waiting = pending_pay(worker, currency, with_clients=with_clients)
    return WorkerFigures(
        available=held[BALANCE],
        on_its_way=held[PENDING_PAYOUT],
        scheduled=Money(in_time.minor, currency),
        next_on=in_time.first,
        waiting=Money.sum((pay for _, pay in waiting), currency),
        waiting_count=len(waiting),
        past_due=Money(late.minor, currency),
        past_due_count=late.count,
        pending=waiting,
    )


def earner_once(user: User) -> Worker | None:
    """The worker side of an account with what `currency_of` reads, asked at most once for one page: it is kept on the
    account as the request loaded it."""
    if not hasattr(user, "_earner"):
        rows = Worker.objects.select_related("user").filter(user_id=user.pk)
        newest = Invoice.objects.filter(worker=OuterRef("pk")).order_by("-pk")
        found = rows.annotate(**{NEWEST: Subquery(newest.values("currency")[:1])}).first()
        user._earner = found  # type: ignore[attr-defined]
    earner: Worker | None = user._earner  # type: ignore[attr-defined]
    return earner


def currency_of(worker: Worker) -> str:
    """The currency of the worker's newest invoice; the installation's usual one before the first."""
    if hasattr(worker, NEWEST):
        return getattr(worker, NEWEST) or USUAL
    newest = Invoice.objects.filter(worker=worker).order_by("-pk").values_list("currency", flat=True)
    return newest.first() or USUAL


def receivables(worker: Worker) -> QuerySet[Invoice]:
    """What clients owe this worker, soonest first."""
    rows = Invoice.objects.filter(worker=worker, state=InvoiceState.OPEN, worker_minor__gt=0)
    return rows.select_related("assignment", "client").order_by("due_on", "id")


def paid_to(worker: Worker) -> QuerySet[Invoice]:
    """What was paid to this worker, newest first."""
    rows = Invoice.objects.filter(worker=worker, state=InvoiceState.PAID)
    return rows.select_related("assignment", "client").order_by("-paid_at", "-id")


def pending_pay(
    worker: Worker, currency: str, *, with_clients: bool = False
) -> list[tuple[Assignment, Money]]:
    """Work that waits for approval, with the pay as submitted; one query. `with_clients`: for a list, not a sum."""
    visits = CheckIn.objects.filter(engagement=OuterRef("engagement"), out_at__isnull=False)
    rows = Assignment.objects.filter(worker=worker, state=State.PENDING_APPROVAL, currency=currency)
    if with_clients:
        rows = rows.select_related("client")
    rows = rows.annotate(visit_rows=Rows(visits, ("id", "in_at", "out_at"))).order_by("submitted_at")
    return [(row, _final_pay(row, [revived(CheckIn, one) for one in row.visit_rows])) for row in rows]


def _final_pay(row: Assignment, visits: Iterable[CheckIn]) -> Money:
    worked = billable_minutes((visit.in_at, visit.out_at) for visit in visits if visit.out_at)
    base = row.terms.pay(minutes=worked, units=row.units_done)
    if row.reduced_minor is not None:
        base = row.money(row.reduced_minor)
    return worker_total(base, expenses=row.money(row.expenses_minor), bonus=row.money(row.bonus_minor))


def withdrawals(worker: Worker) -> QuerySet[Withdrawal]:
    return Withdrawal.objects.filter(worker=worker).select_related("account").order_by("-pk")[:20]
