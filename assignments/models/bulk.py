"""One act on several assignments at once: what was asked, and what came of each."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from clients.models import Client
from common.clock import now


class BulkAct(models.TextChoices):
    SEND = "send", "Send"
    ROUTE = "route", "Route and send"
    COPY = "copy", "Copy"
    CANCEL = "cancel", "Cancel"
    DELETE = "delete", "Delete"
    APPROVE = "approve", "Approve"


class BulkResult(models.TextChoices):
    WAITING = "waiting", "Not begun"
    DONE = "done", "Done"
    REFUSED = "refused", "Not done"


class BulkRun(models.Model):
    """The same act on up to 50 assignments, each in a transaction of its own. The same key again is this run."""

    key = models.UUIDField(unique=True)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="bulk_runs")
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=8, choices=BulkAct)
    words = models.JSONField("what was typed for all of them", default=dict, blank=True)
    started_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(act__in=BulkAct.values), name="assignments_bulk_act_known")
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.key}"


class BulkItem(models.Model):
    """One assignment of a run. Number and title stay when a draft was deleted; `made` is the copy."""

    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="items")
    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    number = models.BigIntegerField("id of the assignment")
    title = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()
    result = models.CharField(max_length=8, choices=BulkResult, default=BulkResult.WAITING)
    sentence = models.CharField("what came of it", max_length=400, blank=True)
    made = models.ForeignKey(
        "assignments.Assignment", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "number"], name="assignments_bulk_item_once"),
            models.CheckConstraint(
                condition=Q(result__in=BulkResult.values), name="assignments_bulk_result_known"
            ),
        ]

    def __str__(self) -> str:
        return f"A-{self.number}: {self.result}"
