"""Sending in waves, and the way in which an invited worker takes it: the first to accept (domain.md 3.3, T4).

A wave is kept as a Route. It fires once, by hand when it is due at once, else by the sweep, while it is Available.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from accounts.actor import actor_user
from accounts.models import User
from assignments.actions import funds
from assignments.actions.assigning import close_others, engage
from assignments.actions.door import Change, change
from assignments.actions.sheets import named, write_sheet
from assignments.models import (
    Application,
    Assignment,
    Invitation,
    Route,
    RouteKind,
    RouteMode,
)
from assignments.overlaps import off_then, off_words, overlapping
from assignments.requirements import require_met
from assignments.routing import (
    MOST_WAVES,
    Wave,
    group,
    open_invitations,
    route_of,
    terms_mark,
    untold,
    wave_of,
)
from assignments.states import ApplicationState
from clients.blocks import is_blocked
from clients.truth import require_read
from clients.vendors import found_by
from common.actor import SYSTEM
from common.errors import Conflict, Invalid, NotAllowed, WrongState
from workers.models import Worker
from workers.queries import worker_of

COLUMNS = ("route", "mode", "vendor", "invited_by", "invited_at", "declined_at")
"""What a new invitation of the same worker writes anew."""
TAKEN = "It is taken: another worker was first. It has no effect on your scores."


def accept(pk: int, *, actor: User, understood: bool = False, read: str | None = None) -> Assignment:
    """An invited worker takes it on the posted terms and is assigned at once: exactly one wins (T4).

    `read` marks the terms that the worker read (routing.terms_mark). Raises WrongState when another was first,
    Conflict when the terms changed since or the worker is booked then, Invalid for unmet requirements and where the
    company's figures ask for a tick that is missing.
    """
    worker = worker_of(actor)
    if worker is None:
        raise NotAllowed("Only workers do this.")
    try:
        with change(pk, "accept", actor=actor, worker_id=worker.pk) as opened:
            _take(opened, worker, understood, read)
    except WrongState:
        if was_first_elsewhere(pk, worker):
            raise WrongState(TAKEN) from None
        raise
    return opened.row


def _take(opened: Change, worker: Worker, understood: bool, read: str | None) -> None:
    row = opened.row
    require_met(row, worker)
    require_read(row.client, is_read=understood)
    if read is not None and read != terms_mark(row):
        raise Conflict("The client changed it while you were reading. Read it again before you accept.")
    clash = overlapping(worker.pk, row)
    if clash is not None:
        raise Conflict(f"You are booked at that time on {clash.number}. Nothing was changed.")
    off = off_then(worker, row)
    if off is not None:
        raise Conflict(f"You took time off {off_words(off)}. Remove it first, then accept.")
    _withdraw_offer(row, worker)
    passed = engage(opened, worker)
    row.assign(opened.now)
    funds.resize(opened)
    opened.record(
        "assignment.accepted",
        worker=str(worker),
        new={"price": row.worker_most, "start_at": row.start_at},
        agreement=named(write_sheet(opened)),
    )
    close_others(opened, passed)


def _withdraw_offer(row: Assignment, worker: Worker) -> None:
    """Who accepts the posted terms asks no others any more."""
    for mine in Application.objects.filter(assignment=row, worker=worker, state=ApplicationState.PENDING):
        mine.withdraw()
        mine.save(update_fields=["state", "decided_at"])


def was_first_elsewhere(pk: int, worker: Worker) -> bool:
    """Whether the worker was invited to accept it, and another one has it: only then is that told.

    Not where either side blocked the other: then it answers like what never was.
    """
    asked = Invitation.objects.filter(
        assignment_id=pk, worker=worker, mode=RouteMode.ACCEPT, declined_at__isnull=True
    )
    row = Assignment.objects.filter(pk=pk, worker__isnull=False).exclude(worker=worker).first()
    return row is not None and asked.exists() and not is_blocked(row.client_id, worker.pk)


def send_more(pk: int, waves: Sequence[Wave], *, actor: User) -> list[Worker]:
    """Send what is Available to more people. Nobody is told twice. Returns the workers told at once.

    Raises Invalid where that is nobody, and AlreadyDone for a doubled click.
    """
    if not waves:
        raise Invalid("Choose at least one worker.", "workers")
    with change(pk, "invite", actor=actor) as opened:
        told = send_to(opened, waves)
        if not told and not any(wave.kind == RouteKind.MARKET or wave.delay_minutes for wave in waves):
            opened.pass_over_repeat("invite")
            raise Invalid("Nobody new is among them: who was told is not told twice.", "workers")
    return told


def send_to(opened: Change, waves: Sequence[Wave]) -> list[Worker]:
    """Keep the waves, and fire those that are due at once. The row is Available by now. Returns whom they told."""
    if len(waves) > MOST_WAVES:
        raise Invalid(f"Send it in at most {MOST_WAVES} waves.")
    routes = [_kept(opened, wave, position) for position, wave in enumerate(waves, 1)]
    return _fire(opened, [route for route in routes if route.delay_minutes == 0])


def _kept(opened: Change, wave: Wave, position: int) -> Route:
    by = actor_user(opened.actor)
    if by is None:
        raise NotAllowed("Only people send assignments.")
    _check(opened.row, wave)
    route = route_of(wave)
    route.assignment, route.position, route.made_by = opened.row, position, by
    route.created_at = opened.now
    route.due_at = opened.now + timedelta(minutes=wave.delay_minutes)
    route.save()
    route.workers.set(wave.workers)
    return route


def _check(row: Assignment, wave: Wave) -> None:
    """What the database refuses too, as sentences."""
    if wave.mode == RouteMode.ACCEPT and wave.kind in (RouteKind.MARKET, RouteKind.VENDOR):
        raise Invalid("The first to accept is for workers, pools and best matches. Here they apply.", "mode")
    pools = row.client.pools.filter(is_active=True)
    if wave.pool_id is not None and not pools.filter(pk=wave.pool_id).exists():
        raise Invalid("Choose a pool of your company.", "who")
    if wave.vendor_id is not None and not found_by(row.client_id).filter(pk=wave.vendor_id).exists():
        raise Invalid("Choose a vendor that takes work at present.", "who")


def fire(pk: int, route_id: int) -> bool:
    """The sweep sends one wave whose time has come. Returns whether it did."""
    with change(pk, "fire", actor=SYSTEM) as opened:
        route = Route.objects.filter(assignment=opened.row, pk=route_id, fired_at__isnull=True).first()
        if route is None or route.due_at is None or route.due_at > opened.now:
            return False
        _fire(opened, [route])
    return True


def _fire(opened: Change, routes: Iterable[Route]) -> list[Worker]:
    """Send these waves, each once: their workers are invited and told, the marketplace is opened."""
    told: dict[str, list[Worker]] = {RouteMode.APPLY: [], RouteMode.ACCEPT: []}
    for route in routes:
        if route.kind == RouteKind.MARKET:
            opened.row.is_marketplace = True
        fresh = _invite(opened, route, wave_of(route))
        told[route.mode] += fresh
        route.fired_at, route.told = opened.now, len(fresh)
        route.save(update_fields=["fired_at", "told"])
    invited, offered = told[RouteMode.APPLY], told[RouteMode.ACCEPT]
    opened.tell(invited=invited, offered=offered)
    if invited:
        opened.record("assignment.invited", visibility="client", count=len(invited))
    if offered:
        opened.record("assignment.offered", visibility="client", count=len(offered))
    return [*invited, *offered]


def _invite(opened: Change, route: Route, wave: Wave) -> list[Worker]:
    """Write the invitations of one wave. Returns whom it tells: each of them once, however many waves name them."""
    row, found = opened.row, group(opened.row, wave)
    if route.mode == RouteMode.ACCEPT:
        _raise(row, found)
    fresh = untold(row, found, route.mode)
    known = {one.worker_id: one for one in Invitation.objects.filter(assignment=row, worker__in=fresh)}
    made: list[Invitation] = []
    for worker in fresh:
        one = known.get(worker.pk)
        if one is None:
            one = Invitation(assignment=row, worker=worker)
            made.append(one)
        one.route, one.mode, one.vendor_id = route, route.mode, route.vendor_id
        one.invited_by, one.invited_at, one.declined_at = route.made_by, opened.now, None
    Invitation.objects.bulk_create(made)
    Invitation.objects.bulk_update(known.values(), COLUMNS)
    return fresh


def _raise(row: Assignment, workers: Sequence[Worker]) -> None:
    """Who was invited to apply may accept from now on."""
    ids = [one.pk for one in open_invitations(row, [worker.pk for worker in workers])]
    Invitation.objects.filter(pk__in=ids).update(mode=RouteMode.ACCEPT)


def cancel_wave(pk: int, route_id: int, *, actor: User) -> None:
    """Take a wave back before its time. Raises Conflict for one that was sent or taken back already."""
    with change(pk, "cancel_wave", actor=actor) as opened:
        route = Route.objects.filter(assignment=opened.row, pk=route_id).first()
        if route is None or not route.is_waiting:
            raise Conflict("This wave is no longer to come.")
        route.due_at = None
        route.save(update_fields=["due_at"])
        opened.record("assignment.wave_cancelled", visibility="client", wave=str(route.get_kind_display()))
