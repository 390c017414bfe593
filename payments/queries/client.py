"""What a company reads of its money: the figures, the invoices, and what is set aside (ux.md 6.10)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import OuterRef, QuerySet, Subquery, Sum

from assignments.models import Assignment
from clients.models import Client
from common import keyset
from common.money import Money
from common.when import zone
from ledger.accounts import balances
from ledger.models import Reservation
from ledger.purposes import CASH, CLIENT
from ledger.reserve import Available, available
from payments.models import Deposit, Invoice, Statement, StatementLine
from payments.queries.ledger import LINES
from payments.queries.owed import DaySum, owed_by_day
from payments.states import InvoiceState, Side

SOON: Final = timedelta(days=7)
OTHER_CLOCKS: Final = timedelta(days=1)
"""As far apart are the calendar days of two time zones."""


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
    by_day = today(client, now) + SOON
    late, soon, later = DaySum(), DaySum(), DaySum()
    for day in owed_by_day(Side.CLIENT, client.pk, client.currency):
        (late if day.is_late(now) else soon if day.due_on <= by_day else later).add(day)
    return ClientFigures(
        past_due=Money(late.minor, client.currency),
        soon=Money(soon.minor, client.currency),
        later=Money(later.minor, client.currency),
        past_due_count=late.count,
        soon_count=soon.count,
        later_count=later.count,
        funds=available(client.pk, client.currency),
    )


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


def invoice_order(which: str) -> tuple[str, bool]:
    """The column that sorts a filter's invoices, and whether it falls: oldest due first, closed ones newest first."""
    return ("issued_on", True) if which in ("paid", "withdrawn", "all") else ("due_on", False)


def client_invoices(client: Client, which: str, now: datetime) -> QuerySet[Invoice]:
    """The invoices of a company under one filter, in the order of `invoice_order`.

    The days beside the instants let the index by due day end or begin where the filter does; a day is past due at its
    end on the company's clocks, which may have been others when the invoice was made.
    """
    rows = Invoice.objects.filter(client=client).select_related("assignment", "worker__user")
    column, is_falling = invoice_order(which)
    rows = keyset.ordered(rows, column, descending=is_falling)
    day = today(client, now)
    by_day = day + SOON
    match which:
        case "open":
            return rows.filter(state=InvoiceState.OPEN)
        case "past_due":
            return rows.filter(state=InvoiceState.OPEN, past_due_at__lte=now, due_on__lte=day + OTHER_CLOCKS)
        case "soon":
            days = (day - OTHER_CLOCKS, by_day)
            return rows.filter(state=InvoiceState.OPEN, past_due_at__gt=now, due_on__range=days)
        case "later":
            return rows.filter(state=InvoiceState.OPEN, due_on__gt=by_day)
        case "disputed":
            disputed = Assignment.objects.filter(client=client, disputed_at__isnull=False)
            return rows.filter(state=InvoiceState.OPEN, assignment__in=disputed.values("pk"))
        case "paid" | "withdrawn":
            return rows.filter(state=which)
    return rows


def with_statements(rows: QuerySet[Invoice]) -> QuerySet[Invoice]:
    """The same invoices, each with the number of the statement that it is on (`on_statement`), None for none."""
    live = StatementLine.objects.filter(invoice=OuterRef("pk"), is_live=True)
    return rows.annotate(on_statement=Subquery(live.values("statement__number")[:1]))


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
