"""What is owed and to come, summed by day: kept by the database itself beside each change of an invoice."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from payments.states import Side

TABLE = "payments_owed"


class Owed(models.Model):
    """The open invoices of one company, or the coming pay of one worker, that fall due on one day.

    The figures on top of the Payment Center add a few of these up instead of thousands of invoices. A company's are
    its open invoices with their totals (ux.md 6.10); a worker's are the open ones with pay that was not taken early by
    FastFunds (ux.md 6.11). Written by triggers only (payments/owed.py). Several rows may speak of the same day: who
    finds a row busy adds another one, so that nobody waits; only their sum means anything.
    """

    side = models.CharField("whose", max_length=6, choices=Side)
    party_id = models.BigIntegerField("company or worker")
    currency = models.CharField(max_length=3)
    due_on = models.DateField()
    past_due_at = models.DateTimeField()
    minor = models.BigIntegerField("sum, in minor units")
    count = models.BigIntegerField("number of invoices")

    class Meta:
        verbose_name_plural = "owed"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(side__in=Side.values), name="payments_owed_side_known")
        ]
        indexes: ClassVar = [
            models.Index(fields=["side", "party_id", "currency", "due_on"], name="payments_owed_party")
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.party_id}: {self.minor} {self.currency} on {self.due_on}"
