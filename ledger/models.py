"""Double entry. A balance is what Onsite owes that owner for that purpose, in minor units of one currency."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from common.money import Money


class Account(models.Model):
    """A balance. The cached figure is written only by ledger.post, under the row's lock."""

    class OwnerKind(models.TextChoices):
        CLIENT = "client", "Client"
        WORKER = "worker", "Worker"
        PLATFORM = "platform", "Platform"
        PROVIDER = "provider", "Payment provider"

    owner_kind = models.CharField(max_length=8, choices=OwnerKind)
    owner_id = models.PositiveBigIntegerField()
    purpose = models.CharField(max_length=24)
    currency = models.CharField(max_length=3)
    balance_minor = models.BigIntegerField(default=0)
    overdraft = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner_kind", "owner_id", "purpose", "currency"], name="ledger_account_once"
            ),
            models.CheckConstraint(
                condition=Q(overdraft=True) | Q(balance_minor__gte=0), name="ledger_account_not_below_zero"
            ),
            models.CheckConstraint(
                condition=Q(
                    owner_kind="client", purpose__in=["cash", "reserved_cash", "terms", "reserved_terms"]
                )
                | Q(owner_kind="worker", purpose__in=["balance", "pending_payout"])
                | Q(
                    owner_kind="platform",
                    owner_id=0,
                    purpose__in=[
                        "fee",
                        "fastfunds_fee",
                        "fastfunds_advanced",
                        "terms_granted",
                        "credits",
                        "verification",
                    ],
                )
                | Q(owner_kind="provider", purpose="clearing"),
                name="ledger_account_purpose_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner_kind} {self.owner_id} {self.purpose} {self.currency}"

    @property
    def balance(self) -> Money:
        return Money(self.balance_minor, self.currency)


class Posting(models.Model):
    """One movement of money. Inserted after its entries: a trigger refuses it unless they sum to zero.

    `reverses` is the posting that it takes back, leg by leg: once at most, and never one that takes back itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=64)
    at = models.DateTimeField()
    memo = models.CharField(max_length=200, blank=True)
    subject_type = models.CharField(max_length=32, blank=True)
    subject_id = models.PositiveBigIntegerField(default=0)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject_type", "subject_id"], name="ledger_posting_subject"),
            models.Index(fields=["-at", "-id"], name="ledger_posting_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Entry(models.Model):
    """One leg of a posting: positive when Onsite owes the owner more.

    `at` is the posting's instant (a trigger holds them equal): an account's past is then one range of one index.
    """

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="entries", db_index=False)
    at = models.DateTimeField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        verbose_name_plural = "entries"
        indexes: ClassVar = [
            models.Index(
                fields=["account", "at"], include=["amount_minor", "currency"], name="ledger_entry_account_at"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(amount_minor=0), name="ledger_entry_not_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} on account {self.account_id}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class Reservation(models.Model):
    """What a client has set aside for one subject, from cash and from the terms limit."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        CONSUMED = "consumed", "Consumed"
        RELEASED = "released", "Released"

    client_id = models.PositiveBigIntegerField()
    subject_type = models.CharField(max_length=32)
    subject_id = models.PositiveBigIntegerField()
    cash_minor = models.BigIntegerField(default=0)
    terms_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["client_id", "currency"], condition=Q(state="open"), name="ledger_reservation_client"
            ),
            models.Index(fields=["subject_type", "subject_id"], name="ledger_reservation_subject"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"],
                condition=Q(state="open"),
                name="ledger_reservation_open_once",
            ),
            models.CheckConstraint(
                condition=Q(cash_minor__gte=0, terms_minor__gte=0), name="ledger_reservation_not_below_zero"
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None)
                | Q(state__in=["consumed", "released"], closed_at__gte=F("opened_at")),
                name="ledger_reservation_closed_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.total} for {self.subject_type} {self.subject_id}"

    @property
    def cash(self) -> Money:
        return Money(self.cash_minor, self.currency)

    @property
    def terms(self) -> Money:
        return Money(self.terms_minor, self.currency)

    @property
    def total(self) -> Money:
        return Money(self.cash_minor + self.terms_minor, self.currency)
