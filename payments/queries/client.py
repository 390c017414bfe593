"""What a company reads of its money: the figures, the invoices, and what is set aside (ux.md 6.10)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Prefetch, Q, QuerySet, Sum

from assignments.models import Assignment
from clients.models import Client
from common.money import Money
from common.when import zone
from ledger.accounts import balances
from ledger.models import Reservation
from ledger.purposes import CASH, CLIENT
from ledger.reserve import Available, available
from payments.models import Deposit, Invoice, Statement, StatementLine
from payments.queries.ledger import LINES
from payments.states import InvoiceState

SOON: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ClientFigures:
    """What a company owes and has, in its currency."""

    past_due: Money
    soon: Money
    later: Money
    past_due_count: int
    soon_count: int
    later_count: int
    funds: Available

    @property
    def short(self) -> Money:
        """What is missing in cash for all that is past due or due in seven days; zero or more."""
        cash = self.funds.cash + self.funds.reserved_cash
        missing = (self.past_due + self.soon).minor - cash.minor
        return Money(max(missing, 0), cash.currency)


def today(client: Client, now: datetime) -> date:
    """The client's calendar day."""
    return now.astimezone(zone(client.time_zone)).date()


def client_figures(client: Client, now: datetime) -> ClientFigures:
    """The figures on top of the client's Payment Center, in two queries."""
    late = Q(past_due_at__lte=now)
    soon = ~late & Q(due_on__lte=today(client, now) + SOON)
    later = ~late & ~Q(due_on__lte=today(client, now) + SOON)
    open_ones = Invoice.objects.filter(client=client, state=InvoiceState.OPEN).order_by()
    found = open_ones.aggregate(
        past_due=Sum("total_minor", filter=late),
        soon=Sum("total_minor", filter=soon),
        later=Sum("total_minor", filter=later),
        past_due_count=Count("pk", filter=late),
        soon_count=Count("pk", filter=soon),
        later_count=Count("pk", filter=later),
    )
    money = {name: Money(found[name] or 0, client.currency) for name in ("past_due", "soon", "later")}
    counts: dict[str, Any] = {name: found[name] for name in ("past_due_count", "soon_count", "later_count")}
    return ClientFigures(**{**money, **counts}, funds=available(client.pk, client.currency))


INVOICE_FILTERS: Final = {
    "open": "To pay",
    "past_due": "Past due",
    "soon": "Due in 7 days",
    "later": "Due later",
    "disputed": "Disputed",
    "paid": "Paid",
    "withdrawn": "Withdrawn",
    "all": "All",
}


def client_invoices(client: Client, which: str, now: datetime) -> QuerySet[Invoice]:
    """The invoices of a company under one filter, oldest due first; closed ones newest first."""
    rows = Invoice.objects.filter(client=client).select_related("assignment", "worker__user")
    by_day = today(client, now) + SOON
    match which:
        case "open":
            return rows.filter(state=InvoiceState.OPEN).order_by("due_on", "id")
        case "past_due":
            return rows.filter(state=InvoiceState.OPEN, past_due_at__lte=now).order_by("due_on", "id")
        case "soon":
            late_or_far = Q(past_due_at__lte=now) | Q(due_on__gt=by_day)
            return rows.filter(state=InvoiceState.OPEN).exclude(late_or_far).order_by("due_on", "id")
        case "later":
            return rows.filter(state=InvoiceState.OPEN, due_on__gt=by_day).order_by("due_on", "id")
        case "disputed":
            return rows.filter(state=InvoiceState.OPEN, assignment__disputed_at__isnull=False).order_by(
                "due_on", "id"
            )
        case "paid" | "withdrawn":
            return rows.filter(state=which).order_by("-issued_on", "-id")
    return rows.order_by("-issued_on", "-id")


def with_statements(rows: QuerySet[Invoice]) -> QuerySet[Invoice]:
    """The same invoices, each with the line of the statement that it is on (`on_statement`, at most one)."""
    live = StatementLine.objects.filter(is_live=True).select_related("statement")
    return rows.prefetch_related(Prefetch("statement_lines", live, to_attr="on_statement"))


def left_on(statement: Statement) -> list[Invoice]:
    """What is open on a statement, oldest due first."""
    rows = Invoice.objects.filter(
        statement_lines__statement=statement, statement_lines__is_live=True, state=InvoiceState.OPEN
    )
    return list(rows.select_related("assignment", "worker__user").order_by("due_on", "id"))


def payable(client: Client, ids: Iterable[int]) -> list[Invoice]:
    """Of these, the open invoices of the company, oldest due first."""
    rows = Invoice.objects.filter(client=client, pk__in=list(ids), state=InvoiceState.OPEN)
    return list(rows.select_related("assignment", "worker__user").order_by("due_on", "id"))


def short_for(client: Client, chosen: Sequence[Invoice]) -> Money:
    """What is missing in cash to pay these; what was set aside for them counts as free. Zero or more."""
    held = Reservation.objects.filter(
        client_id=client.pk,
        state="open",
        subject_type="assignment",
        subject_id__in=[one.assignment_id for one in chosen],
    ).aggregate(cash=Sum("cash_minor"))
    cash = balances(CLIENT, client.pk, client.currency)[CASH].minor + (held["cash"] or 0)
    return Money(max(sum(one.total_minor for one in chosen) - cash, 0), client.currency)


def reservations(client: Client) -> list[tuple[Reservation, Assignment | None]]:
    """The largest open reservations with their assignments, at most a page."""
    rows = list(
        Reservation.objects.filter(client_id=client.pk, state="open", subject_type="assignment").order_by(
            "-pk"
        )[:LINES]
    )
    named = Assignment.objects.in_bulk([row.subject_id for row in rows])
    return [(row, named.get(row.subject_id)) for row in rows if row.cash_minor or row.terms_minor]


def all_reservations(client: Client) -> Iterator[tuple[Reservation, Assignment | None]]:
    """Every open reservation with its assignment, newest first, read in pieces."""
    rows = Reservation.objects.filter(client_id=client.pk, state="open", subject_type="assignment")
    before: int | None = None
    while part := list((rows.filter(pk__lt=before) if before else rows).order_by("-pk")[:LINES]):
        named = Assignment.objects.in_bulk([row.subject_id for row in part])
        yield from ((row, named.get(row.subject_id)) for row in part if row.cash_minor or row.terms_minor)
        before = part[-1].pk


def terms_in_use(client: Client) -> Money:
    """How much of the terms limit backs open assignments."""
    return available(client.pk, client.currency).reserved_terms


def deposits(client: Client) -> QuerySet[Deposit]:
    return all_deposits(client)[:20]


def all_deposits(client: Client) -> QuerySet[Deposit]:
    """Every deposit, newest first."""
    return Deposit.objects.filter(client=client).order_by("-recorded_at", "-id")
