"""The worker's own calendar: days off, and the secret address under which other calendars read the booked work."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from common.clock import now
from workers.models.worker import Worker


class TimeOff(models.Model):
    """Days on which the worker takes no work, first and last one included, on the worker's own clocks.

    The note is the worker's own: nobody else reads it.
    """

    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="time_off")
    from_on = models.DateField("first day")
    to_on = models.DateField("last day")
    note = models.CharField(max_length=120, blank=True)
    added_at = models.DateTimeField(default=now)

    class Meta:
        ordering: ClassVar = ["from_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["worker", "from_on"], name="workers_time_off_once"),
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="workers_time_off_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.from_on} to {self.to_on}"


class CalendarFeed(models.Model):
    """The secret address of one worker. Only its hash is kept: the address is made again from `salt` and the site's
    secret (workers/feeds.py), so a copy of the database opens no calendar."""

    worker = models.OneToOneField(Worker, on_delete=models.CASCADE, related_name="calendar_feed")
    salt = models.CharField(max_length=32)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"Calendar of worker {self.worker_id}"
