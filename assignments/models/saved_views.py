"""A member's own names for sets of filters of the assignment list."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower

from clients.models import Member
from common.clock import now


class SavedView(models.Model):
    """One named set of filters. `query` holds only parameters that the filter form knows, as in the address."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField("filters as in the address", max_length=1_000)
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering: ClassVar = [Lower("name"), "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("member", Lower("name"), name="assignments_saved_view_once")
        ]

    def __str__(self) -> str:
        return self.name
