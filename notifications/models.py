"""What people are told: the bell (Notice), the mail outbox (Message) and who wants which (Preference)."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


def once(name: str) -> models.UniqueConstraint:
    """One row for each dedupe key. Most rows have none: the sweeps write thousands, so only keys are indexed."""
    return models.UniqueConstraint(fields=["dedupe_key"], condition=~Q(dedupe_key=""), name=name)


class Notice(models.Model):
    """One row of the bell, in ready strings."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices", db_index=False
    )
    kind = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=32, blank=True)
    subject_id = models.PositiveBigIntegerField(default=0)
    title = models.CharField(max_length=200)
    sentence = models.CharField(max_length=300)
    url = models.CharField(max_length=300)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    entry_id = models.PositiveBigIntegerField(null=True, blank=True)
    dedupe_key = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [
            # Also the index of the person's rows: a foreign key's own would only be one more to write.
            models.Index(fields=["user", "-at", "-id"], name="notifications_notice_newest"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notifications_notice_unread"),
        ]
        constraints: ClassVar = [once("notifications_notice_dedupe_once")]

    def __str__(self) -> str:
        return self.sentence


class Message(models.Model):
    """One e-mail to send. Rendered when it is sent, unless subject and body were given."""

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        SENDING = "sending", "Sending"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    to_email = models.EmailField()
    kind = models.CharField(max_length=64)
    context = models.JSONField(default=dict)
    subject = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True)
    html = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    dedupe_key = models.CharField(max_length=200, blank=True)

    class Meta:
        permissions: ClassVar = [("retry_message", "Can send a failed message again")]
        indexes: ClassVar = [
            models.Index(
                "due_at", condition=Q(state__in=["queued", "sending"]), name="notifications_message_due"
            ),
            # What failed for good is looked for by staff and by alerts, among millions that were sent.
            models.Index("due_at", condition=Q(state="failed"), name="notifications_message_failed"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sending", "sent", "failed"]),
                name="notifications_message_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
                name="notifications_message_sent_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="sending", lease_until__isnull=False)
                | (~Q(state="sending") & Q(lease_until=None)),
                name="notifications_message_sending_has_lease",
            ),
            once("notifications_message_dedupe_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to_email}"


class Preference(models.Model):
    """What one person switched for one event. No row means both channels are on."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=64)
    email = models.BooleanField(default=True)
    portal = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "kind"], name="notifications_preference_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of user {self.user_id}"
