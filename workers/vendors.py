"""Reads of vendors, the companies of workers (domain.md 8.1): who is in one, who acts for whom, who is listed."""

from django.db.models import Exists, OuterRef, QuerySet

from workers.models import Vendor, VendorMember, VendorRole, VendorState, Worker
from workers.queries import confirmed


def people(vendor_id: int) -> "QuerySet[VendorMember]":
    """The active places of a vendor, agents first."""
    return (
        VendorMember.objects.filter(vendor_id=vendor_id, state=VendorState.ACTIVE)
        .select_related("worker__user", "vendor")
        .order_by("role", "worker__user__name", "pk")
    )


def place_of(worker_id: int) -> VendorMember | None:
    """The worker's active place in a vendor: there is at most one."""
    return (
        VendorMember.objects.filter(worker_id=worker_id, state=VendorState.ACTIVE)
        .select_related("vendor", "worker__user")
        .first()
    )


def agents(vendor_id: int) -> list[Worker]:
    """The Team Agents of a vendor: whom its invitations reach."""
    return [place.worker for place in people(vendor_id).filter(role=VendorRole.AGENT)]


def acts_for(agent_id: int, worker_id: int) -> bool:
    """Whether the first is a Team Agent of the vendor in which the second is somebody else."""
    return agent_id != worker_id and employees(agent_id).filter(pk=worker_id).exists()


def employees(agent_id: int) -> "QuerySet[Worker]":
    """The other people of the vendor for whom this worker acts as its Team Agent; nobody for all others."""
    mine = VendorMember.objects.filter(
        worker_id=agent_id, role=VendorRole.AGENT, state=VendorState.ACTIVE
    ).values("vendor")
    places = VendorMember.objects.filter(vendor__in=mine, state=VendorState.ACTIVE).values("worker")
    return Worker.objects.filter(pk__in=places).exclude(pk=agent_id)


def listed() -> "QuerySet[Vendor]":
    """The vendors that clients may find: with a Team Agent, and at least one person open to new work."""
    inside = VendorMember.objects.filter(
        confirmed("worker__user_id"),
        vendor=OuterRef("pk"),
        state=VendorState.ACTIVE,
        worker__user__is_active=True,
    )
    return Vendor.objects.filter(
        Exists(inside.filter(role=VendorRole.AGENT)), Exists(inside.filter(worker__is_available=True))
    )
