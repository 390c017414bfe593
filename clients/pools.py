"""Reads of talent pools (domain.md 3.4). What a worker may know of them is asked here and nowhere else.

A private pool is the company's secret: `seen_by_worker` never has one, and no read for a worker counts one.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from django.db.models import Count, Q, QuerySet

from clients.blocks import between
from clients.models import Pool, PoolMember, PoolMemberState, PoolVisibility
from workers.models import Worker

CURRENT = (PoolMemberState.INVITED, PoolMemberState.REQUESTED, PoolMemberState.ACTIVE)
"""The states in which a place is something: the others are its history."""


def places(pool_id: int) -> "QuerySet[PoolMember]":
    """The places of a pool whose workers and company take new work of each other."""
    return PoolMember.objects.filter(pool_id=pool_id).exclude(between("pool__client", "worker"))


def counted(client_id: int) -> "QuerySet[Pool]":
    """The company's pools with `members_now` and `requests_now`, as `places` counts: nobody who is blocked.

    Every count of a pool is this one: two that differ would tell of a worker's block.
    """

    def so_many(state: PoolMemberState) -> Count:
        return Count("members", filter=Q(members__state=state) & ~Q(between("client", "members__worker")))

    return Pool.objects.filter(client=client_id).annotate(
        members_now=so_many(PoolMemberState.ACTIVE), requests_now=so_many(PoolMemberState.REQUESTED)
    )


def active_members(pool_id: int) -> set[int]:
    """Ids of the workers who are in the pool now and may get its work: nobody in an archived pool or blocked."""
    rows = places(pool_id).filter(state=PoolMemberState.ACTIVE, pool__is_active=True)
    return set(rows.values_list("worker_id", flat=True))


def pools_of(worker_id: int) -> set[int]:
    """Ids of the pools that the worker is in, private ones too: for rules, never for a page of the worker."""
    rows = PoolMember.objects.filter(
        worker_id=worker_id, state=PoolMemberState.ACTIVE, pool__is_active=True
    ).exclude(between("pool__client", worker_id))
    return set(rows.values_list("pool_id", flat=True))


def seen_by_worker(worker: Worker) -> "QuerySet[Pool]":
    """The pools that a worker may know of: public ones, and those that invited the worker or have the worker in.

    Not those of the own company, nor where either side blocked the other.
    """
    mine = PoolMember.objects.filter(worker=worker, state__in=CURRENT).values("pool")
    return (
        Pool.objects.filter(is_active=True)
        .filter(Q(visibility=PoolVisibility.PUBLIC) | Q(visibility=PoolVisibility.INVITE_ONLY, pk__in=mine))
        .exclude(client__members__user_id=worker.user_id)
        .exclude(between("client", worker.pk))
        .select_related("client", "requirements")
    )


def place_of(worker: Worker, pool: Pool) -> PoolMember | None:
    """The worker's place in a pool that the worker may know of; places that ended too."""
    return PoolMember.objects.filter(worker=worker, pool=pool).first()


class Mark(Protocol):
    """One requirement as it stands for one worker: its words, whether it is met, and where the worker clears it."""

    @property
    def words(self) -> str: ...
    @property
    def met(self) -> bool: ...
    @property
    def link(self) -> str: ...
    @property
    def link_words(self) -> str: ...


Judge = Callable[[int, Worker], Sequence[Mark]]
_judges: list[Judge] = []


def register_judge(judge: Judge) -> None:
    """Let the room that knows scorecards say how a worker stands to a requirement set (by its id)."""
    _judges.append(judge)


def marks(pool: Pool, worker: Worker) -> list[Mark]:
    """How the worker stands to each requirement of the pool; empty for a pool that asks nothing."""
    if pool.requirements_id is None:
        return []
    return [mark for judge in _judges for mark in judge(pool.requirements_id, worker)]


def qualifies(pool: Pool, worker: Worker) -> bool:
    """Whether the worker may join without an override. What nobody can judge is not met."""
    return pool.requirements_id is None or (bool(_judges) and all(mark.met for mark in marks(pool, worker)))
