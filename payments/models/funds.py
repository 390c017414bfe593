"""Money in: deposits and terms limits of clients."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django_fsm import transition

from accounts.models import User
from clients.models import Client
from common.clock import now
from common.fsm import StateField, StateModel
from common.money import Money
from payments.states import DepositSource, DepositState


class Deposit(StateModel):
    """Money of a client that arrived, or is on its way by a gateway (the intent row)."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="deposits")
    state = StateField(choices=DepositState.choices, default=DepositState.PENDING)
    source = models.CharField(max_length=16, choices=DepositSource, default=DepositSource.BANK_TRANSFER)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    key = models.CharField(max_length=64, unique=True)
    reference = models.CharField("reference of the bank", max_length=80, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=now)
    closed_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["-recorded_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payments_deposit_positive"),
            models.CheckConstraint(
                condition=Q(state__in=DepositState.values), name="payments_deposit_state_known"
            ),
            models.CheckConstraint(
                condition=Q(source__in=DepositSource.values), name="payments_deposit_source_known"
            ),
            models.CheckConstraint(
                condition=Q(state=DepositState.PENDING, closed_at__isnull=True)
                | Q(state__in=[DepositState.RECEIVED, DepositState.FAILED], closed_at__isnull=False),
                name="payments_deposit_closed_has_time",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["client", "-recorded_at"], name="payments_deposit_client")]

    def __str__(self) -> str:
        return f"{self.amount} of {self.client}"

    @transition(field=state, source=DepositState.PENDING, target=DepositState.RECEIVED)
    def receive(self, at: datetime, reference: str) -> None:
        self.closed_at, self.reference = at, reference

    @transition(field=state, source=DepositState.PENDING, target=DepositState.FAILED)
    def fail(self, at: datetime, why: str) -> None:
        self.closed_at, self.failure = at, why

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class TermsGrant(models.Model):
    """The terms limit that an admin set for a company, each time (decisions.md D19)."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="terms_grants")
    currency = models.CharField(max_length=3)
    limit_minor = models.BigIntegerField()
    key = models.CharField(max_length=64, unique=True)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField(default=now)

    class Meta:
        ordering: ClassVar = ["-granted_at", "-id"]
        verbose_name = "terms limit"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(limit_minor__gte=0), name="payments_terms_not_negative")
        ]

    def __str__(self) -> str:
        return f"{self.limit} for {self.client}"

    @property
    def limit(self) -> Money:
        return Money(self.limit_minor, self.currency)
