"""Talent pools: what the company does with them, and what a worker does about the own place (domain.md 3.4).

Nothing of a private pool ever leaves the company: its verbs tell nobody, and workers' verbs do not find it.
"""

from collections.abc import Iterable

from django.db import transaction
from django.http import Http404
from django.urls import reverse

from accounts.models import User
from clients import pools
from clients.actions import door
from clients.blocks import blocked_workers
from clients.models import Client, Member, Pool, PoolMember, PoolMemberState, PoolMessage, PoolVisibility
from clients.roles import Role
from common import clock, contacts
from common.errors import AlreadyDone, Conflict, Invalid, NotAllowed, WrongState
from timeline.models import Entry
from workers.models import Worker
from workers.queries import public, worker_of

STAYS_PRIVATE = (
    "A private pool stays private: its members do not know of it. Make another pool and invite them"
)
MOST_AT_ONCE = 50


@transaction.atomic
def save_pool(
    client_id: int,
    pool_id: int | None,
    *,
    actor: User,
    name: str,
    description: str,
    visibility: str,
    requirements_id: int | None,
    is_active: bool = True,
) -> Pool:
    """Add (without an id) or change a pool. Raises Invalid at the field; private is chosen once and for all."""
    client, _ = door.enter(client_id, "edit_pool", actor=actor)
    row = _pool(client, pool_id) if pool_id else Pool(client=client, created_at=clock.now())
    if client.pools.filter(name__iexact=name).exclude(pk=row.pk).exists():
        raise Invalid("You have a pool of this name", "name")
    if row.pk and visibility != row.visibility and PoolVisibility.PRIVATE in (visibility, row.visibility):
        raise Invalid(STAYS_PRIVATE, "visibility")
    if requirements_id and not client.requirement_sets.filter(pk=requirements_id).exists():
        raise Invalid("Choose one of your requirement sets", "requirements")
    row.name, row.description, row.visibility = name, description, visibility
    row.requirements_id, row.is_active = requirements_id, is_active
    row.save()
    door.note("client.pool_saved", client, actor=actor, facts={**_facts(row), "is_new": pool_id is None})
    return row


@transaction.atomic
def add_members(client_id: int, pool_id: int, worker_ids: Iterable[int], *, actor: User) -> int:
    """Put workers into a private pool, or invite them into another. Returns how many were new.

    Passed over: those who are in or asked already, people of the company, and whoever is blocked by either side.
    """
    client, _ = door.enter(client_id, "edit_pool", actor=actor)
    pool = _live(_pool(client, pool_id))
    wanted = sorted(set(worker_ids))
    if not wanted:
        raise Invalid("Choose at least one worker", "workers")
    if len(wanted) > MOST_AT_ONCE:
        raise Invalid(f"Choose at most {MOST_AT_ONCE} workers at once", "workers")
    own = Member.objects.filter(client=client, is_active=True).values("user")
    able = (
        public().filter(pk__in=set(wanted) - blocked_workers(client.pk)).exclude(user__in=own).order_by("pk")
    )
    there = {one.worker_id: one for one in PoolMember.objects.filter(pool=pool, worker__in=wanted)}
    fresh = [
        worker for worker in able if not (there.get(worker.pk) and there[worker.pk].state in pools.CURRENT)
    ]
    for worker in fresh:
        _take_in(pool, worker, there.get(worker.pk), actor)
    if fresh:
        _note_new(client, pool, fresh, actor)
    return len(fresh)


def _take_in(pool: Pool, worker: Worker, found: PoolMember | None, actor: User) -> None:
    place = found or PoolMember(pool=pool, worker=worker, since=clock.now())
    if pool.visibility == PoolVisibility.PRIVATE:
        place.join()
    elif found:
        place.invite()
    place.added_by, place.reason = actor, ""
    place.save()


def _note_new(client: Client, pool: Pool, workers: list[Worker], actor: User) -> None:
    facts = {**_facts(pool), "count": len(workers)}
    if pool.visibility == PoolVisibility.PRIVATE:
        door.note("client.pool_member_added", client, actor=actor, facts=facts)
        return
    entry = door.note("client.pool_invited", client, actor=actor, facts=facts)
    _tell_workers(entry, pool, workers)


@transaction.atomic
def approve_request(client_id: int, pool_id: int, place_id: int, *, actor: User) -> None:
    """Let a worker in who lacks a requirement and asked to be let in all the same."""
    client, pool, place = _place(client_id, pool_id, place_id, actor)
    if place.state == PoolMemberState.ACTIVE:
        raise AlreadyDone("This worker is a member.")
    _require(place, PoolMemberState.REQUESTED, "This request does not wait any more.")
    place.join()
    place.save()
    entry = door.note("client.pool_approved", client, actor=actor, facts=_facts(pool, place.worker))
    _tell_workers(entry, pool, [place.worker])


