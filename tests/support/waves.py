"""Sending in waves, through the real actions."""

from typing import Any

from assignments.actions import drafting
from assignments.models import Assignment, RouteKind, RouteMode
from assignments.routing import Wave, by_name
from assignments.states import State
from clients.models import Block, Client, Pool, PoolMember
from common import clock
from tests.factories import People, assignment_in
from workers.models import Vendor, VendorMember, VendorRole, VendorState, Worker


def pool_of(client: Client, *workers: Worker, name: str = "Night crew") -> Pool:
    """A private pool with these active members."""
    pool = Pool.objects.create(client=client, name=name)
    for worker in workers:
        place = PoolMember.objects.create(pool=pool, worker=worker)
        place.join()
        place.save()
    return pool


def sent(people: People, *waves: Wave, **columns: Any) -> Assignment:
    """A draft that goes out in these waves, now."""
    row = assignment_in(State.DRAFT, owner=people.owner, **columns)
    drafting.send_out(row.pk, actor=people.owner, waves=waves)
    return Assignment.objects.get(pk=row.pk)


def offered(people: People, *workers: Worker, **columns: Any) -> Assignment:
    """Sent by name: the first of these to accept is assigned."""
    return sent(people, by_name(workers, RouteMode.ACCEPT), **columns)


def pool_wave(pool: Pool, mode: str = RouteMode.APPLY, **more: Any) -> Wave:
    return Wave(RouteKind.POOL, mode, pool_id=pool.pk, **more)


def vendor_of(name: str, *, agent: Worker, employees: list[Worker]) -> Vendor:
    """A vendor with one Team Agent and these employees."""
    vendor = Vendor.objects.create(name=name, created_by=agent.user)
    for worker, role in [(agent, VendorRole.AGENT), *((one, VendorRole.EMPLOYEE) for one in employees)]:
        VendorMember.objects.create(
            vendor=vendor, worker=worker, role=role, state=VendorState.ACTIVE, joined_at=clock.now()
        )
    return vendor


def block(people: People, worker: Worker) -> None:
    """The worker wants nothing of the company."""
    Block.objects.create(client=people.client, worker=worker, side="worker", blocked_by=worker.user)
