"""What this assignment asks of its worker, copied from sets so that later edits of a set change nothing here."""

from typing import ClassVar

from django.db import models

from accounts.models import User
from clients.models import RequirementColumns, requirement_constraints
from common.clock import now
from workers.models import Worker


class AssignmentRequirement(RequirementColumns):
    """One requirement of one assignment; `source` is the name of the set that it came from."""

    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="worker_requirements"
    )
    source = models.CharField("from the set", max_length=80, blank=True)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = requirement_constraints("assignments")

    def __str__(self) -> str:
        return self.get_kind_display()


class RequirementOverride(models.Model):
    """The client lets one worker apply although requirements are not met (domain.md 3.4)."""

    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="requirement_overrides"
    )
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    given_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "worker"], name="assignments_override_once")
        ]

    def __str__(self) -> str:
        return f"{self.worker} may apply for {self.assignment_id}"