@transaction.atomic
def decline_request(client_id: int, pool_id: int, place_id: int, *, actor: User) -> None:
    """Say no to an override; the worker may ask again."""
    client, pool, place = _place(client_id, pool_id, place_id, actor)
    if place.state == PoolMemberState.DECLINED:
        raise AlreadyDone("This request is declined.")
    _require(place, PoolMemberState.REQUESTED, "This request does not wait any more.")
    place.decline()
    place.save()
    entry = door.note("client.pool_declined", client, actor=actor, facts=_facts(pool, place.worker))
    _tell_workers(entry, pool, [place.worker])


@transaction.atomic
def remove_member(client_id: int, pool_id: int, place_id: int, *, actor: User) -> None:
    """Take a member out, or an invitation back. A member is told; in a private pool nobody is."""
    client, pool, place = _place(client_id, pool_id, place_id, actor)
    if place.state == PoolMemberState.REMOVED:
        raise AlreadyDone("This worker is no longer in the pool.")
    if place.state not in (PoolMemberState.ACTIVE, PoolMemberState.INVITED):
        raise WrongState("This worker is not in the pool any more.")
    was_member = place.state == PoolMemberState.ACTIVE
    place.remove()
    place.save()
    entry = door.note("client.pool_removed", client, actor=actor, facts=_facts(pool, place.worker))
    if was_member and pool.visibility != PoolVisibility.PRIVATE:
        _tell_workers(entry, pool, [place.worker])


@transaction.atomic
def post_message(client_id: int, pool_id: int, *, actor: User, text: str) -> PoolMessage:
    """Write to all members at once. A private pool has no messages: they would tell of it."""
    client, _ = door.enter(client_id, "edit_pool", actor=actor)
    pool = _live(_pool(client, pool_id))
    if pool.visibility == PoolVisibility.PRIVATE:
        raise WrongState("A private pool has no messages. Its members do not know of it.")
    if not text.strip():
        raise Invalid("Enter your message", "text")
    newest = pool.messages.first()
    if newest and newest.author_id == actor.pk and newest.text == text and _is_just_now(newest):
        raise AlreadyDone("This message is sent already.")
    workers = (
        Worker.objects.filter(pk__in=pools.active_members(pool.pk)).select_related("user").order_by("pk")
    )
    members = list(workers)
    row = PoolMessage.objects.create(
        pool=pool, author=actor, text=text, sent_at=clock.now(), told=len(members)
    )
    entry = door.note(
        "client.pool_message_posted", client, actor=actor, facts={**_facts(pool), "count": row.told}
    )
    _tell_workers(entry, pool, members, text=text)
    return row


@transaction.atomic
def join_pool(pool_id: int, *, actor: User) -> None:
    """Join a public pool, or accept an invitation. Raises WrongState while a requirement is not met."""
    client, worker, pool, place = _as_worker(pool_id, actor)
    if place and place.state == PoolMemberState.ACTIVE:
        raise AlreadyDone("You are in this pool.")
    if place and place.state == PoolMemberState.REMOVED:
        raise WrongState("The company took you out of this pool. It can invite you again.")
    if not pools.qualifies(pool, worker):
        raise WrongState(
            "You do not meet all requirements of this pool. Ask the company to let you in all the same."
        )
    place = place or PoolMember(pool=pool, worker=worker)
    place.join()
    place.save()
    entry = _note_by(worker, "client.pool_joined", client, pool, actor)
    _tell_managers(entry, client, pool, worker)


@transaction.atomic
def request_override(pool_id: int, *, actor: User, reason: str) -> None:
    """Ask to be let in although a requirement is not met; the company reads the reason, which holds no contacts."""
    if not reason.strip():
        raise Invalid("Enter a reason. The company will read it.", "reason")
    contacts.keep_off(reason, "reason")
    client, worker, pool, place = _as_worker(pool_id, actor)
    if place and place.state == PoolMemberState.REQUESTED:
        raise AlreadyDone("You have asked already.")
    if place and place.state in (PoolMemberState.ACTIVE, PoolMemberState.REMOVED):
        raise WrongState("Nothing is to be asked here any more.")
    if pools.qualifies(pool, worker):
        raise WrongState("You meet all requirements of this pool. You can join it.")
    if place:
        place.request(reason)
    else:
        place = PoolMember(
            pool=pool, worker=worker, state=PoolMemberState.REQUESTED, reason=reason, since=clock.now()
        )
    place.save()
    entry = _note_by(worker, "client.pool_requested", client, pool, actor)
    _tell_managers(entry, client, pool, worker, reason=reason)


