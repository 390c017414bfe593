"""What keeps the work from going on as agreed: reported from the site, resolved with words (domain.md 3.1)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from assignments.models.engagement import Engagement
from assignments.states import ProblemKind, Severity
from common.clock import now


class Problem(models.Model):
    """One report. While it is open, the assignment is At Risk.

    It belongs to one worker's time: the next worker does not read it (decisions.md D10). `key` is the form's own, so
    that a doubled click reports once.
    """

    class Side(models.TextChoices):
        CLIENT = "client", "Client"
        WORKER = "worker", "Worker"

    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="problems"
    )
    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="problems")
    kind = models.CharField("what is wrong", max_length=16, choices=ProblemKind)
    severity = models.CharField("how bad it is", max_length=8, choices=Severity)
    text = models.TextField("description", max_length=2_000)
    side = models.CharField(max_length=8, choices=Side)
    reported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField(default=now)
    resolved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolution = models.TextField("how it was resolved", max_length=1_000, blank=True)
    key = models.UUIDField(null=True, editable=False)

    class Meta:
        ordering: ClassVar = ["-reported_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=ProblemKind.values), name="assignments_problem_kind"),
            models.CheckConstraint(
                condition=Q(severity__in=Severity.values), name="assignments_problem_severity"
            ),
            models.CheckConstraint(
                condition=Q(side__in=["client", "worker"]), name="assignments_problem_side"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="assignments_problem_has_words"),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True, resolution="")
                | (
                    Q(resolved_at__isnull=False, resolved_at__gte=models.F("reported_at")) & ~Q(resolution="")
                ),
                name="assignments_problem_resolved_with_words",
            ),
            models.UniqueConstraint(fields=["reported_by", "key"], name="assignments_problem_key_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["assignment"], condition=Q(resolved_at__isnull=True), name="assignments_problem_open"
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None
