"""What only a draft has: the workers who are to be invited when it is sent."""

from typing import ClassVar

from django.db import models

from common.clock import now
from workers.models import Worker


class DraftInvitee(models.Model):
    """A worker ticked on a draft. Nobody is told of it; sending makes an Invitation of it and removes it."""

    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="draft_invitees"
    )
    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="+")
    ticked_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "worker"], name="assignments_draft_invitee_once")
        ]

    def __str__(self) -> str:
        return f"{self.worker} for {self.assignment_id}"
