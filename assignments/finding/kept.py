"""What a worker saved or hid, newest first. What has closed for the worker meanwhile stays as one line (S14)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict

from assignments.finding.asked import home_of
from assignments.finding.filled import may_be_told
from assignments.finding.offers import Card, cards
from assignments.finding.visible import visible
from assignments.models import MarkKind, WorkerMark
from common import keyset
from workers.models import Worker

SIZE = 20


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
    ids = [mark.assignment_id for mark in marks.items]
    seen = visible(worker, ids, with_hidden=True)
    found = {one.pk: one for one in cards(worker, [pk for pk in ids if pk in seen], home_of(worker), now)}
    gone = may_be_told(worker, [pk for pk in ids if pk not in seen]) if kind == MarkKind.SAVED else set()
    rows = [
        Kept(pk, f"A-{pk}", mark.title, found.get(pk), pk in gone)
        for pk, mark in zip(ids, marks.items, strict=True)
    ]
    return KeptPage(rows, marks)
