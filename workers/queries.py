"""Reads of workers."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from common import places
from workers.models import Worker


def worker_of(user: User) -> Worker | None:
    """The worker side of an account, if it has one."""
    return Worker.objects.select_related("user").filter(user_id=user.pk).first()


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


def search(wanted: Wanted, *, start: int, size: int) -> tuple[list[Found], int]:
    """A page of workers and how many there are: nearest first, or by name without a point.

    With a point only ids and coordinates of the square around it are read; the rows of the page follow.
    """
    rows = _filtered(wanted)
    if wanted.near is None:
        page = list(rows.order_by("user__name", "pk").prefetch_related("skills")[start : start + size])
        return [Found(worker, None) for worker in page], rows.count()
    near = _by_distance(rows, wanted.near, wanted.within)
    chosen = dict(near[start : start + size])
    loaded = Worker.objects.select_related("user").prefetch_related("skills").in_bulk(list(chosen))
    return [Found(loaded[pk], miles) for pk, miles in chosen.items()], len(near)


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
