"""Vendors: founding one, asking people in, leaving it (domain.md 8.1). Who is in one said so in the own account.

Lock order: the vendor, then its workers. Each act is in the history of the worker whom it is about.
"""

from django.db import transaction
from django.http import Http404
from django.urls import reverse

from accounts.models import User
from common import clock
from common.errors import AlreadyDone, Conflict, Invalid, NotAllowed, WrongState
from notifications.outbox import Telling, queue_all
from workers.actions import SUBJECT, note
from workers.models import Vendor, VendorMember, VendorRole, VendorState, Worker
from workers.queries import public
from workers.vendors import people, place_of

MOST_ASKED = 50
"""Invitations of one vendor that wait at a time."""
LAST_AGENT = "A vendor needs a Team Agent. Make somebody else a Team Agent first, or take the others out."


@transaction.atomic
def found(*, actor: User, name: str, about: str) -> Vendor:
    """Found a vendor; its founder is the first Team Agent. Raises Conflict for somebody who is in one."""
    worker = _me(actor)
    _require_free(worker)
    now = clock.now()
    vendor = Vendor.objects.create(name=name, about=about, created_by=actor, created_at=now)
    VendorMember.objects.create(
        vendor=vendor,
        worker=worker,
        role=VendorRole.AGENT,
        state=VendorState.ACTIVE,
        invited_at=now,
        joined_at=now,
    )
    note("worker.vendor_founded", worker, actor=actor, facts={"vendor": name})
    return vendor


@transaction.atomic
def edit(vendor_id: int, *, actor: User, name: str, about: str) -> Vendor:
    """Change what clients read of the vendor."""
    vendor = _as_agent(vendor_id, actor)
    vendor.name, vendor.about = name, about
    vendor.save(update_fields=["name", "about"])
    return vendor


@transaction.atomic
def invite(vendor_id: int, *, actor: User, email: str) -> VendorMember:
    """Ask a worker to become an employee, by the address of the account. Raises Invalid at `email`."""
    vendor = _as_agent(vendor_id, actor)
    worker = public().filter(user__email__iexact=email).first()
    if worker is None:
        raise Invalid("No worker on Onsite uses this address", "email")
    _lock(worker.pk)
    there = VendorMember.objects.filter(vendor=vendor).exclude(state=VendorState.LEFT)
    if there.filter(worker=worker).exists():
        raise Invalid("This person is in your vendor already, or asked", "email")
    if there.filter(state=VendorState.INVITED).count() >= MOST_ASKED:
        raise Invalid(f"{MOST_ASKED} invitations wait already. Take one back first", "email")
    place = VendorMember.objects.create(
        vendor=vendor, worker=worker, invited_by=actor, invited_at=clock.now()
    )
    _tell("worker.vendor_invited", place, [worker.user], actor, {})
    return place


@transaction.atomic
def accept(place_id: int, *, actor: User) -> None:
    """Become an employee. Raises Conflict for somebody who is in another vendor."""
    place = _own_place(place_id, actor)
    if place.state == VendorState.ACTIVE:
        raise AlreadyDone("You are in this vendor.")
    _require_waiting(place)
    _require_free(place.worker)
    place.state, place.joined_at = VendorState.ACTIVE, clock.now()
    place.save(update_fields=["state", "joined_at"])
    agents = [one.worker.user for one in people(place.vendor_id).filter(role=VendorRole.AGENT)]
    _tell("worker.vendor_joined", place, agents, actor, {})


@transaction.atomic
def decline(place_id: int, *, actor: User) -> None:
    """Turn an invitation down."""
    place = _own_place(place_id, actor)
    _require_waiting(place)
    _end(place)
    note("worker.vendor_declined", place.worker, actor=actor, facts={"vendor": place.vendor.name})


@transaction.atomic
def leave(*, actor: User) -> None:
    """Leave one's vendor. Assigned work stays the worker's own. Raises WrongState for the last Team Agent of others."""
    places = VendorMember.objects.filter(worker__user=actor, state=VendorState.ACTIVE)
    vendor_id = places.values_list("vendor_id", flat=True).first()
    if vendor_id is not None:
        _vendor(vendor_id)
    mine = place_of(_me(actor).pk)
    if mine is None:
        raise AlreadyDone("You are in no vendor.")
    _require_other_agent(mine)
    _end(mine)
    note("worker.vendor_left", mine.worker, actor=actor, facts={"vendor": mine.vendor.name})


