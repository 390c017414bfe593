"""What a worker saved or hid, newest first. What has closed for the worker meanwhile stays as one line (S14)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.http import QueryDict

from assignments.finding.asked import home_of
from assignments.finding.filled import may_be_told
from assignments.finding.offers import Card, cards
from assignments.finding.visible import visible
from assignments.models import MarkKind, WorkerMark
from common import keyset, tables
from workers.models import Worker

SIZE = 20
COLUMNS = ("Number", "Title", "Marked", "Open", "Client", "Site", "When", "Pay at most", "Currency")


@dataclass(frozen=True, slots=True)
class Kept:
    """One marked assignment: its card, or only the words that the worker read when it was marked."""

    pk: int
    number: str
    title: str
    card: Card | None
    is_filled: bool = False


@dataclass(frozen=True, slots=True)
class KeptPage:
    rows: list[Kept]
    marks: "keyset.Slice[WorkerMark]"


def kept(worker: Worker, kind: MarkKind, params: QueryDict, now: datetime) -> KeptPage:
    """One page of the marks of a kind."""
    mine = WorkerMark.objects.filter(worker=worker, kind=kind)
    marks: keyset.Slice[Any] = keyset.page(mine, "marked_at", params, size=SIZE, descending=True)
    return KeptPage(_rows(worker, kind, marks.items, now), marks)


def kept_table(worker: Worker, kind: MarkKind, now: datetime) -> Iterator[Sequence[object]]:
    """All marks of a kind as lines of a file under COLUMNS: of what has closed, only what its line on the page says."""
    mine = WorkerMark.objects.filter(worker=worker, kind=kind)
    marks = tables.read(keyset.ordered(mine, "marked_at", descending=True))
    while part := list(islice(marks, tables.READ_AT_ONCE)):
        for row, mark in zip(_rows(worker, kind, part, now), part, strict=True):
            card = row.card
            offer = (
                (card.client, card.place, card.schedule, card.pay.decimal(), card.pay.currency)
                if card
                else ()
            )
            yield (row.number, row.title, mark.marked_at, card is not None, *offer)


def _rows(worker: Worker, kind: MarkKind, marks: Sequence[Any], now: datetime) -> list[Kept]:
    """What each mark shows now, in their order."""
    ids = [mark.assignment_id for mark in marks]
    seen = visible(worker, ids, with_hidden=True)
    found = {one.pk: one for one in cards(worker, [pk for pk in ids if pk in seen], home_of(worker), now)}
    gone = may_be_told(worker, [pk for pk in ids if pk not in seen]) if kind == MarkKind.SAVED else set()
    return [
        Kept(pk, f"A-{pk}", mark.title, found.get(pk), pk in gone)
        for pk, mark in zip(ids, marks, strict=True)
    ]
