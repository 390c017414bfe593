"""What passes between Onsite and a payment provider beside the payouts themselves."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from common.clock import now
from payments.models.funds import Deposit
from payments.states import EventResult


class Collection(models.Model):
    """The timer of a deposit that the provider collects: when it is asked next; None when nobody asks any more."""

    deposit = models.OneToOneField(Deposit, on_delete=models.PROTECT, related_name="collection")
    next_try_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField("times that the provider was asked", default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["next_try_at", "id"],
                condition=Q(next_try_at__isnull=False),
                name="payments_collection_due",
            )
        ]

    def __str__(self) -> str:
        return f"collection of {self.deposit}"


class ProviderEvent(models.Model):
    """A signed event of the provider, kept once by its id, whatever it did."""

    event_id = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=64, blank=True)
    body = models.JSONField(default=dict)
    result = models.CharField(max_length=16, choices=EventResult)
    why = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField(default=now)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(result__in=EventResult.values), name="payments_event_result_known"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["key"], name="payments_event_key")]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
