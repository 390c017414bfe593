"""Files to the bank, and the bank's statements. A file never changes once it is made (triggers.py)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from common.clock import now
from common.money import Money
from payments.models.payouts import SmallPayment, Withdrawal
from payments.states import LineResult, PayoutFormat


class PayoutBatch(models.Model):
    """One payout file. Its bytes are kept, sealed since they hold account numbers: each download gives the same.

    Void: a person said that the bank never took it; its payouts can then go into another one.
    """

    reference = models.CharField(max_length=35, unique=True)
    format = models.CharField(max_length=8, choices=PayoutFormat)
    currency = models.CharField(max_length=3)
    count = models.PositiveIntegerField()
    total_minor = models.BigIntegerField()
    file_name = models.CharField(max_length=80)
    sealed_file = models.TextField()
    sha256 = models.CharField("SHA-256 of the file", max_length=64)
    key = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=now)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    void_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = "payout file"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(count__gt=0, total_minor__gt=0), name="payments_batch_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(format__in=PayoutFormat.values), name="payments_batch_format_known"
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, void_reason="")
                | (Q(voided_at__isnull=False) & ~Q(void_reason="")),
                name="payments_batch_void_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)


class PayoutItem(models.Model):
    """One payout in a file: a withdrawal, or a small payment. `end_to_end_id` is what the bank gives back.

    A withdrawal is in at most one file that is not void (a partial unique constraint).
    """

    batch = models.ForeignKey(PayoutBatch, on_delete=models.PROTECT, related_name="items")
    withdrawal = models.ForeignKey(
        Withdrawal, on_delete=models.PROTECT, null=True, blank=True, related_name="payout_items"
    )
    small_payment = models.ForeignKey(
        SmallPayment, on_delete=models.PROTECT, null=True, blank=True, related_name="payout_items"
    )
    end_to_end_id = models.CharField(max_length=35, unique=True)
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(withdrawal__isnull=True, small_payment__isnull=False)
                | Q(withdrawal__isnull=False, small_payment__isnull=True),
                name="payments_item_is_one_thing",
            ),
            models.UniqueConstraint(
                fields=["withdrawal"],
                condition=Q(released_at__isnull=True, withdrawal__isnull=False),
                name="payments_withdrawal_in_one_file",
            ),
            models.UniqueConstraint(
                fields=["small_payment"],
                condition=Q(released_at__isnull=True, small_payment__isnull=False),
                name="payments_small_in_one_file",
            ),
        ]

    def __str__(self) -> str:
        return self.end_to_end_id


class BankStatement(models.Model):
    """A camt.053 file that was read. The same file, or the same statement in another file, is read once."""

    statement_id = models.CharField(max_length=80)
    account = models.CharField("own account, last four", max_length=8)
    account_hash = models.CharField(max_length=64)
    sha256 = models.CharField("SHA-256 of the file", max_length=64)
    file_name = models.CharField(max_length=120)
    imported_at = models.DateTimeField(default=now)
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account_hash", "statement_id"], name="payments_bank_statement_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.statement_id} of the account ending in {self.account}"


class BankLine(models.Model):
    """One line of a bank statement and what it did. What the bank said never changes."""

    statement = models.ForeignKey(BankStatement, on_delete=models.PROTECT, related_name="lines")
    ordinal = models.PositiveIntegerField()
    is_credit = models.BooleanField()
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    booked_on = models.DateField(null=True, blank=True)
    end_to_end_id = models.CharField(max_length=35, blank=True)
    batch_reference = models.CharField(max_length=35, blank=True)
    bank_reference = models.CharField(max_length=80, blank=True)
    text = models.CharField(max_length=300, blank=True)
    return_reason = models.CharField(max_length=200, blank=True)
    result = models.CharField(max_length=16, choices=LineResult)
    why = models.CharField(max_length=200, blank=True)
    item = models.ForeignKey(
        PayoutItem, on_delete=models.PROTECT, null=True, blank=True, related_name="lines"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    resolution = models.CharField("what was found out", max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["statement_id", "ordinal"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["statement", "ordinal"], name="payments_bankline_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payments_bankline_positive"),
            models.CheckConstraint(
                condition=Q(result__in=LineResult.values), name="payments_bankline_result_known"
            ),
            models.CheckConstraint(
                condition=Q(result=LineResult.RESOLVED, resolved_at__isnull=False)
                | (~Q(result=LineResult.RESOLVED) & Q(resolved_at__isnull=True)),
                name="payments_bankline_resolved_has_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                F("id"), condition=Q(result=LineResult.UNMATCHED), name="payments_bankline_unmatched"
            )
        ]

    def __str__(self) -> str:
        return f"{self.statement} line {self.ordinal}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)
