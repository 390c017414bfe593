"""What the client remarks on submitted work beyond single files: hours and answers (domain.md 4.6, 4.9)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from assignments.models.engagement import Engagement
from common.clock import now


class Remark(models.Model):
    """One remark of a Not Satisfied, shown to the worker until the work is submitted again. It blocks nothing: the
    worker puts right what is wrong, or says in the summary why it is right. Files are asked again one by one instead.
    """

    class Subject(models.TextChoices):
        HOURS = "hours", "Time on site"
        FIELDS = "fields", "Answers"

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="remarks")
    subject = models.CharField(max_length=8, choices=Subject)
    text = models.CharField(max_length=500)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=now)
    settled_at = models.DateTimeField("submitted again", null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["made_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(subject__in=["hours", "fields"]), name="assignments_remark_subject"
            ),
            models.UniqueConstraint(
                fields=["engagement", "subject"],
                condition=Q(settled_at__isnull=True),
                name="assignments_one_open_remark",
            ),
        ]

    def __str__(self) -> str:
        return self.text
