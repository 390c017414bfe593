"""A worker's time on an assignment, from being assigned to its end: site work hangs on it, so that the next worker
sees none of the former one's rows (decisions.md D10)."""

from typing import ClassVar

from django.db import models

from accounts.models import User
from assignments.states import EngagementEnd, Grade
from common.clock import now
from workers.models import Worker


class Engagement(models.Model):
    """One worker on one assignment. The open one is `assignment.engagement`."""

    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="engagements"
    )
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="engagements")
    started_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=16, choices=EngagementEnd, default=EngagementEnd.ACTIVE, blank=True)
    end_reason = models.CharField(max_length=24, blank=True)
    was_late_notice = models.BooleanField("left less than 24 hours before the start", default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=models.Q(ended_at__isnull=True),
                name="assignments_one_open_engagement",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, end="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(end="")),
                name="assignments_engagement_end_said",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker} on {self.assignment_id}"


class Rating(models.Model):
    """What one side thought of the other; shown to the other only when Paid (domain.md 6.3)."""

    class Side(models.TextChoices):
        CLIENT = "client", "Client"
        WORKER = "worker", "Worker"

    assignment = models.ForeignKey("assignments.Assignment", on_delete=models.CASCADE, related_name="ratings")
    side = models.CharField("given by", max_length=8, choices=Side)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="ratings")
    grade = models.CharField(max_length=12, choices=Grade)
    text = models.TextField(max_length=1_000, blank=True)
    given_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "side"], name="assignments_one_rating_a_side"),
            models.CheckConstraint(
                condition=models.Q(grade__in=Grade.values), name="assignments_grade_known"
            ),
            models.CheckConstraint(
                condition=models.Q(side__in=["client", "worker"]), name="assignments_rating_side"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side}: {self.grade}"
