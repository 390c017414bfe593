"""Workers whom a client may ask by name: found by name, skill or town, with how far they live."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from assignments.models import Assignment
from clients.blocks import blocked_workers, in_force
from clients.models import DirectConsent, Member
from common.places import miles
from common.when import miles as miles_words
from workers.models import Worker

FOUND = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """One worker in words."""

    worker: Worker
    name: str
    note: str


def find(client_id: int, text: str, *, near: Assignment | None = None) -> list[Candidate]:
    """At most FOUND workers open to new work whose name, skill or town has each of the words."""
    rows = _open_to(client_id)
    for word in text.replace("\x00", "").split()[:5]:
        rows = rows.filter(
            Q(user__name__icontains=word) | Q(city__icontains=word) | Q(skills__name__icontains=word)
        )
    return described(rows.order_by("user__name", "id").distinct()[:FOUND], near)


def agreed(client_id: int, *, near: Assignment | None = None) -> list[Candidate]:
    """The workers who let this company assign them directly (decisions.md D21)."""
    named = DirectConsent.objects.filter(client_id=client_id).values("worker")
    return described(_open_to(client_id).filter(pk__in=named).order_by("user__name", "id"), near)


def chosen(client_id: int, ids: Iterable[int]) -> "QuerySet[Worker]":
    """Those of the ids that may be asked at all."""
    return _open_to(client_id).filter(pk__in=list(ids)).order_by("user__name", "id")


def anybody(client_id: int) -> "QuerySet[Worker]":
    """All who may be asked at all, in no order."""
    return _open_to(client_id)


def unblocked(client_id: int, workers: Iterable[Worker]) -> list[Worker]:
    """Without the own company's people and those whom either side blocked; also who only acts for others stays."""
    blocked = blocked_workers(client_id)
    own = set(Member.objects.filter(client_id=client_id).values_list("user_id", flat=True))
    return [worker for worker in workers if worker.pk not in blocked and worker.user_id not in own]


def distance(worker: Worker, row: Assignment | None) -> float | None:
    """Miles in a straight line from the worker's home to the rounded site; None when one is not known."""
    if (
        row is None
        or row.area_lat is None
        or row.area_lon is None
        or worker.lat is None
        or worker.lon is None
    ):
        return None
    return miles(worker.lat, worker.lon, row.area_lat, row.area_lon)


def described(rows: Iterable[Worker], near: Assignment | None) -> list[Candidate]:
    """Each worker with area, distance and skills in one line."""
    found = []
    for worker in rows:
        far = distance(worker, near)
        parts = [worker.area, miles_words(far) if far is not None else ""]
        parts.append(", ".join(skill.name for skill in worker.skills.all()[:6]))
        found.append(Candidate(worker, str(worker), " · ".join(part for part in parts if part)))
    return found


def _open_to(client_id: int) -> "QuerySet[Worker]":
    """People of the own company cannot be its workers; nor is anybody asked who is blocked, by either side."""
    own = Member.objects.filter(client_id=client_id).values("user")
    blocked = in_force().filter(client_id=client_id).values("worker")
    return (
        Worker.objects.filter(is_available=True, user__is_active=True)
        .exclude(user__in=own)
        .exclude(pk__in=blocked)
        .select_related("user")
        .prefetch_related("skills")
    )
