"""What the client wants to see before approving: deliverables and custom fields, and what the worker gave."""

from typing import ClassVar

from django.db import models

from accounts.models import User
from assignments.models.engagement import Engagement
from assignments.models.field_groups import CustomFieldGroup
from assignments.models.kept_file import KeptFile
from common.clock import now


def deliverable_path(deliverable: "Deliverable", filename: str) -> str:
    """A path that tells nothing: the name people see is a column."""
    return f"deliverables/{deliverable.uuid.hex[:2]}/{deliverable.uuid.hex}"


def thumb_path(file: KeptFile, filename: str) -> str:
    """Beside its picture, as nameless."""
    return f"thumbs/{file.uuid.hex[:2]}/{file.uuid.hex}"


class DeliverableRequirement(models.Model):
    """So many files of a kind, with instructions; when in the work they are made, and until when they are due.

    `due_minutes` counts from the start and moves with it; empty: due with the assignment's deliverables.
    """

    class Kind(models.TextChoices):
        PHOTO = "photo", "Photo"
        DOCUMENT = "document", "Document"
        SIGNATURE = "signature", "Signature"

    class Moment(models.TextChoices):
        ANY = "any", "Any time"
        BEFORE = "before", "Before the work"
        AFTER = "after", "After the work"

    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="requirements"
    )
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PHOTO)
    title = models.CharField(max_length=120)
    instructions = models.CharField(max_length=500, blank=True)
    count = models.PositiveSmallIntegerField("how many", default=1)
    moment = models.CharField(max_length=6, choices=Moment, default=Moment.ANY)
    due_minutes = models.PositiveIntegerField("due so long after the start", null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(count__gte=1), name="assignments_requirement_count"),
        ]

    def __str__(self) -> str:
        return self.title


class Deliverable(KeptFile):
    """One file from the worker. The client accepts it for good, or asks for it again with a reason."""

    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="deliverables"
    )
    requirement = models.ForeignKey(
        DeliverableRequirement, on_delete=models.CASCADE, related_name="deliverables"
    )
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="deliverables")
    file = models.FileField(upload_to=deliverable_path, max_length=200)
    thumb = models.FileField(upload_to=thumb_path, max_length=200, blank=True)
    signer_name = models.CharField("who signed", max_length=120, blank=True)
    signer_role = models.CharField("as what", max_length=120, blank=True)
    is_drawn = models.BooleanField("signed on the screen", default=False)
    rejected_at = models.DateTimeField(null=True, blank=True)
    reject_reason = models.CharField(max_length=500, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["uploaded_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(size__gt=0), name="assignments_deliverable_not_empty"),
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | models.Q(
                    accepted_at__isnull=False,
                    accepted_by__isnull=False,
                    rejected_at__isnull=True,
                    removed_at__isnull=True,
                ),
                name="assignments_deliverable_accepted_stays",
            ),
        ]

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
        SERIALS = "serials", "Serial numbers"
        PHOTO = "photo", "Photo"

    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="custom_fields"
    )
    group = models.ForeignKey(CustomFieldGroup, on_delete=models.CASCADE, related_name="fields")
    label = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.TEXT)
    choices = models.JSONField(default=list, blank=True)
    count = models.PositiveSmallIntegerField("how many serial numbers", default=1)
    least = models.DecimalField("smallest number", max_digits=18, decimal_places=6, null=True, blank=True)
    most = models.DecimalField("largest number", max_digits=18, decimal_places=6, null=True, blank=True)
    is_required = models.BooleanField("required", default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(count__gte=1), name="assignments_field_count"),
            models.CheckConstraint(
                condition=models.Q(least__isnull=True)
                | models.Q(most__isnull=True)
                | models.Q(least__lte=models.F("most")),
                name="assignments_field_range",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class CustomValue(models.Model):
    """The worker's answer, as text: dates in ISO form, a serial number a line, a photo by its name."""

    field = models.ForeignKey(CustomField, on_delete=models.CASCADE, related_name="values")
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="custom_values")
    value = models.TextField(max_length=20_000)
    filled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    filled_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["field", "engagement"], name="assignments_one_value_a_field")
        ]

    def __str__(self) -> str:
        return self.value


def field_photo_path(photo: "FieldPhoto", filename: str) -> str:
    return f"field-photos/{photo.uuid.hex[:2]}/{photo.uuid.hex}"


class FieldPhoto(KeptFile):
    """The photo with which a worker answered a field. Another one takes its place; the former is kept as removed."""

    field = models.ForeignKey(CustomField, on_delete=models.CASCADE, related_name="photos")
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="field_photos")
    file = models.FileField(upload_to=field_photo_path, max_length=200)
    thumb = models.FileField(upload_to=thumb_path, max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(size__gt=0), name="assignments_field_photo_not_empty"),
            models.UniqueConstraint(
                fields=["field", "engagement"],
                condition=models.Q(removed_at__isnull=True),
                name="assignments_one_photo_a_field",
            ),
        ]
