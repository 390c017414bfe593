"""Blocking the other side, and lifting it again. Silent: nobody is told, and the other side's history says nothing.

What waits between the two ends first; running assignments stay (domain.md 10, row 34).
"""

from django.db import transaction
from django.http import Http404

from accounts.models import User
from clients import blocks
from clients.actions import door
from clients.models import Block, BlockSide, Client, Member
from clients.queries import hidden_from_client, hidden_from_worker
from common import clock
from common.errors import AlreadyDone, NotAllowed
from workers.actions import note as note_worker
from workers.models import Worker


@transaction.atomic
def block_worker(client_id: int, worker_id: int, *, actor: User, reason: str) -> Block:
    """The company wants no new work with a worker; `reason` is for its own people. Raises AlreadyDone."""
    client, _ = door.enter(client_id, "block_worker", actor=actor)
    worker = _worker(worker_id)
    if hidden_from_client(worker.pk, client.pk):
        raise Http404
    if Member.objects.filter(client=client, user=worker.user_id, is_active=True).exists():
        raise NotAllowed("You cannot block a colleague.")
    row = _block(client, worker, BlockSide.CLIENT, actor, reason)
    door.note("client.worker_blocked", client, actor=actor, facts=_facts(worker))
    return row


@transaction.atomic
def unblock_worker(client_id: int, worker_id: int, *, actor: User) -> None:
    """Let the worker be offered work again. Raises AlreadyDone where the company blocks nobody of that id."""
    client, _ = door.enter(client_id, "block_worker", actor=actor)
    worker = _worker(worker_id)
    _lift(client, worker, BlockSide.CLIENT)
    door.note("client.worker_unblocked", client, actor=actor, facts=_facts(worker))


@transaction.atomic
def block_client(client_id: int, *, actor: User, reason: str) -> Block:
    """The worker wants no new work of a company; `reason` is a note to oneself. Raises AlreadyDone."""
    client, worker = _own(client_id, actor)
    if hidden_from_worker(client.pk, worker.pk):
        raise Http404
    row = _block(client, worker, BlockSide.WORKER, actor, reason)
    note_worker("worker.client_blocked", worker, actor=actor, facts={"company": client.name})
    return row


@transaction.atomic
def unblock_client(client_id: int, *, actor: User) -> None:
    """Take the company's work again. Raises AlreadyDone where the worker does not block it."""
    client, worker = _own(client_id, actor)
    _lift(client, worker, BlockSide.WORKER)
    note_worker("worker.client_unblocked", worker, actor=actor, facts={"company": client.name})


def _block(client: Client, worker: Worker, side: BlockSide, actor: User, reason: str) -> Block:
    if blocks.set_by(side, client.pk, worker.pk):
        raise AlreadyDone("You block them already.")
    blocks.part(client.pk, worker.pk, side, actor)
    return Block.objects.create(
        client=client, worker=worker, side=side, blocked_by=actor, note=reason, blocked_at=clock.now()
    )


def _lift(client: Client, worker: Worker, side: BlockSide) -> None:
    row = blocks.set_by(side, client.pk, worker.pk)
    if row is None:
        raise AlreadyDone("You do not block them.")
    row.lifted_at = clock.now()
    row.save(update_fields=["lifted_at"])


def _own(client_id: int, actor: User) -> tuple[Client, Worker]:
    """The company, then the actor's own worker side, both locked."""
    client = door.lock(client_id)
    if client is None:
        raise Http404
    worker = Worker.objects.select_for_update(no_key=True).filter(user_id=actor.pk).first()
    if worker is None:
        raise NotAllowed("Only workers block companies.")
    if Member.objects.filter(client=client, user_id=actor.pk, is_active=True).exists():
        raise NotAllowed("You cannot block your own company.")
    return client, worker


def _worker(worker_id: int) -> Worker:
    row = (
        Worker.objects.select_for_update(no_key=True, of=("self",))
        .select_related("user")
        .filter(pk=worker_id)
        .first()
    )
    if row is None:
        raise Http404
    return row


def _facts(worker: Worker) -> dict[str, object]:
    return {"worker_id": worker.pk, "worker": str(worker)}
