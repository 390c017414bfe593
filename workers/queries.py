"""Reads of workers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from common import places
from common.beside import Rows, columns, put, revived
from workers.models import Skill, Worker


def worker_of(user: User) -> Worker | None:
    """The worker side of an account, if it has one."""
    return Worker.objects.select_related("user").filter(user_id=user.pk).first()


def skilled(user: User) -> Worker | None:
    """The same with the skills loaded, in the same statement."""
    rows = Worker.objects.select_related("user").filter(user_id=user.pk)
    found = rows.annotate(skill_rows=skill_rows()).first()
    if found is not None:
        put_skills(found, found.skill_rows)
    return found


def skill_rows(worker: str = "pk") -> Rows:
    """Skills beside rows of Worker, or of rows whose column `worker` leads to one: for `put_skills`."""
    return Rows(Skill.objects.filter(workers=OuterRef(worker)).order_by("name"), columns(Skill))


def put_skills(worker: Worker, rows: Iterable[Mapping[str, Any]]) -> None:
    """Let `worker.skills.all()` answer with these."""
    put(worker, "skills", [revived(Skill, one) for one in rows])


def confirmed(users: str = "user_id") -> Q:
    """Only people whose address is confirmed: nothing of others is public (ux.md 6.1).

    An account without any recorded address was made by an administrator and counts.
    """
    mine = EmailAddress.objects.filter(user_id=OuterRef(users))
    return Q(Exists(mine.filter(verified=True))) | ~Q(Exists(mine))


def public() -> QuerySet[Worker]:
    """Workers that clients may look at."""
    return Worker.objects.filter(confirmed(), user__is_active=True).select_related("user")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a client looks for. `near` is a point in degrees; `within` is in miles around it;
    `without` are ids of workers who are left out."""

    text: str = ""
    skill: str = ""
    near: places.Place | None = None
    within: int | None = None
    open_only: bool = True
    without: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """One worker of a list with the distance in miles, None without a point to count from."""

    worker: Worker
    distance: float | None


def by_name(wanted: Wanted) -> QuerySet[Worker]:
    """The workers of a search without a point, to be read by `sort_name`."""
    rows = _filtered(wanted).annotate(sort_name=F("user__name"))
    return rows.order_by("sort_name", "pk").prefetch_related("skills")


def by_distance(wanted: Wanted) -> list[tuple[int, float]]:
    """Ids and miles of a search around a point, nearest first: only the square around it is read."""
    return _by_distance(_filtered(wanted), wanted.near, wanted.within) if wanted.near else []


def loaded(chosen: Iterable[tuple[int, float]]) -> list[Found]:
    """The workers of a page of `by_distance`."""
    far = dict(chosen)
    rows = Worker.objects.select_related("user").prefetch_related("skills").in_bulk(list(far))
    return [Found(rows[pk], miles) for pk, miles in far.items()]


def _filtered(wanted: Wanted) -> QuerySet[Worker]:
    rows = public()
    if wanted.without:
        rows = rows.exclude(pk__in=wanted.without)
    if wanted.open_only:
        rows = rows.filter(is_available=True)
    if wanted.text:
        rows = rows.filter(
            Q(user__name__icontains=wanted.text)
            | Q(city__icontains=wanted.text)
            | Q(region__iexact=wanted.text)
            | Q(about__icontains=wanted.text)
        )
    if wanted.skill:
        matching = Worker.skills.through.objects.filter(
            worker_id=OuterRef("pk"), skill__name__icontains=wanted.skill
        )
        rows = rows.filter(Exists(matching))
    return rows


def _by_distance(rows: QuerySet[Worker], near: places.Place, within: int | None) -> list[tuple[int, float]]:
    if within is not None:
        south, north, west, east = places.box(near.lat, near.lon, within)
        rows = rows.filter(lat__range=(south, north), lon__range=(west, east))
    points = rows.filter(lat__isnull=False, lon__isnull=False).values_list("pk", "lat", "lon")
    distances = [
        (pk, places.miles(near.lat, near.lon, lat, lon))
        for pk, lat, lon in points
        if lat is not None and lon is not None
    ]
    return sorted(
        ((pk, far) for pk, far in distances if within is None or far <= within),
        key=lambda pair: (pair[1], pair[0]),
    )
