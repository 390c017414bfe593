"""Vendors as a company may find them: with somebody open to new work whom no block stands between."""

from django.db.models import Exists, OuterRef, QuerySet

from clients.blocks import blocked_workers
from workers.models import Vendor, VendorMember, VendorState
from workers.vendors import listed, people


def found_by(client_id: int) -> "QuerySet[Vendor]":
    """The listed vendors with at least one available person for this company."""
    blocked = blocked_workers(client_id)
    able = VendorMember.objects.filter(
        vendor=OuterRef("pk"),
        state=VendorState.ACTIVE,
        worker__is_available=True,
        worker__user__is_active=True,
    )
    return listed().filter(Exists(able.exclude(worker__in=blocked)))


def people_for(client_id: int, vendor_id: int) -> "QuerySet[VendorMember]":
    """The vendor's people whom the company may see."""
    return (
        people(vendor_id).filter(worker__user__is_active=True).exclude(worker__in=blocked_workers(client_id))
    )
