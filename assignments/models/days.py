"""Work on several days: the days after the first one. The first is the assignment's own start and length."""

from datetime import timedelta
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

MOST_DAYS: Final = 30
"""Further days of one assignment."""
LONGEST: Final = timedelta(days=92)
"""How far after the first start the last day may begin."""


class WorkDay(models.Model):
    """One further day, told by how much later than the first start the clocks at the site show its start.

    So a new date of the assignment moves all days, and each keeps its time of day also where clocks were moved in
    between. No timer looks at it: `Assignment.start_at` is the only one (decisions.md D3).
    """

    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="work_days"
    )
    after_minutes = models.PositiveIntegerField("minutes after the first start, on the site's clocks")
    duration_minutes = models.PositiveIntegerField("planned time on site")

    class Meta:
        ordering: ClassVar = ["after_minutes"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "after_minutes"], name="assignments_day_once"),
            models.CheckConstraint(
                condition=Q(after_minutes__gte=1, after_minutes__lte=LONGEST // timedelta(minutes=1)),
                name="assignments_day_after_start",
            ),
            models.CheckConstraint(condition=Q(duration_minutes__gte=1), name="assignments_day_has_length"),
        ]

    def __str__(self) -> str:
        return f"{self.after_minutes} min later for {self.duration_minutes} min"
