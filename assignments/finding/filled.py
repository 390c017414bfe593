"""The calm word about work that went to somebody else while a worker had it saved (ux.md 6.6).

Told only to those who saved it while it was open to them, and never had an offer, an invitation or time on it: an
applicant who lost has no page of it any more (S14). It says when, never who, and nothing of the assignment itself
but the title that the worker read.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from assignments.finding.asked import NEAREST, SOONEST, Origin, Search, home_of
from assignments.finding.conditions import Matches
from assignments.finding.offers import Card, cards
from assignments.finding.pages import nearest
from assignments.models import Application, Assignment, Engagement, Invitation, MarkKind, WorkerMark
from assignments.states import WITH_WORKER
from clients.models import Block, Member
from workers.models import Worker

SIMILAR = 3


@dataclass(frozen=True, slots=True)
class FilledNote:
    """When it was filled (in `time_zone`), and what else is open in the same industry, the nearest first."""

    pk: int
    number: str
    title: str
    filled_at: datetime
    time_zone: str
    similar: list[Card]


def may_be_told(worker: Worker, ids: Iterable[int]) -> set[int]:
    """Those of the ids whose being filled this worker may be told. One query."""
    return set(_tellable(worker).filter(pk__in=list(ids)).values_list("pk", flat=True))


def filled_note(worker: Worker, pk: int, now: datetime) -> FilledNote | None:
    """The note on one assignment; None where it would tell too much."""
    row = _tellable(worker).filter(pk=pk).first()
    if row is None or row.assigned_at is None:
        return None
    mark = WorkerMark.objects.get(worker=worker, assignment=pk)
    return FilledNote(
        pk, row.number, mark.title, row.assigned_at, row.time_zone, _similar(worker, mark.industry, now)
    )


def _tellable(worker: Worker) -> "QuerySet[Assignment]":
    def mine(model: Any, **more: Any) -> Exists:
        return Exists(model.objects.filter(assignment=OuterRef("pk"), worker=worker, **more))

    own = Member.objects.filter(client=OuterRef("client"), user=worker.user_id)
    blocked = Block.objects.filter(client=OuterRef("client"), worker=worker, lifted_at__isnull=True)
    rows = Assignment.objects.filter(
        mine(WorkerMark, kind=MarkKind.SAVED), state__in=sorted(WITH_WORKER), is_marketplace=True
    )
    return rows.exclude(
        mine(Application) | mine(Invitation) | mine(Engagement) | Exists(own) | Exists(blocked)
    )


def _similar(worker: Worker, industry: str, now: datetime) -> list[Card]:
    origin: Origin | None = home_of(worker)
    search = Search(origin=origin, industry=industry, sort=NEAREST if origin else SOONEST)
    tz_name = worker.user.time_zone
    ids = nearest(Matches(worker, search, now, tz_name), SIMILAR)
    if not ids:
        ids = nearest(Matches(worker, replace(search, industry=""), now, tz_name), SIMILAR)
    return cards(worker, ids, origin, now)
