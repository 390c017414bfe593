"""The statement of funds: every movement of a company's money in a month, with the balances after it."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from django.db.models import Min, Q, Sum

from assignments.models import Assignment
from clients.models import Client
from common.money import Money
from common.when import zone
from ledger.history import balances_at
from ledger.models import Entry, Posting
from ledger.purposes import CASH, CLIENT, RESERVED_CASH, RESERVED_TERMS, TERMS
from payments import deadlines
from payments.queries.ledger import WORDS
from timeline import presenters
from timeline.models import Entry as TimelineEntry

PURPOSES: Final = (CASH, RESERVED_CASH, TERMS, RESERVED_TERMS)
MONTHS: Final = 120
"""So many months can be chosen."""


@dataclass(frozen=True, slots=True)
class FundsLine:
    """One movement: what it did to free cash and free terms, and what both were afterwards."""

    at: datetime
    what: str
    about: str
    assignment_id: int | None
    cash: Money
    cash_after: Money
    terms: Money
    terms_after: Money


@dataclass(frozen=True, slots=True)
class FundsStatement:
    """A month: the balances at its begin, its lines in their order, and the balances at its end, by purpose."""

    month: date
    opening: dict[str, Money]
    lines: list[FundsLine]
    closing: dict[str, Money]


def months(client: Client, now: datetime) -> list[date]:
    """The months with a choice to make, newest first: from the company's first movement until now."""
    first = Posting.objects.filter(
        entries__account__owner_kind=CLIENT, entries__account__owner_id=client.pk
    ).aggregate(at=Min("at"))["at"]
    last = deadlines.issued_on(now, client.time_zone).replace(day=1)
    begin = deadlines.issued_on(first, client.time_zone).replace(day=1) if first else last
    found = [last]
    while found[-1] > begin and len(found) < MONTHS:
        found.append(deadlines.month_before(found[-1]))
    return found


def funds_statement(client: Client, month: date) -> FundsStatement:
    """Every movement in that month where the client is, oldest first. Four queries, however long the month."""
    begin, end = _bounds(client, month), _bounds(client, deadlines.month_after(month))
    opening = balances_at(CLIENT, client.pk, client.currency, begin, before=True)
    rows = list(_movements(client, begin, end))
    names, why = _named(rows), _why(rows)
    held = {purpose: opening[purpose].minor for purpose in PURPOSES}
    lines = []
    for row in rows:
        for purpose in PURPOSES:
            held[purpose] += row[purpose] or 0
        if not (row[CASH] or row[TERMS]):
            continue
        is_assignment = row["posting__subject_type"] == "assignment"
        subject = row["posting__subject_id"]
        lines.append(
            FundsLine(
                at=row["at"],
                what=_words(row, why),
                about=names.get(subject, f"A-{subject}") if is_assignment else row["posting__memo"],
                assignment_id=subject if is_assignment and subject in names else None,
                cash=Money(row[CASH] or 0, client.currency),
                cash_after=Money(held[CASH], client.currency),
                terms=Money(row[TERMS] or 0, client.currency),
                terms_after=Money(held[TERMS], client.currency),
            )
        )
    closing = {purpose: Money(minor, client.currency) for purpose, minor in held.items()}
    return FundsStatement(month, opening, lines, closing)


def _bounds(client: Client, day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone(client.time_zone))


def _movements(client: Client, begin: datetime, end: datetime) -> Any:
    """One row a posting, in the order in which they were written."""
    sums = {purpose: Sum("amount_minor", filter=Q(account__purpose=purpose)) for purpose in PURPOSES}
    return (
        Entry.objects.filter(
            account__owner_kind=CLIENT,
            account__owner_id=client.pk,
            account__currency=client.currency,
            at__gte=begin,
            at__lt=end,
        )
        .values(
            "at",
            "posting__kind",
            "posting__subject_type",
            "posting__subject_id",
            "posting__memo",
            "posting__key",
        )
        .annotate(first=Min("pk"), **sums)
        .order_by("at", "first")
    )


def _named(rows: list[dict[str, Any]]) -> dict[int, str]:
    """Number and title of the assignments that the movements are about."""
    ids = {row["posting__subject_id"] for row in rows if row["posting__subject_type"] == "assignment"}
    found = Assignment.objects.filter(pk__in=ids).only("pk", "title")
    return {row.pk: f"{row.number} {row.title}" for row in found}


def _why(rows: list[dict[str, Any]]) -> dict[tuple[int, int], str]:
    """What happened to the assignment when its funds moved: the entry that was written with the movement.

    The key of such a posting names the assignment and the number of that entry (assignments/actions/funds.py).
    """
    wanted = {pair for row in rows if (pair := _step(row["posting__key"])) is not None}
    found = TimelineEntry.objects.filter(
        subject_type="assignment",
        subject_id__in={pk for pk, _ in wanted},
        sequence__in={sequence for _, sequence in wanted},
    ).values_list("subject_id", "sequence", "kind")
    return {(pk, sequence): presenters.presenter(kind).title for pk, sequence, kind in found}


def _step(key: str) -> tuple[int, int] | None:
    kind, *parts = key.split(":")
    if kind != "assignment" or len(parts) < 2 or not all(part.isdecimal() for part in parts[:2]):
        return None
    return int(parts[0]), int(parts[1])


def _words(row: dict[str, Any], why: dict[tuple[int, int], str]) -> str:
    """ "Set aside: Sent", "Set aside, raised: Budget increase approved", "Given back: Cancelled"."""
    kind: str = row["posting__kind"]
    taken = -((row[CASH] or 0) + (row[TERMS] or 0))
    words = {
        "reservation.made": "Set aside",
        "reservation.changed": "Set aside, raised" if taken > 0 else "Set aside, lowered",
        "reservation.released": "Given back",
        "reservation.consumed": "Given back for the payment",
    }.get(kind)
    if words is None:
        return WORDS.get(kind, kind)
    step = _step(row["posting__key"])
    reason = why.get(step, "") if step else ""
    return f"{words}: {reason}" if reason else words
