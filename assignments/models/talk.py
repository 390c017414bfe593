"""The thread, the client's documents, and who follows."""

import uuid
from typing import ClassVar

from django.db import models

from accounts.models import User
from assignments.models.engagement import Engagement
from common.clock import now


def attachment_path(attachment: "Attachment", filename: str) -> str:
    return f"attachments/{attachment.uuid.hex[:2]}/{attachment.uuid.hex}"


class Message(models.Model):
    """One message in an assignment's thread. `is_private`: the client's own people only.

    It cannot be changed or deleted (talk_triggers.py); erasure empties `body` (decisions.md D17). `engagement` is the
    worker's time that it belongs to: the next worker does not read it (decisions.md D9, D10). `key` is the form's own:
    a doubled click sends once.
    """

    class Side(models.TextChoices):
        CLIENT = "client", "Client"
        WORKER = "worker", "Worker"
        ADMIN = "admin", "Onsite support"

    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="messages"
    )
    engagement = models.ForeignKey(
        Engagement, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=8, choices=Side)
    body = models.TextField("message", max_length=5_000)
    is_private = models.BooleanField("only for my company", default=False)
    sent_at = models.DateTimeField(default=now)
    key = models.UUIDField(null=True, editable=False)

    class Meta:
        ordering: ClassVar = ["sent_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(is_private=False) | models.Q(side="client"),
                name="assignments_private_is_clients",
            ),
            models.CheckConstraint(
                condition=models.Q(side__in=["client", "worker", "admin"]), name="assignments_message_side"
            ),
            models.UniqueConstraint(fields=["author", "key"], name="assignments_message_key_once"),
        ]

    def __str__(self) -> str:
        return self.body[:60]


class ThreadRead(models.Model):
    """Up to which message a person has read a thread."""

    assignment = models.ForeignKey("assignments.Assignment", on_delete=models.CASCADE, related_name="reads")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    message_id = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "user"], name="assignments_read_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} to {self.message_id}"


class Attachment(models.Model):
    """A document from the client: only for the assigned worker and the client's people (S07, D8)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="attachments"
    )
    file = models.FileField(upload_to=attachment_path, max_length=200)
    name = models.CharField(max_length=130)
    size = models.PositiveIntegerField()
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["uploaded_at", "id"]

    def __str__(self) -> str:
        return self.name


class Follower(models.Model):
    """A colleague of the owner who gets the notices of this assignment."""

    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="followers"
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "user"], name="assignments_follow_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.assignment_id}"
