"""Vendors: companies of workers, whose Team Agents apply and submit for their employees (domain.md 0, 8.1)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from common.clock import now
from workers.models.worker import Worker


class VendorRole(models.TextChoices):
    AGENT = "agent", "Team Agent"
    EMPLOYEE = "employee", "Employee"


class VendorState(models.TextChoices):
    INVITED = "invited", "Invited"
    ACTIVE = "active", "Active"
    LEFT = "left", "Left"


class Vendor(models.Model):
    """A company of workers. Clients invite it; an agent proposes one of its people."""

    name = models.CharField("company name", max_length=120)
    about = models.TextField(max_length=2_000, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class VendorMember(models.Model):
    """A worker's place in a vendor. One active place a worker; being one is always the worker's own word."""

    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="members")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="vendor_places")
    role = models.CharField(max_length=10, choices=VendorRole, default=VendorRole.EMPLOYEE)
    state = models.CharField(max_length=10, choices=VendorState, default=VendorState.INVITED)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    invited_at = models.DateTimeField(default=now)
    joined_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["vendor", "worker"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["worker"],
                condition=Q(state=VendorState.ACTIVE),
                name="workers_one_active_vendor",
            ),
            models.UniqueConstraint(
                fields=["vendor", "worker"],
                condition=~Q(state=VendorState.LEFT),
                name="workers_vendor_member_once",
            ),
            models.CheckConstraint(condition=Q(role__in=VendorRole.values), name="workers_vendor_role_known"),
            models.CheckConstraint(
                condition=Q(state=VendorState.INVITED, joined_at__isnull=True, left_at__isnull=True)
                | Q(state=VendorState.ACTIVE, joined_at__isnull=False, left_at__isnull=True)
                | Q(state=VendorState.LEFT, left_at__isnull=False),
                name="workers_vendor_member_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker} of {self.vendor}"
