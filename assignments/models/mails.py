"""Replies that came by mail: each is taken once, whatever the mail server does."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from assignments.models.talk import Message
from common.clock import now


class ReceivedMail(models.Model):
    """`key` is the SHA-256 of the mail's Message-ID. A refused one was answered; its words are not kept."""

    class Outcome(models.TextChoices):
        POSTED = "posted", "Posted"
        REFUSED = "refused", "Refused"

    key = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="received_mails"
    )
    outcome = models.CharField(max_length=8, choices=Outcome)
    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, null=True, blank=True, related_name="received_mails"
    )
    received_at = models.DateTimeField(default=now)

    class Meta:
        ordering: ClassVar = ["-received_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome="posted", message__isnull=False)
                | Q(outcome="refused", message__isnull=True),
                name="assignments_received_mail_outcome",
            )
        ]

    def __str__(self) -> str:
        return f"{self.outcome} by {self.user_id}"