@transaction.atomic
def remove(vendor_id: int, place_id: int, *, actor: User) -> None:
    """Take an employee out, or an invitation back. An employee is told."""
    place = _place(vendor_id, place_id, actor)
    if place.state == VendorState.LEFT:
        raise AlreadyDone("This person is no longer in your vendor.")
    if place.worker.user_id == actor.pk:
        raise WrongState("You cannot take yourself out. Leave the vendor instead.")
    was_in = place.state == VendorState.ACTIVE
    _end(place)
    _tell("worker.vendor_removed", place, [place.worker.user] if was_in else [], actor, {})


@transaction.atomic
def set_role(vendor_id: int, place_id: int, *, actor: User, role: VendorRole) -> None:
    """Make an employee a Team Agent, or a Team Agent an employee."""
    place = _place(vendor_id, place_id, actor)
    if place.state != VendorState.ACTIVE:
        raise WrongState("This person is not in your vendor.")
    if place.role == role:
        raise AlreadyDone(f"This person is {VendorRole(role).label} already.")
    if role != VendorRole.AGENT:
        _require_other_agent(place)
    place.role = role
    place.save(update_fields=["role"])
    label = VendorRole(role).label
    _tell("worker.vendor_role_changed", place, [place.worker.user], actor, {"role": label})


def _me(actor: User) -> Worker:
    worker = (
        Worker.objects.select_for_update(no_key=True, of=("self",))
        .select_related("user")
        .filter(user=actor)
        .first()
    )
    if worker is None:
        raise NotAllowed("Only workers do this.")
    return worker


def _lock(worker_id: int) -> Worker:
    return (
        Worker.objects.select_for_update(no_key=True, of=("self",)).select_related("user").get(pk=worker_id)
    )


def _vendor(vendor_id: int) -> Vendor:
    vendor = Vendor.objects.select_for_update(no_key=True).filter(pk=vendor_id).first()
    if vendor is None:
        raise Http404
    return vendor


def _as_agent(vendor_id: int, actor: User) -> Vendor:
    """The vendor, locked. Raises Http404 for people outside, NotAllowed for employees."""
    vendor = _vendor(vendor_id)
    mine = people(vendor.pk).filter(worker__user=actor).first()
    if mine is None:
        raise Http404
    if mine.role != VendorRole.AGENT:
        raise NotAllowed("Only Team Agents of your vendor do this.")
    return vendor


def _place(vendor_id: int, place_id: int, actor: User) -> VendorMember:
    vendor = _as_agent(vendor_id, actor)
    place = VendorMember.objects.select_related("vendor").filter(vendor=vendor, pk=place_id).first()
    if place is None:
        raise Http404
    place.worker = _lock(place.worker_id)
    return place


def _own_place(place_id: int, actor: User) -> VendorMember:
    found = VendorMember.objects.filter(pk=place_id, worker__user=actor).values_list("vendor_id", flat=True)
    vendor_id = found.first()
    if vendor_id is None:
        raise Http404
    _vendor(vendor_id)
    worker = _me(actor)
    place = VendorMember.objects.select_related("vendor").get(pk=place_id)
    place.worker = worker
    return place


def _require_waiting(place: VendorMember) -> None:
    if place.state != VendorState.INVITED:
        raise WrongState("This invitation does not wait any more.")


def _require_free(worker: Worker) -> None:
    present = place_of(worker.pk)
    if present is not None:
        raise Conflict(f"You are in {present.vendor} already. Leave it before you join or found another.")


def _require_other_agent(place: VendorMember) -> None:
    others = people(place.vendor_id).exclude(pk=place.pk)
    if place.role == VendorRole.AGENT and others and not any(one.role == VendorRole.AGENT for one in others):
        raise WrongState(LAST_AGENT)


def _end(place: VendorMember) -> None:
    place.state, place.left_at = VendorState.LEFT, clock.now()
    place.save(update_fields=["state", "left_at"])


def _tell(kind: str, place: VendorMember, users: list[User], actor: User, more: dict[str, object]) -> None:
    """Write it into the worker's history, and tell people: never the one who did it."""
    facts = {"vendor": place.vendor.name, **more}
    entry = note(kind, place.worker, actor=actor, facts=facts)
    context = {**facts, "actor_name": str(actor), "person": str(place.worker)}
    url = reverse("workers:vendor")
    tellings = [
        Telling(user, context, url, SUBJECT, place.worker_id, entry.pk)
        for user in users
        if user.pk != actor.pk
    ]
    queue_all(kind, tellings, at=entry.at)
