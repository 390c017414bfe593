"""Whom a wave reaches, and what pages say of it (domain.md 3.3). Reads only, but for `stop`; sending is in
actions/routing.py."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db.models import Max

from assignments import candidates
from assignments.change_default import default_of
from assignments.matching import rank
from assignments.models import (
    Application,
    Assignment,
    CustomField,
    DeliverableRequirement,
    Engagement,
    Invitation,
    Route,
    RouteKind,
    RouteMode,
    Site,
)
from assignments.models.terms import TERMS_FIELDS
from assignments.sheets import canonical, digest
from assignments.shortlist import named, ticked
from assignments.states import ApplicationState, State
from clients import pools
from clients.models import Pool
from clients.pools import active_members
from clients.vendors import found_by
from common.places import box, miles
from common.when import minutes
from workers.models import Vendor, Worker
from workers.vendors import agents

NOBODY = "Post it to the marketplace, or invite at least one worker."
MOST_VENDORS = 200
MATCHES = (5, 10, 25, 50)
"""How many best matches one wave can tell."""
RANKED = 500
"""Of so many, the nearest ones, the best are looked for: ranking reads each one's record."""
MOST_WAVES = 8
"""Waves of one sending."""


@dataclass(frozen=True, slots=True)
class Wave:
    """One wave as it is asked for: whom it tells, how, how far around the site and how long after sending.

    `workers` are those of a wave by name. `radius_miles` None is any distance; `delay_minutes` 0 is at once.
    """

    kind: str
    mode: str = RouteMode.APPLY
    workers: tuple[Worker, ...] = ()
    pool_id: int | None = None
    vendor_id: int | None = None
    radius_miles: int | None = None
    most: int | None = None
    delay_minutes: int = 0


def by_name(workers: Iterable[Worker], mode: str = RouteMode.APPLY) -> Wave:
    """A wave to these workers, at once."""
    return Wave(RouteKind.WORKERS, mode, tuple(dict.fromkeys(workers)))


MARKET = Wave(RouteKind.MARKET)
"""The marketplace, at once."""


def saved_waves(row: Assignment) -> list[Wave]:
    """What a draft says of its routing: the marketplace where it is ticked, and its ticked workers."""
    workers = list(ticked(row))
    return [*([MARKET] if row.is_marketplace else []), *([by_name(workers)] if workers else [])]


def wave_of(route: Route) -> Wave:
    """A kept wave as it was asked for."""
    workers = route.workers.select_related("user") if route.kind == RouteKind.WORKERS else ()
    return Wave(
        route.kind,
        route.mode,
        tuple(workers),
        route.pool_id,
        route.vendor_id,
        route.radius_miles,
        route.most,
        route.delay_minutes,
    )


def reached(row: Assignment, wave: Wave) -> list[Worker]:
    """The workers whom the wave would tell now, by name."""
    return untold(row, group(row, wave), wave.mode)


def group(row: Assignment, wave: Wave) -> list[Worker]:
    """The workers of the wave who are open to new work and live within its radius, told before or not.

    Best matches are the best of those who were not told yet.
    """
    if wave.kind == RouteKind.MATCH:
        return best(row, wave.radius_miles, wave.mode, wave.most or 0)
    return within(row, members(row.client_id, wave), wave.radius_miles)


def members(client_id: int, wave: Wave) -> list[Worker]:
    """Whom the wave names, wherever the site is: pool, workers by name, or the Team Agents of a vendor.

    Nobody for the marketplace, where workers look for themselves, and for best matches, which depend on the work.
    """
    if wave.vendor_id is not None:
        return candidates.unblocked(client_id, agents(wave.vendor_id))
    if wave.kind not in (RouteKind.POOL, RouteKind.WORKERS):
        return []
    ids = active_members(wave.pool_id) if wave.pool_id is not None else {one.pk for one in wave.workers}
    return list(candidates.chosen(client_id, ids))


def best(row: Assignment, radius_miles: int | None, mode: str, most: int) -> list[Worker]:
    """So many workers who match best (matching.py says how), of the nearest RANKED who were not told yet."""
    known, at = told_ids(row, mode), _point(row)
    rows = candidates.anybody(row.client_id).order_by()
    if at is not None and radius_miles is not None and not row.is_virtual:
        south, north, west, east = box(*at, radius_miles)
        rows = rows.filter(lat__range=(south, north), lon__range=(west, east))
    far = {
        pk: miles(lat, lon, *at) if at and lat is not None and lon is not None else None
        for pk, lat, lon in rows.values_list("pk", "lat", "lon")
        if pk not in known
    }
    nearest = sorted(far, key=lambda pk: (far[pk] is None, far[pk] or 0.0, pk))[:RANKED]
    able = within(row, candidates.chosen(row.client_id, nearest), radius_miles)
    return [match.worker for match in rank(row, able)[:most]]