@transaction.atomic
def decline_invitation(pool_id: int, *, actor: User) -> None:
    """Turn an invitation down. The company can ask again."""
    client, worker, pool, place = _as_worker(pool_id, actor)
    if place is None or place.state != PoolMemberState.INVITED:
        raise WrongState("There is no invitation to decline.")
    place.decline()
    place.save()
    _note_by(worker, "client.pool_invitation_declined", client, pool, actor)


@transaction.atomic
def leave_pool(pool_id: int, *, actor: User) -> None:
    """Leave a pool. Assigned work stays."""
    client, worker, pool, place = _as_worker(pool_id, actor)
    if place and place.state == PoolMemberState.LEFT:
        raise AlreadyDone("You left this pool.")
    if place is None or place.state != PoolMemberState.ACTIVE:
        raise WrongState("You are not in this pool any more.")
    place.leave()
    place.save()
    _note_by(worker, "client.pool_left", client, pool, actor)


def _pool(client: Client, pool_id: int) -> Pool:
    row = client.pools.filter(pk=pool_id).first()
    if row is None:
        raise Http404
    return row


def _live(pool: Pool) -> Pool:
    if not pool.is_active:
        raise WrongState("This pool is archived. Take it into use again first.")
    return pool


def _place(client_id: int, pool_id: int, place_id: int, actor: User) -> tuple[Client, Pool, PoolMember]:
    """A place of one of the company's pools, under its lock. Raises Http404, for a blocked worker too."""
    client, _ = door.enter(client_id, "edit_pool", actor=actor)
    pool = _pool(client, pool_id)
    place = pools.places(pool.pk).select_related("worker__user").filter(pk=place_id).first()
    if place is None:
        raise Http404
    return client, pool, place


def _require(place: PoolMember, state: PoolMemberState, otherwise: str) -> None:
    if place.state != state:
        raise Conflict(otherwise)


def _as_worker(pool_id: int, actor: User) -> tuple[Client, Worker, Pool, PoolMember | None]:
    """The company, then the worker, locked; then the pool, if the worker may know of it. Raises Http404."""
    me = worker_of(actor)
    if me is None:
        raise NotAllowed("Only workers join talent pools.")
    client_id = pools.seen_by_worker(me).filter(pk=pool_id).values_list("client_id", flat=True).first()
    client = door.lock(client_id) if client_id else None
    worker = Worker.objects.select_for_update(no_key=True, of=("self",)).select_related("user").get(pk=me.pk)
    pool = pools.seen_by_worker(worker).filter(pk=pool_id).first()
    if client is None or pool is None:
        raise Http404
    return client, worker, pool, pools.place_of(worker, pool)


def _note_by(worker: Worker, kind: str, client: Client, pool: Pool, actor: User) -> Entry:
    return door.note(kind, client, actor=actor, role="worker", facts=_facts(pool, worker))


def _tell_workers(entry: Entry, pool: Pool, workers: Iterable[Worker], **more: object) -> None:
    """Nobody is ever told of a private pool, whatever the caller forgot."""
    if pool.visibility == PoolVisibility.PRIVATE:
        return
    people = [worker.user for worker in workers]
    is_in_sight = pool.visibility == PoolVisibility.PUBLIC or entry.kind not in OUT_OF_SIGHT
    url = reverse("clients:my_pool", args=[pool.pk]) if is_in_sight else reverse("clients:my_pools")
    door.tell(entry, people, url=url, context={"pool": pool.name, "company": pool.client.name, **more})


OUT_OF_SIGHT = frozenset({"client.pool_declined", "client.pool_removed"})
"""After these an invite-only pool does not open for the worker any more."""


def _tell_managers(entry: Entry, client: Client, pool: Pool, worker: Worker, **more: object) -> None:
    managers = client.members.select_related("user").filter(
        is_active=True, role__in=[Role.ADMINISTRATOR, Role.MANAGER]
    )
    url = reverse("clients:pool", args=[pool.pk])
    context = {"pool": pool.name, "company": client.name, "person": str(worker), **more}
    door.tell(entry, [each.user for each in managers], url=url, context=context)


def _facts(pool: Pool, worker: Worker | None = None) -> dict[str, object]:
    found: dict[str, object] = {"pool_id": pool.pk, "pool": pool.name}
    return found | ({"worker_id": worker.pk, "worker": str(worker)} if worker else {})


def _is_just_now(message: PoolMessage) -> bool:
    return (clock.now() - message.sent_at).total_seconds() < 600
