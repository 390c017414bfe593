"""A second visit for what the first left open: the chain between two assignments, and what went over."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from common.clock import now


class Revisit(models.Model):
    """`revisit` follows `original` and carries its open rest. Each has at most one; throwing the draft away ends it."""

    original = models.OneToOneField(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="followed_by"
    )
    revisit = models.OneToOneField("assignments.Assignment", on_delete=models.CASCADE, related_name="follows")
    note = models.TextField("what is left to do", max_length=1_000)
    minutes = models.PositiveIntegerField("paid minutes that went over", default=0)
    units = models.PositiveIntegerField("units that went over", default=0)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(original=F("revisit")), name="assignments_revisit_of_another")
        ]

    def __str__(self) -> str:
        return f"A-{self.revisit_id} after A-{self.original_id}"

    @property
    def number(self) -> str:
        """The number of the second assignment."""
        return f"A-{self.revisit_id}"


class Carried(models.Model):
    """One open line of the original that the revisit asks instead: so many files of a deliverable, or a field."""

    link = models.ForeignKey(Revisit, on_delete=models.CASCADE, related_name="carried")
    requirement = models.OneToOneField(
        "assignments.DeliverableRequirement",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="carried",
    )
    field = models.OneToOneField(
        "assignments.CustomField", on_delete=models.CASCADE, null=True, blank=True, related_name="carried"
    )
    count = models.PositiveSmallIntegerField("how many files", default=1)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(requirement__isnull=False, field__isnull=True)
                | Q(requirement__isnull=True, field__isnull=False),
                name="assignments_carried_one_thing",
            ),
            models.CheckConstraint(condition=Q(count__gte=1), name="assignments_carried_count"),
        ]

    def __str__(self) -> str:
        return str(self.requirement or self.field)