def within(row: Assignment, workers: Iterable[Worker], radius_miles: int | None) -> list[Worker]:
    """Those who live within so many miles of the site in a straight line; all of them for remote work.

    With a radius, somebody whose home is not known is left out.
    """
    if radius_miles is None or row.is_virtual:
        return list(workers)
    at = _point(row)
    return [
        worker
        for worker in workers
        if at is not None
        and worker.lat is not None
        and worker.lon is not None
        and miles(worker.lat, worker.lon, *at) <= radius_miles
    ]


def _point(row: Assignment) -> tuple[float, float] | None:
    """The site itself where its coordinates are known, else the middle of its area."""
    site: Site | None = getattr(row, "site", None)
    if site is not None and site.lat is not None and site.lon is not None:
        return site.lat, site.lon
    if row.area_lat is None or row.area_lon is None:
        return None
    return row.area_lat, row.area_lon


def untold(row: Assignment, workers: Sequence[Worker], mode: str) -> list[Worker]:
    """Without those who were told: once is enough."""
    known = told_ids(row, mode, [worker.pk for worker in workers])
    return [worker for worker in workers if worker.pk not in known]


def told_ids(row: Assignment, mode: str, ids: Sequence[int] | None = None) -> set[int]:
    """Workers (of these) who hold an open invitation, or whose offer waits for an answer.

    Somebody whose offer waits may still be asked to accept.
    """
    known = {one.worker_id for one in open_invitations(row, ids)}
    if mode == RouteMode.ACCEPT:
        return known
    waiting = Application.objects.filter(assignment=row, state=ApplicationState.PENDING)
    if ids is not None:
        waiting = waiting.filter(worker_id__in=ids)
    return known | set(waiting.values_list("worker_id", flat=True))


def open_invitations(row: Assignment, ids: Sequence[int] | None = None) -> list[Invitation]:
    """The invitations that still hold: not turned down, and after anything that ended an earlier relation (D10)."""
    asked = Invitation.objects.filter(assignment=row, declined_at__isnull=True).select_related("worker__user")
    found = list(asked if ids is None else asked.filter(worker_id__in=ids))
    left = _left_at(row, [one.worker_id for one in found])
    return [
        one
        for one in found
        if one.invited_at >= _since(row)
        and (one.worker_id not in left or one.invited_at > left[one.worker_id])
    ]


def _since(row: Assignment) -> datetime:
    """Since when it is Available: who was asked before somebody else had it is asked anew."""
    return row.state_since if row.state == State.SENT else row.created_at


def _left_at(row: Assignment, ids: list[int]) -> dict[int, datetime]:
    """When each of the workers last left it or lost it."""
    ended: Any = Engagement.objects.filter(assignment=row, worker_id__in=ids, ended_at__isnull=False)
    closed: Any = Application.objects.filter(
        assignment=row, worker_id__in=ids, state=ApplicationState.CLOSED, decided_at__isnull=False
    )
    found: dict[int, datetime] = {}
    for rows, column in ((ended, "ended_at"), (closed, "decided_at")):
        for worker_id, at in rows.order_by().values_list("worker_id").annotate(at=Max(column)):
            found[worker_id] = max(at, found.get(worker_id, at))
    return found


def stop(row: Assignment, state_before: str) -> None:
    """Waves still to come end with the stage: what comes back to Available is sent anew by the client."""
    if state_before == State.SENT and row.state != State.SENT:
        Route.objects.filter(assignment=row, due_at__isnull=False, fired_at__isnull=True).update(due_at=None)


def terms_mark(row: Assignment) -> str:
    """A mark of all that accepting would bind the worker to: other terms, date, scope or proof give another mark."""
    wanted = DeliverableRequirement.objects.filter(assignment=row).values_list(
        "title", "kind", "count", "instructions", "moment", "due_minutes"
    )
    asked = CustomField.objects.filter(assignment=row).values_list(
        "label", "kind", "is_required", "count", "group__title", "group__is_required"
    )
    default = default_of(row)
    said = {
        "price": [getattr(row, name) for name in TERMS_FIELDS],
        "payment": [row.terms_days, row.non_negotiable, row.fastfunds_eligible, row.client.auto_approve_days],
        "extra work": [default.answer, default.limit.minor, default.minutes],
        "schedule": [str(part) for part in row.schedule],
        "work": [row.title, row.description, row.duration_minutes, row.checkin_required, row.confirm_hours],
        "place": [row.is_virtual, row.city, row.region, row.postcode],
        "proof": [[list(one) for one in wanted], [list(one) for one in asked]],
    }
    return digest(canonical(said))[:16]


