"""A worker's time on an assignment, from being assigned to its end: site work hangs on it, so that the next worker
sees none of the former one's rows (decisions.md D10)."""

from typing import ClassVar

from django.db import models

from accounts.models import User
from assignments.states import EngagementEnd, Grade
from clients.models import ChangeDefault, change_default_constraints
from common.clock import now
from workers.models import Worker


class Engagement(ChangeDefault):
    """One worker on one assignment. The open one is `assignment.engagement`.

    The last block are the facts that scorecards count (assignments/scorecard.py): kept here when they come about, so
    that no later change of the assignment changes a score.
    """

    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="engagements"
    )
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="engagements")
    started_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=16, choices=EngagementEnd, default=EngagementEnd.ACTIVE, blank=True)
    end_reason = models.CharField(max_length=24, blank=True)
    was_late_notice = models.BooleanField("left less than 24 hours before the start", default=False)

    calendar = models.JSONField("what calendars still show of it once the worker left", null=True, blank=True)
    start_at = models.DateTimeField("start that was agreed when it ended", null=True, blank=True)
    on_time_until_at = models.DateTimeField(
        "last on-time instant at the first check-in", null=True, blank=True
    )
    first_in_at = models.DateTimeField("first check-in, as it stood at the end", null=True, blank=True)
    deliverables_due_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField("when all that was asked was there", null=True, blank=True)
    late_fault = models.CharField("whose the late check-in is", max_length=8, blank=True)
    files_fault = models.CharField("whose the late files are", max_length=8, blank=True)
    left_fault = models.CharField("whose the leaving is", max_length=8, blank=True)
    """Marks of the fault record (models/faults.py): "open", a party, or "" where there is none."""

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
            models.CheckConstraint(
                condition=models.Q(on_time_until_at__isnull=True)
                | ~models.Q(end=EngagementEnd.COMPLETED)
                | models.Q(first_in_at__isnull=False),
                name="assignments_engagement_check_in_kept",
            ),
            *change_default_constraints("assignments_engagement"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["worker", "-ended_at", "-id"], name="assignments_worker_record"),
        ]

    def __str__(self) -> str:
        return f"{self.worker} on {self.assignment_id}"


class Rating(models.Model):
    """What one side thought of the other after one engagement; who may read it is said in assignments/blind.py.

    The client marks three things beside the grade; the worker answers three questions. What was not answered is empty.
    """

    class Side(models.TextChoices):
        CLIENT = "client", "Client"
        WORKER = "worker", "Worker"

    class Answer(models.TextChoices):
        YES = "yes", "Yes"
        NO = "no", "No"

    assignment = models.ForeignKey("assignments.Assignment", on_delete=models.CASCADE, related_name="ratings")
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="ratings")
    side = models.CharField("given by", max_length=8, choices=Side)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    grade = models.CharField(max_length=12, choices=Grade)
    quality = models.CharField(max_length=12, choices=Grade, blank=True)
    professionalism = models.CharField(max_length=12, choices=Grade, blank=True)
    communication = models.CharField(max_length=12, choices=Grade, blank=True)
    site_ready = models.CharField("site was ready", max_length=3, choices=Answer, blank=True)
    scope_true = models.CharField("scope was as posted", max_length=3, choices=Answer, blank=True)
    paid_in_time = models.CharField("paid in time", max_length=3, choices=Answer, blank=True)
    text = models.TextField(max_length=1_000, blank=True)
    given_at = models.DateTimeField(default=now)

    MARKS: ClassVar = ("quality", "professionalism", "communication")
    """What only a client gives."""
    ANSWERS: ClassVar = ("site_ready", "scope_true", "paid_in_time")
    """What only a worker gives."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["engagement", "side"], name="assignments_one_rating_a_side"),
            models.CheckConstraint(
                condition=models.Q(grade__in=Grade.values)
                & models.Q(quality__in=["", *Grade.values])
                & models.Q(professionalism__in=["", *Grade.values])
                & models.Q(communication__in=["", *Grade.values]),
                name="assignments_grade_known",
            ),
            models.CheckConstraint(
                condition=models.Q(site_ready__in=["", "yes", "no"])
                & models.Q(scope_true__in=["", "yes", "no"])
                & models.Q(paid_in_time__in=["", "yes", "no"]),
                name="assignments_rating_answer_known",
            ),
            models.CheckConstraint(
                condition=models.Q(side="client", site_ready="", scope_true="", paid_in_time="")
                | models.Q(side="worker", quality="", professionalism="", communication=""),
                name="assignments_rating_side",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side}: {self.grade}"
