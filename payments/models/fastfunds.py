"""FastFunds: the worker is paid early for a fee; the client's debt stays as it is (S37, S39)."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from common.clock import now
from common.money import Money
from payments.models.invoice import Invoice
from workers.models import Worker


class Offered(models.Model):
    """An amount, its fee and what is left."""

    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()

    class Meta:
        abstract = True

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


class Quote(Offered):
    """What FastFunds would pay now; good for ten minutes."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="quotes")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    quoted_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, fee_minor__gte=0, fee_minor__lt=F("amount_minor")),
                name="payments_quote_leaves_something",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("quoted_at")), name="payments_quote_lasts"),
        ]

    def __str__(self) -> str:
        return f"{self.net} for {self.invoice_id}"

    def is_valid(self, at: datetime) -> bool:
        return at < self.expires_at


class Advance(Offered):
    """FastFunds taken: once for an invoice, never refunded."""

    invoice = models.OneToOneField(Invoice, on_delete=models.PROTECT, related_name="advance")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="advances")
    quote = models.OneToOneField(Quote, on_delete=models.PROTECT, related_name="advance")
    taken_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, fee_minor__gte=0, fee_minor__lt=F("amount_minor")),
                name="payments_advance_leaves_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.net} for {self.invoice_id}"
