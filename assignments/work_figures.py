"""Figures of a company's work for reports: filled, on time, approved. Grouped by the database; months and days are
those of the company's own calendar."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from django.db.models import (
    Case,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.functions import RowNumber, TruncMonth

from assignments.models import Assignment, Engagement
from assignments.states import EngagementEnd, State

WAITING: Final = ((1, "Under 1 day"), (3, "1 to 3 days"), (7, "3 to 7 days"), (0, "Over 7 days"))
"""Upper end in days (0: none) and words of each group of work that waits for approval."""


@dataclass(frozen=True, slots=True)
class Filled:
    """Of the assignments sent in a month: how many have a worker, and the median of how long that took."""

    month: date
    sent: int
    filled: int
    median: timedelta | None


@dataclass(frozen=True, slots=True)
class OnTime:
    """Of the completed work with a first check-in in a month: how many of them were in time."""

    month: date
    checked: int
    on_time: int


@dataclass(frozen=True, slots=True)
class Approved:
    """The approvals of a month and the median from the last submission to the approval."""

    month: date
    approved: int
    median: timedelta | None


def between(column: str, first: date, last: date, zone: tzinfo) -> Q:
    """Instants of the days from `first` to `last`, both included, on the clocks of that zone."""
    start = datetime.combine(first, time.min, tzinfo=zone)
    end = datetime.combine(last + timedelta(days=1), time.min, tzinfo=zone)
    return Q(**{f"{column}__gte": start, f"{column}__lt": end})


def filled(client_id: int, first: date, last: date, zone: tzinfo) -> list[Filled]:
    """By the month in which it was sent to workers last. Cancelled without a worker counts as not filled. One query."""
    rows = Assignment.objects.filter(between("sent_at", first, last, zone), client_id=client_id)
    ranked = _ranked(rows.annotate(month=TruncMonth("sent_at", tzinfo=zone)), "sent_at", "assigned_at")
    return [Filled(month.date(), all_of_them, known, middle) for month, all_of_them, known, middle in ranked]


def on_time(client_id: int, first: date, last: date, zone: tzinfo) -> list[OnTime]:
    """By the month of the first check-in; in time is what was agreed when it happened (the engagement keeps it).

    Completed work was approved after its check-in: saying so lets the database begin with the company's approvals.
    """
    start = datetime.combine(first, time.min, tzinfo=zone)
    rows = Engagement.objects.filter(
        between("first_in_at", first, last, zone),
        assignment__client_id=client_id,
        assignment__approved_at__gte=start,
        end=EngagementEnd.COMPLETED,
        on_time_until_at__isnull=False,
    )
    counted = (
        rows.annotate(month=TruncMonth("first_in_at", tzinfo=zone))
        .order_by()
        .values("month")
        .annotate(checked=Count("pk"), on_time=Count("pk", filter=Q(first_in_at__lte=F("on_time_until_at"))))
    )
    return [OnTime(one["month"].date(), one["checked"], one["on_time"]) for one in counted.order_by("month")]


def approved(client_id: int, first: date, last: date, zone: tzinfo) -> list[Approved]:
    """By the month of the approval. One query."""
    rows = Assignment.objects.filter(between("approved_at", first, last, zone), client_id=client_id)
    ranked = _ranked(
        rows.annotate(month=TruncMonth("approved_at", tzinfo=zone)), "submitted_at", "approved_at"
    )
    return [Approved(month.date(), all_of_them, middle) for month, all_of_them, _, middle in ranked]


def waiting(client_id: int, now: datetime) -> list[tuple[str, int]]:
    """How much work waits for approval at this moment, by how long it has waited, in the order of WAITING."""
    groups = [
        When(submitted_at__gt=now - timedelta(days=days), then=Value(words))
        for days, words in WAITING
        if days
    ]
    rows = Assignment.objects.filter(client_id=client_id, state=State.PENDING_APPROVAL)
    counted = rows.annotate(age=Case(*groups, default=Value(WAITING[-1][1]))).order_by()
    found = dict(counted.values("age").annotate(count=Count("pk")).values_list("age", "count"))
    return [(words, found.get(words, 0)) for _, words in WAITING]


def _ranked(
    rows: "QuerySet[Assignment]", begins: str, ends: str
) -> list[tuple[datetime, int, int, timedelta | None]]:
    """Of each month: how many rows, of how many the length is known, and the middle of these lengths.

    Of an even number it is the mean of the two in the middle. The database ranks the rows and hands out those two.
    """
    took = ExpressionWrapper(F(ends) - F(begins), output_field=DurationField())
    by_month = [F("month")]
    ranked = rows.annotate(
        took=took,
        place=Window(RowNumber(), partition_by=by_month, order_by=(F(ends) - F(begins)).asc(nulls_last=True)),
        many=Window(Count("*"), partition_by=by_month),
        known=Window(Count(F(ends) - F(begins)), partition_by=by_month),
    )
    half = F("known") / 2.0
    middle = Q(place__gte=half, place__lte=half + 1, known__gt=0) | Q(place=1, known=0)
    found: dict[tuple[datetime, int, int], list[timedelta]] = {}
    for month, many, known, length in ranked.filter(middle).values_list("month", "many", "known", "took"):
        found.setdefault((month, many, known), []).extend([] if length is None else [length])
    return [
        (*key, sum(lengths, timedelta()) / len(lengths) if lengths else None)
        for key, lengths in sorted(found.items())
    ]


def months(first: date, last: date) -> Iterator[date]:
    """The first day of every month that the range touches."""
    at = first.replace(day=1)
    while at <= last:
        yield at
        at = (at + timedelta(days=32)).replace(day=1)
