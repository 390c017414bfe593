"""Labels in the client's own words. Set and removed by people; a removed one stays as history."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from clients.models import Client
from common.clock import now


class CustomLabel(models.Model):
    """One span of an own label. `key` is the text as it is compared: small letters, single spaces.

    The note is the client's alone, also where the worker sees the label.
    """

    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="custom_labels"
    )
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(max_length=30)
    key = models.CharField(max_length=60)
    note = models.CharField(max_length=300, blank=True)
    is_shown_to_worker = models.BooleanField(default=False)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=now)
    removed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["added_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assignment", "key"],
                condition=Q(removed_at__isnull=True),
                name="assignments_one_open_own_label",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="assignments_own_label_removed_by",
            ),
            models.CheckConstraint(condition=~Q(text="") & ~Q(key=""), name="assignments_own_label_says"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["client", "key"], name="assignments_own_labels"),
        ]

    def __str__(self) -> str:
        return self.text
