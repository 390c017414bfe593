"""Custom fields come in groups: what belongs together is filled together."""

from typing import ClassVar

from django.db import models

FIRST_GROUP = "Questions at closeout"
"""Where a field goes that names no group."""


class CustomFieldGroup(models.Model):
    """Fields under one title. A survey is filled last. What an optional group asks, stops no submission."""

    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="field_groups"
    )
    title = models.CharField(max_length=120)
    instructions = models.CharField(max_length=500, blank=True)
    is_required = models.BooleanField("required", default=True)
    is_survey = models.BooleanField("survey at the end", default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["is_survey", "position", "id"]

    def __str__(self) -> str:
        return self.title
