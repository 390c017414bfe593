"""FastFunds: the worker is paid early for a fee; the client's debt stays as it is (S37, S39)."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from assignments.models import Assignment
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
    agreed_bps = models.PositiveIntegerField(
        "fee that the worker agreed to, where it was taken by itself", null=True, blank=True
    )

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


class AutoFastFunds(models.Model):
    """A worker's word: take FastFunds without asking, from `on_at` on, for at most that fee (domain.md 5.5).

    `agreed_bps` is the fee in hundredths of a percent that the page showed. A higher fee needs a new word.
    """

    worker = models.OneToOneField(Worker, on_delete=models.PROTECT, related_name="auto_fastfunds")
    agreed_bps = models.PositiveIntegerField()
    on_at = models.DateTimeField(default=now)
    off_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(off_at__isnull=True) | Q(off_at__gte=F("on_at")),
                name="payments_auto_off_after_on",
            ),
            models.CheckConstraint(condition=Q(agreed_bps__lt=10_000), name="payments_auto_fee_below_all"),
        ]

    def __str__(self) -> str:
        return f"{self.worker_id} since {self.on_at:%Y-%m-%d}"

    def covers(self, approved_at: datetime, bps: int) -> bool:
        """Whether the word holds for what was approved then, at that fee."""
        return self.off_at is None and self.on_at <= approved_at and bps <= self.agreed_bps


class AutoSkip(models.Model):
    """The worker's switch for one assignment: not here, although the setting is on."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="auto_skips")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="auto_skips")
    skipped_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "worker"], name="payments_auto_skip_once")
        ]

    def __str__(self) -> str:
        return f"{self.worker_id} on {self.assignment_id}"
