"""The applications of one assignment as a file: those that wait in the order of the page, then the decided ones."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from assignments.comparison import Line
from assignments.models import Assignment
from assignments.scorecard import Share
from assignments.views.client_export import there
from common import tables

HEADER: Final = (
    "Worker",
    "Area",
    "Match",
    "On time",
    "On time of",
    "Satisfaction",
    "Satisfaction of",
    "Requirements met",
    "Requirements",
    "Distance",
    "State",
    "Applied",
    "Expires",
    "Schedule",
    "Price asked",
    "Asks",
    "You would pay",
    "Difference to posted",
    "Currency",
    "Counteroffer",
    "Message",
)


def applications_file(
    request: HttpRequest, kind: str, row: Assignment, offers: Iterable[Line]
) -> HttpResponseBase:
    """`offers` are the lines of the page, in its order."""
    return tables.download(request, kind, f"{row.number}-applications", HEADER, _lines(row, offers))


def _lines(row: Assignment, offers: Iterable[Line]) -> Iterator[Sequence[object]]:
    for one in offers:
        yield (
            one.name,
            one.area,
            one.match.points if one.match else None,
            *_share(one.on_time),
            *_share(one.satisfaction),
            sum(mark.met for mark in one.marks) if one.match else None,
            len(one.marks) if one.match else None,
            one.distance,
            one.offer.get_state_display(),
            there(one.offer.applied_at, row.time_zone),
            there(one.offer.expires_at, row.time_zone),
            one.schedule,
            one.price,
            one.asks.decimal(),
            one.total.decimal(),
            one.added.decimal(),
            one.asks.currency,
            one.offer.is_counteroffer,
            one.reason,
        )


def _share(share: Share | None) -> tuple[str, int | None]:
    """The percentage in words, and of how many."""
    return (share.words, share.counted) if share else ("", None)
