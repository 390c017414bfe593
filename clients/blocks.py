"""Who wants no new work with whom (domain.md 10, row 34): either side, silent to the other, until it is lifted.

Asked by visibility and by the doors, never by a page alone. Running assignments do not ask.
"""

from collections.abc import Callable

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from clients.models import Block, BlockSide

Parting = Callable[[int, int, BlockSide, User], None]
_partings: list[Parting] = []


def in_force() -> "QuerySet[Block]":
    """The blocks that nobody lifted."""
    return Block.objects.filter(lifted_at__isnull=True)


def blocked_workers(client_id: int) -> set[int]:
    """Ids of the workers who get no new work of this company, whichever side wants it so."""
    return set(in_force().filter(client_id=client_id).values_list("worker_id", flat=True))


def blocked_clients(worker_id: int) -> set[int]:
    """Ids of the companies from which this worker gets no new work, whichever side wants it so."""
    return set(in_force().filter(worker_id=worker_id).values_list("client_id", flat=True))


def is_blocked(client_id: int, worker_id: int) -> bool:
    """Whether either of the two blocked the other."""
    return in_force().filter(client_id=client_id, worker_id=worker_id).exists()


def between(client: str, worker: str | int) -> Exists:
    """The same for queries: `client` is the outer column; `worker` an outer column, or one worker's id."""
    whose = OuterRef(worker) if isinstance(worker, str) else worker
    return Exists(in_force().filter(client=OuterRef(client), worker=whose))


def set_by(side: BlockSide, client_id: int, worker_id: int) -> Block | None:
    """The block in force that this side set. The other side's is never shown."""
    return in_force().filter(side=side, client_id=client_id, worker_id=worker_id).first()


def register_parting(parting: Parting) -> None:
    """Let an upper room end what waits between the two, called before the block in its transaction."""
    _partings.append(parting)


def part(client_id: int, worker_id: int, side: BlockSide, actor: User) -> None:
    """End what waits between the two, in every room that has something."""
    for parting in _partings:
        parting(client_id, worker_id, side, actor)
