"""The applications of one assignment as a file: those that wait in the order of the page, then the decided ones."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from assignments.models import Assignment
from assignments.views.client_export import there
from common import tables

HEADER: Final = (
    "Worker",
    "Area",
    "Distance",
    "State",
    "Applied",
    "Schedule",
    "Asks",
    "You would pay",
    "Difference to posted",
    "Currency",
    "Counteroffer",
    "Message",
)


def applications_file(
    request: HttpRequest, kind: str, row: Assignment, offers: Iterable[Any]
) -> HttpResponseBase:
    """`offers` are the lines of the page (client_sourcing.Line)."""
    return tables.download(request, kind, f"{row.number}-applications", HEADER, _lines(row, offers))


def _lines(row: Assignment, offers: Iterable[Any]) -> Iterator[Sequence[object]]:
    for one in offers:
        yield (
            one.name,
            one.area,
            one.distance,
            one.offer.get_state_display(),
            there(one.offer.applied_at, row.time_zone),
            one.schedule,
            one.asks.decimal(),
            one.total.decimal(),
            one.added.decimal(),
            one.asks.currency,
            one.offer.is_counteroffer,
            one.reason,
        )
