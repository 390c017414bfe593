"""Check-ins and check-outs: many pairs for one assignment; an edit keeps what was there before."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from assignments.models.engagement import Engagement
from assignments.states import VisitSource
from common.clock import now


class CheckIn(models.Model):
    """One visit. `out_at` is empty while the worker is on site. Coordinates only where the worker allowed it."""

    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="check_ins"
    )
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="check_ins")
    in_at = models.DateTimeField()
    out_at = models.DateTimeField(null=True, blank=True)
    in_lat = models.FloatField(null=True, blank=True)
    in_lon = models.FloatField(null=True, blank=True)
    in_accuracy_m = models.PositiveIntegerField(null=True, blank=True)
    in_distance_m = models.PositiveIntegerField("distance from the site in metres", null=True, blank=True)
    out_lat = models.FloatField(null=True, blank=True)
    out_lon = models.FloatField(null=True, blank=True)
    out_accuracy_m = models.PositiveIntegerField(null=True, blank=True)
    out_distance_m = models.PositiveIntegerField(null=True, blank=True)
    in_source = models.CharField(max_length=8, choices=VisitSource, default=VisitSource.WORKER)
    out_source = models.CharField(max_length=8, choices=VisitSource, blank=True)
    in_why = models.CharField("why so, where it is unusual", max_length=300, blank=True)
    out_why = models.CharField("the same of the check-out", max_length=300, blank=True)
    out_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    remind_due_at = models.DateTimeField("reminder to check out", null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=now)
    is_edited = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["in_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(out_at__isnull=True), name="assignments_one_open_visit"
            ),
            models.CheckConstraint(
                condition=Q(out_at__isnull=True) | Q(out_at__gt=F("in_at")), name="assignments_out_after_in"
            ),
            models.CheckConstraint(
                condition=Q(in_source__in=VisitSource.values) & Q(out_source__in=["", *VisitSource.values]),
                name="assignments_visit_source_known",
            ),
            models.CheckConstraint(
                condition=Q(remind_due_at__isnull=True) | Q(out_at__isnull=True),
                name="assignments_reminder_of_open_visit",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["remind_due_at", "id"],
                condition=Q(remind_due_at__isnull=False),
                name="assignments_check_out_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.in_at:%Y-%m-%d %H:%M}"


class CheckInEdit(models.Model):
    """What a visit's times were before somebody corrected them."""

    check_in = models.ForeignKey(CheckIn, on_delete=models.CASCADE, related_name="edits")
    old_in_at = models.DateTimeField()
    old_out_at = models.DateTimeField(null=True, blank=True)
    edited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField(default=now)
    reason = models.CharField(max_length=500)

    class Meta:
        ordering: ClassVar = ["edited_at", "id"]

    def __str__(self) -> str:
        return self.reason
