"""What the client wants to see before approving: deliverables and custom fields, and what the worker gave."""

import uuid
from typing import ClassVar

from django.db import models

from accounts.models import User
from assignments.models.engagement import Engagement
from common.clock import now


def deliverable_path(deliverable: "Deliverable", filename: str) -> str:
    """A path that tells nothing: the name people see is a column."""
    return f"deliverables/{deliverable.uuid.hex[:2]}/{deliverable.uuid.hex}"


class DeliverableRequirement(models.Model):
    """So many files of a kind, with instructions."""

    class Kind(models.TextChoices):
        PHOTO = "photo", "Photo"
        DOCUMENT = "document", "Document"
        SIGN_OFF = "sign_off", "Sign-off sheet"

    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="requirements"
    )
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PHOTO)
    title = models.CharField(max_length=120)
    instructions = models.CharField(max_length=500, blank=True)
    count = models.PositiveSmallIntegerField("how many", default=1)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(count__gte=1), name="assignments_requirement_count"),
        ]

    def __str__(self) -> str:
        return self.title


class Deliverable(models.Model):
    """One file from the worker. The client may ask for it again, with a reason."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="deliverables"
    )
    requirement = models.ForeignKey(
        DeliverableRequirement, on_delete=models.CASCADE, related_name="deliverables"
    )
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="deliverables")
    file = models.FileField(upload_to=deliverable_path, max_length=200)
    name = models.CharField(max_length=130)
    size = models.PositiveIntegerField()
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=now)
    rejected_at = models.DateTimeField(null=True, blank=True)
    reject_reason = models.CharField(max_length=500, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["uploaded_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(size__gt=0), name="assignments_deliverable_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def counts(self) -> bool:
        """Whether it fulfils its requirement."""
        return self.rejected_at is None and self.removed_at is None


class CustomField(models.Model):
    """A question that the client wants answered with the work."""

    class Kind(models.TextChoices):
        TEXT = "text", "Text"
        NUMBER = "number", "Number"
        CHOICE = "choice", "Choice"
        DATE = "date", "Date"
        CHECK = "check", "Tick box"

    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="custom_fields"
    )
    label = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.TEXT)
    choices = models.JSONField(default=list, blank=True)
    is_required = models.BooleanField("required", default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.label


class CustomValue(models.Model):
    """The worker's answer, as text; dates in ISO form."""

    field = models.ForeignKey(CustomField, on_delete=models.CASCADE, related_name="values")
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="custom_values")
    value = models.CharField(max_length=1_000)
    filled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    filled_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["field", "engagement"], name="assignments_one_value_a_field")
        ]

    def __str__(self) -> str:
        return self.value
