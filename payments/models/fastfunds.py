"""FastFunds: the worker is paid early for a fee; the client's debt stays as it is (S37, S39)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from common.clock import now
from common.money import Money
from payments.models.invoice import Invoice
from workers.models import Worker


class Advance(models.Model):
    """FastFunds taken as quoted: once for an invoice, never refunded. Quotes are not stored (payments/quotes.py)."""

    invoice = models.OneToOneField(Invoice, on_delete=models.PROTECT, related_name="advance")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="advances")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    quoted_at = models.DateTimeField()
    taken_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, fee_minor__gte=0, fee_minor__lt=F("amount_minor")),
                name="payments_advance_leaves_something",
            ),
            models.CheckConstraint(
                condition=Q(taken_at__gte=F("quoted_at")), name="payments_advance_was_quoted"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.net} for {self.invoice_id}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def fee(self) -> Money:
        return Money(self.fee_minor, self.currency)

    @property
    def net(self) -> Money:
        """What the worker receives."""
        return self.amount - self.fee
