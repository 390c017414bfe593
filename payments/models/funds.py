"""Money in: deposits and terms limits of clients."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django_fsm import transition

from accounts.models import User
from clients.models import Client
from common.clock import now
from common.fsm import StateField, StateModel
from common.money import Money
from payments.states import DepositSource, DepositState


class Deposit(StateModel):
    """Money of a client that arrived, or is on its way by a gateway (the intent row).

    Above a limit what one admin recorded waits for a second one, who cannot be the same person (constraint).
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="deposits")
    state = StateField(choices=DepositState.choices, default=DepositState.PENDING)
    source = models.CharField(max_length=16, choices=DepositSource, default=DepositSource.BANK_TRANSFER)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    key = models.CharField(max_length=64, unique=True)
    reference = models.CharField("reference of the bank", max_length=80, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=now)
    needs_second = models.BooleanField("needs a second person", default=False)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
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
                condition=Q(state__in=[DepositState.PENDING, DepositState.WAITING], closed_at__isnull=True)
                | Q(
                    state__in=[DepositState.RECEIVED, DepositState.FAILED, DepositState.RETURNED],
                    closed_at__isnull=False,
                ),
                name="payments_deposit_closed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state=DepositState.RETURNED, returned_at__isnull=False)
                | (~Q(state=DepositState.RETURNED) & Q(returned_at__isnull=True)),
                name="payments_deposit_returned_has_time",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("recorded_by")),
                name="payments_deposit_two_people",
            ),
            models.CheckConstraint(
                condition=Q(needs_second=False)
                | ~Q(state__in=[DepositState.RECEIVED, DepositState.RETURNED])
                | Q(confirmed_by__isnull=False),
                name="payments_deposit_confirmed",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["client", "-recorded_at"], name="payments_deposit_client")]

    def __str__(self) -> str:
        return f"{self.amount} of {self.client}"

    @transition(field=state, source=DepositState.PENDING, target=DepositState.RECEIVED)
    def receive(self, at: datetime, reference: str) -> None:
        self.closed_at, self.reference = at, reference

    @transition(field=state, source=DepositState.PENDING, target=DepositState.WAITING)
    def wait(self, reference: str) -> None:
        """Seen by one admin; above the limit a second one has to see it too."""
        self.needs_second, self.reference = True, reference

    @transition(field=state, source=DepositState.WAITING, target=DepositState.RECEIVED)
    def confirm(self, at: datetime, by: User) -> None:
        """The second admin saw it as well."""
        self.closed_at, self.confirmed_by = at, by

    @transition(field=state, source=DepositState.RECEIVED, target=DepositState.RETURNED)
    def give_back(self, at: datetime, why: str) -> None:
        """The bank took it back."""
        self.returned_at, self.failure = at, why

    @transition(field=state, source=[DepositState.PENDING, DepositState.WAITING], target=DepositState.FAILED)
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
