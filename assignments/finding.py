"""Find Work: what is open to a worker, filtered and in the order asked for (domain.md 4.1).

Distances are straight lines from the worker's home to the site's coordinates rounded to two decimals, computed by
the database. "Soonest" is paged by key without a limit; "nearest" and "pay" sort what was found by a computed value,
so they look at no more than the CANDIDATES best rows.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from django.db.models import Case, Exists, F, FloatField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import ASin, Coalesce, Cos, Least, Radians, Sin, Sqrt

from assignments import queries
from assignments.models import Application, Assignment, Invitation
from assignments.states import ApplicationState, PricingType
from common import places
from common.localtime import midnight
from workers.models import Worker

CANDIDATES = 200
FAR = 1_000_000.0
"""Sorts work without a distance (remote, or no coordinates) behind all that has one."""


Rows: TypeAlias = "QuerySet[Any]"
"""Assignments with the columns that `_measured` adds."""


@dataclass(frozen=True, slots=True)
class Search:
    """What the worker asks for. `within` in miles, None for any distance; days are the worker's own."""

    text: str = ""
    within: int | None = None
    from_day: date | None = None
    to_day: date | None = None
    pay_minor: int | None = None
    skill_id: int | None = None
    kind: str = ""
    qualified: bool = False
    sort: str = "soonest"


def found(worker: Worker, search: Search, now: datetime, tz_name: str) -> Rows:
    """The open work that matches, each row with `distance` in miles (None when unknown) and `pay_x60`."""
    rows = _measured(queries.feed(worker, now), worker)
    rows = _matching(rows, worker, search, tz_name)
    if search.within is not None and worker.lat is not None:
        rows = rows.filter(near(worker, search.within))
    return ordered(rows, search.sort)


def near(worker: Worker, miles: float) -> Q:
    """Within a straight-line distance of home; remote work is near everywhere. For rows with `distance`."""
    if worker.lat is None or worker.lon is None:
        return Q()
    south, north, west, east = places.box(worker.lat, worker.lon, miles)
    sieve = Q(area_lat__range=(south, north), area_lon__range=(west, east), distance__lte=miles)
    return Q(is_virtual=True) | sieve


def nearest_beyond(worker: Worker, search: Search, now: datetime, tz_name: str) -> float | None:
    """How far the nearest match of the same search is, whatever its distance; None when there is none."""
    rows = _matching(_measured(queries.feed(worker, now), worker), worker, search, tz_name)
    return rows.filter(distance__isnull=False).order_by("distance").values_list("distance", flat=True).first()


def ordered(rows: Rows, sort: str) -> Rows:
    if sort == "nearest":
        return rows.order_by(Coalesce("distance", Value(FAR)), "start_at", "id")
    if sort == "pay":
        return rows.order_by("-pay_x60", "start_at", "id")
    return rows.order_by("start_at", "id")


def _measured(rows: Rows, worker: Worker) -> Rows:
    mine = Application.objects.filter(
        assignment=OuterRef("pk"), worker=worker, state=ApplicationState.PENDING
    )
    named = Invitation.objects.filter(assignment=OuterRef("pk"), worker=worker, declined_at__isnull=True)
    measured: Rows = rows.annotate(
        distance=_distance(worker), pay_x60=_pay_x60(), has_applied=Exists(mine), is_invited=Exists(named)
    )
    return measured


def _distance(worker: Worker) -> Any:
    if worker.lat is None or worker.lon is None:
        return Value(None, output_field=FloatField())
    up = Radians(F("area_lat") - Value(worker.lat)) / Value(2.0)
    over = Radians(F("area_lon") - Value(worker.lon)) / Value(2.0)
    chord = Sin(up) * Sin(up) + Cos(Radians(Value(worker.lat))) * Cos(Radians(F("area_lat"))) * Sin(
        over
    ) * Sin(over)
    miles = Value(2 * places.EARTH_RADIUS_MILES) * ASin(Least(Value(1.0), Sqrt(chord)))
    is_known = Q(is_virtual=False, area_lat__isnull=False, area_lon__isnull=False)
    return Case(When(is_known, then=miles), default=None, output_field=FloatField())


def _pay_x60() -> Case:
    """The budget in minor units times 60: whole numbers, so that rates per hour need no division."""
    hourly = F("price_minor") * F("max_minutes")
    return Case(
        When(pricing_type=PricingType.HOURLY, then=hourly),
        When(pricing_type=PricingType.BLENDED, then=hourly + F("extra_price_minor") * F("extra_max_minutes")),
        When(pricing_type=PricingType.UNIT, then=F("price_minor") * F("max_units") * 60),
        default=F("price_minor") * 60,
    )


def _matching(rows: Rows, worker: Worker, search: Search, tz_name: str) -> Rows:
    for word in search.text.split():
        rows = rows.filter(
            Q(title__icontains=word)
            | Q(description__icontains=word)
            | Q(city__icontains=word)
            | Q(industry__icontains=word)
        )
    if search.from_day:
        first = midnight(search.from_day, tz_name)
        rows = rows.filter(Q(start_at__gte=first) | Q(window_end_at__gte=first))
    if search.to_day:
        rows = rows.filter(start_at__lt=midnight(search.to_day + timedelta(days=1), tz_name))
    if search.pay_minor:
        rows = rows.filter(pay_x60__gte=search.pay_minor * 60)
    if search.skill_id:
        rows = rows.filter(skills=search.skill_id)
    if search.kind:
        rows = rows.filter(schedule_kind=search.kind)
    if search.qualified:
        lacking = Assignment.skills.through.objects.filter(assignment=OuterRef("pk")).exclude(
            skill__in=worker.skills.values("pk")
        )
        rows = rows.exclude(Exists(lacking))
    return rows
