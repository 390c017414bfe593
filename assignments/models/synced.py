"""Acts that were made on a phone without a signal and sent later (N7): each once, and with both clocks kept."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from assignments.models.visits import CheckIn
from common.clock import now


class SyncedAct(models.Model):
    """One act as a phone sent it, and what came of it: the same one sent again gets this answer and does nothing.

    `body_hash` is the SHA-256 of everything that was sent, so that one id never stands for two acts.
    """

    class State(models.TextChoices):
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    assignment = models.ForeignKey("assignments.Assignment", on_delete=models.CASCADE, related_name="+")
    uuid = models.UUIDField("id that the phone gave")
    kind = models.CharField(max_length=20)
    body_hash = models.CharField(max_length=64)
    device_at = models.DateTimeField("when it was made, by the phone's clock")
    received_at = models.DateTimeField(default=now)
    state = models.CharField(max_length=10, choices=State.choices)
    sentence = models.CharField(max_length=500)
    may_repeat = models.BooleanField("may be possible later", default=False)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "uuid"], name="assignments_synced_once"),
            models.CheckConstraint(
                condition=Q(state="done", may_repeat=False) | Q(state="refused"),
                name="assignments_synced_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"


class DeviceTime(models.Model):
    """Both clocks of a check-in or check-out that was made offline: the phone's, and ours when it arrived."""

    class Side(models.TextChoices):
        IN = "in", "Check-in"
        OUT = "out", "Check-out"

    check_in = models.ForeignKey(CheckIn, on_delete=models.CASCADE, related_name="device_times")
    side = models.CharField(max_length=3, choices=Side.choices)
    device_at = models.DateTimeField()
    received_at = models.DateTimeField()
    doubt = models.CharField("why the phone's time does not count", max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["check_in", "side"], name="assignments_device_time_once"),
            models.CheckConstraint(condition=Q(side__in=["in", "out"]), name="assignments_device_time_side"),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.device_at:%Y-%m-%d %H:%M}"
