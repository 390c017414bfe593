"""When a time label came up and went away: history only. Whether it holds now is computed (labels.py, D14)."""

from typing import ClassVar

from django.db import models

from common.clock import now


class LabelEvent(models.Model):
    """One span of a label: set when and by which version of the rule, cleared when and why.

    `cleared_why` is the kind of the entry that ended it, or a stage (assignments/label_history.py has the words).
    """

    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="label_events"
    )
    label = models.CharField(max_length=32)
    rule_version = models.PositiveSmallIntegerField()
    set_at = models.DateTimeField(default=now)
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_why = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering: ClassVar = ["set_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assignment", "label"],
                condition=models.Q(cleared_at__isnull=True),
                name="assignments_one_open_label",
            )
        ]

    def __str__(self) -> str:
        return self.label
