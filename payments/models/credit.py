"""The credit note: what Onsite gives a client back of a paid invoice, beside it (D6)."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from clients.models import Client
from common.clock import now
from common.money import Money
from payments.models.invoice import Invoice
from workers.models import Worker


class CreditNote(models.Model):
    """A numbered document that never changes. All notes of an invoice together are at most its total (trigger).

    The money comes from Onsite's own account for credits and goes to the client's cash; the worker keeps the pay, and
    the invoice stays as it was.
    """

    number = models.CharField(max_length=24, unique=True)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="credit_notes")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="credit_notes")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="credit_notes")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    reason = models.CharField(max_length=500)
    key = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField(default=now)
    issued_on = models.DateField()
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payments_credit_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="payments_credit_says_why"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("a credit note is never deleted")