def pools_of_client(client_id: int) -> list[tuple[Pool, int]]:
    """The company's pools with how many active members each has, by name."""
    return [(pool, pool.members_now) for pool in pools.counted(client_id).filter(is_active=True)]  # type: ignore[attr-defined]


def vendors(client_id: int) -> list[Vendor]:
    """The vendors that the company can ask, by name."""
    return list(found_by(client_id).order_by("name", "pk")[:MOST_VENDORS])


def counted(count: int) -> str:
    """ "1 worker", "12 workers"."""
    return "1 worker" if count == 1 else f"{count} workers"


@dataclass(frozen=True, slots=True)
class Stop:
    """One wave of the assignment page: whom, how, and what became of it."""

    route: Route
    words: str
    takes_first: bool


@dataclass(frozen=True, slots=True)
class SentTo:
    """What the client's page says of the routing: how many were asked by name so far, what went, what is to come."""

    asked: int
    gone: list[Stop]
    coming: list[Stop]


def sent_to(row: Assignment) -> SentTo:
    """The waves of an assignment for its client's own people. Two queries."""
    routes = Route.objects.filter(assignment=row).select_related("pool", "vendor").order_by("due_at", "id")
    stops = [
        Stop(route, words_of(route, route.told if route.fired_at else None), route.mode == RouteMode.ACCEPT)
        for route in routes
    ]
    return SentTo(
        Invitation.objects.filter(assignment=row).count(),
        [one for one in stops if one.route.fired_at],
        [one for one in stops if one.route.is_waiting],
    )


def words_of(route: Route, count: int | None = None) -> str:
    """Whom a wave goes to, in words: "Pool Night crew, within 45 miles: 12 workers"."""
    names = {
        RouteKind.MARKET: "Marketplace",
        RouteKind.WORKERS: "By name",
        RouteKind.POOL: f"Pool {route.pool}",
        RouteKind.VENDOR: f"{route.vendor}",
        RouteKind.MATCH: f"The {route.most} best matches",
    }
    near = f", within {route.radius_miles} miles" if route.radius_miles else ""
    told = f": {counted(count)}" if count is not None and route.kind != RouteKind.MARKET else ""
    return f"{names[RouteKind(route.kind)]}{near}{told}"


def route_of(wave: Wave) -> Route:
    """The wave as a row that is not saved: for its words, and to be kept."""
    return Route(
        kind=wave.kind,
        mode=wave.mode,
        pool_id=wave.pool_id,
        vendor_id=wave.vendor_id,
        radius_miles=wave.radius_miles,
        most=wave.most,
        delay_minutes=wave.delay_minutes,
    )


class Preview:
    """What the same waves would do to each of many drafts: who is named is read once, and then judged row by row."""

    def __init__(self, client_id: int, waves: Sequence[Wave]) -> None:
        self.waves = [(wave, route_of(wave), members(client_id, wave)) for wave in waves]

    def words(self, row: Assignment) -> str:
        """ "Marketplace. Pool Night crew: 7 workers, the first to accept. After 2 hours: the 10 best matches." """
        return " ".join(f"{self._wave(row, *one)}." for one in self.waves)

    def _wave(self, row: Assignment, wave: Wave, route: Route, inside: list[Worker]) -> str:
        is_counted = wave.kind in (RouteKind.POOL, RouteKind.WORKERS)
        count = len(within(row, inside, wave.radius_miles)) if is_counted else None
        when = f"After {minutes(wave.delay_minutes)}: " if wave.delay_minutes else ""
        how = ", the first to accept" if wave.mode == RouteMode.ACCEPT else ""
        return f"{when}{words_of(route, count)}{how}"

    def reaches(self, row: Assignment) -> bool:
        """Whether anybody would see it, now or later."""
        return any(
            wave.kind in (RouteKind.MARKET, RouteKind.MATCH)
            or wave.delay_minutes
            or within(row, inside, wave.radius_miles)
            for wave, _, inside in self.waves
        )


def plain(waves: Iterable[Wave]) -> list[dict[str, Any]]:
    """Waves as plain values, to be kept with a run over many drafts."""
    names = [one.name for one in fields(Wave)]
    return [
        {name: getattr(wave, name) for name in names} | {"workers": [one.pk for one in wave.workers]}
        for wave in waves
    ]


def from_plain(kept: Iterable[dict[str, Any]]) -> list[Wave]:
    """The waves again."""
    return [Wave(**{**one, "workers": tuple(named(one["workers"]))}) for one in kept]
