"""When each timer last finished: one row a timer, read by /readyz and by platform admins."""

from typing import ClassVar

from django.db import models


class Heartbeat(models.Model):
    """The last instant at which the timer of this name ran to its end without an error."""

    name = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
