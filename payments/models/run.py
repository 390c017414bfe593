"""One press of "Pay": which invoices, under which key, and what came of each."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from clients.models import Client
from common.clock import now
from common.money import Money
from payments.models.invoice import Invoice
from payments.models.statement import Statement
from payments.states import ItemResult


class PaymentRun(models.Model):
    """A payment of one or several invoices, or of a statement. The same key again answers with this row."""

    key = models.CharField(max_length=64, unique=True)
    request_hash = models.CharField(max_length=64)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="payment_runs")
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    statement = models.ForeignKey(
        Statement, on_delete=models.PROTECT, null=True, blank=True, related_name="payment_runs"
    )
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    started_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(total_minor__gt=0), name="payments_run_positive")
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"P-{self.pk}"

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)


class PaymentItem(models.Model):
    """One invoice of a payment and its result: paid as a whole or not at all."""

    run = models.ForeignKey(PaymentRun, on_delete=models.PROTECT, related_name="items")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="payment_items")
    position = models.PositiveIntegerField()
    result = models.CharField(max_length=8, choices=ItemResult, default=ItemResult.WAITING)
    sentence = models.CharField("why not", max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "invoice"], name="payments_item_once"),
            models.UniqueConstraint(
                fields=["invoice"], condition=Q(result=ItemResult.PAID), name="payments_item_paid_once"
            ),
            models.CheckConstraint(
                condition=Q(result__in=ItemResult.values), name="payments_item_result_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.position}: {self.result}"
