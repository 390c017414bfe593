"""Where a sent assignment goes, in waves: each route is due some minutes after sending (domain.md 3.3)."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.models import User
from clients.models import Pool
from common.clock import now
from workers.models import Vendor, Worker


class RouteKind(models.TextChoices):
    MARKET = "market", "Marketplace"
    WORKERS = "workers", "Named workers"
    POOL = "pool", "Talent pool"
    VENDOR = "vendor", "Vendor"
    MATCH = "match", "Best matches"


class RouteMode(models.TextChoices):
    APPLY = "apply", "They apply, you choose"
    ACCEPT = "accept", "The first to accept is assigned"


class Route(models.Model):
    """One wave: whom it tells, how far around the site, how long after sending, and whether accepting is enough.

    It waits while `due_at` is set and `fired_at` is not; with neither it was stopped before its time.
    """

    assignment = models.ForeignKey("assignments.Assignment", on_delete=models.CASCADE, related_name="routes")
    kind = models.CharField(max_length=8, choices=RouteKind)
    mode = models.CharField(max_length=8, choices=RouteMode, default=RouteMode.APPLY)
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    workers = models.ManyToManyField(Worker, blank=True, related_name="+")
    radius_miles = models.PositiveIntegerField(
        "within miles of the site", null=True, blank=True, validators=[MinValueValidator(1)]
    )
    most = models.PositiveSmallIntegerField(
        "how many best matches",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
    )
    delay_minutes = models.PositiveIntegerField("minutes after sending", default=0)
    position = models.PositiveSmallIntegerField(default=0)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField(null=True, blank=True)
    fired_at = models.DateTimeField(null=True, blank=True)
    told = models.PositiveIntegerField("workers told", default=0)

    class Meta:
        ordering: ClassVar = ["delay_minutes", "position", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind=RouteKind.POOL, pool__isnull=False, vendor__isnull=True)
                | Q(kind=RouteKind.VENDOR, pool__isnull=True, vendor__isnull=False)
                | Q(
                    kind__in=[RouteKind.MARKET, RouteKind.WORKERS, RouteKind.MATCH],
                    pool__isnull=True,
                    vendor__isnull=True,
                ),
                name="assignments_route_shape",
            ),
            models.CheckConstraint(
                condition=Q(mode=RouteMode.APPLY)
                | Q(mode=RouteMode.ACCEPT, kind__in=[RouteKind.WORKERS, RouteKind.POOL, RouteKind.MATCH]),
                name="assignments_route_mode",
            ),
            models.CheckConstraint(
                condition=Q(most__isnull=True) | Q(kind=RouteKind.MATCH), name="assignments_route_most"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(due_at__isnull=False, fired_at__isnull=True),
                name="assignments_route_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} after {self.delay_minutes} min"

    @property
    def is_waiting(self) -> bool:
        return self.due_at is not None and self.fired_at is None
