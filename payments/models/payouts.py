"""A worker's money on its way out: bank accounts, the small payments that verify them, withdrawals."""

from datetime import datetime
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django_fsm import transition

from common.clock import now
from common.fsm import StateField, StateModel
from common.money import Money
from payments.states import AccountKind, AccountScheme, AccountState, SmallState, WithdrawalState
from workers.models import Worker

MOST_TRIES: Final = 3
"""So often the two amounts may be entered (domain.md 5.5)."""


class PayoutAccount(StateModel):
    """A worker's bank account. The number is sealed; pages show its last four digits.

    Money goes to a verified one only: its owner has read two small payments on the bank's statement.
    """

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="payout_accounts")
    state = StateField(choices=AccountState.choices, default=AccountState.WAITING)
    currency = models.CharField(max_length=3, default="USD")
    scheme = models.CharField(max_length=8, choices=AccountScheme, default=AccountScheme.US)
    kind = models.CharField(max_length=8, choices=AccountKind, default=AccountKind.CHECKING)
    holder = models.CharField("name on the account", max_length=120)
    bank_name = models.CharField("bank", max_length=80)
    routing = models.CharField("routing number or BIC", max_length=34, blank=True)
    last4 = models.CharField(max_length=4)
    sealed_number = models.TextField()
    tries = models.PositiveSmallIntegerField("wrong entries of the amounts", default=0)
    added_at = models.DateTimeField(default=now)
    small_sent_at = models.DateTimeField("small payments sent", null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    why_dead = models.CharField("why it is locked", max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=AccountState.values), name="payments_account_state_known"
            ),
            models.CheckConstraint(condition=Q(tries__lte=MOST_TRIES), name="payments_account_three_tries"),
            models.CheckConstraint(
                condition=~Q(state=AccountState.VERIFIED)
                | Q(verified_at__isnull=False, tries__lt=MOST_TRIES),
                name="payments_account_verified_has_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["worker"], condition=Q(removed_at__isnull=True), name="payments_account_live"
            )
        ]

    def __str__(self) -> str:
        return f"{self.bank_name} ending in {self.last4}"

    @property
    def is_usable(self) -> bool:
        """Whether money may go to it."""
        return self.state == AccountState.VERIFIED and self.removed_at is None

    @property
    def tries_left(self) -> int:
        return MOST_TRIES - self.tries

    @transition(field=state, source=AccountState.WAITING, target=AccountState.SENT)
    def send_small(self, at: datetime) -> None:
        """Both small payments went out."""
        self.small_sent_at = at

    @transition(field=state, source=AccountState.SENT, target=AccountState.WAITING)
    def recall_small(self) -> None:
        """Their file was never given to the bank."""
        self.small_sent_at = None

    @transition(field=state, source=AccountState.SENT, target=AccountState.VERIFIED)
    def verify(self, at: datetime) -> None:
        """Its owner named the two amounts."""
        self.verified_at = at

    @transition(field=state, source="*", target=AccountState.DEAD)
    def lock(self, why: str) -> None:
        """Three wrong entries, or a bank that does not know it. It can only be removed."""
        self.why_dead = why


class OnItsWay(StateModel):
    """What is handed to a payment provider: an intent that is committed first, then called for (house.md).

    `next_try_at` is the timer: while it is being sent, the provider is asked again at that instant; None means that
    nobody asks any more.
    """

    sending_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField("times that the provider was asked", default=0)
    provider_reference = models.CharField(max_length=80, blank=True)

    class Meta:
        abstract = True


class SmallPayment(OnItsWay):
    """One of the two payments of 0.01 to 0.15 that prove an account. The amount is a secret, so it is sealed."""

    account = models.ForeignKey(PayoutAccount, on_delete=models.PROTECT, related_name="small_payments")
    ordinal = models.PositiveSmallIntegerField()
    state = StateField(choices=SmallState.choices, default=SmallState.WAITING)
    sealed_minor = models.TextField("amount, sealed")
    key = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "ordinal"], name="payments_small_payment_once"),
            models.CheckConstraint(condition=Q(ordinal__in=[1, 2]), name="payments_small_payment_two"),
            models.CheckConstraint(
                condition=Q(state__in=SmallState.values), name="payments_small_state_known"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_try_at", "id"],
                condition=Q(state=SmallState.SENDING, next_try_at__isnull=False),
                name="payments_small_due",
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"V-{self.pk}"

    @transition(field=state, source=SmallState.WAITING, target=SmallState.SENDING)
    def start(self, at: datetime) -> None:
        """The provider is about to be called."""
        self.sending_at = at

    @transition(field=state, source=[SmallState.WAITING, SmallState.SENDING], target=SmallState.SENT)
    def send(self) -> None:
        """Handed over."""
        self.next_try_at = None

    @transition(field=state, source=SmallState.SENT, target=SmallState.WAITING)
    def recall(self) -> None:
        """Its file was never given to the bank."""

    @transition(field=state, source=[SmallState.SENDING, SmallState.SENT], target=SmallState.FAILED)
    def fail(self) -> None:
        """The bank does not know the account."""
        self.next_try_at = None


class Withdrawal(OnItsWay):
    """A worker's money on its way to the bank."""

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="withdrawals")
    account = models.ForeignKey(PayoutAccount, on_delete=models.PROTECT, related_name="withdrawals")
    state = StateField(choices=WithdrawalState.choices, default=WithdrawalState.REQUESTED)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    key = models.CharField(max_length=64, unique=True)
    is_automatic = models.BooleanField("made by itself", default=False)
    requested_at = models.DateTimeField(default=now)
    sent_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    reference = models.CharField("reference of the bank", max_length=80, blank=True)
    failure = models.CharField("why it failed", max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["-requested_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payments_withdrawal_positive"),
            models.CheckConstraint(
                condition=Q(state__in=WithdrawalState.values), name="payments_withdrawal_state_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[WithdrawalState.REQUESTED, WithdrawalState.SENDING, WithdrawalState.SENT],
                    closed_at__isnull=True,
                )
                | Q(
                    state__in=[WithdrawalState.PAID, WithdrawalState.FAILED, WithdrawalState.RETURNED],
                    closed_at__isnull=False,
                ),
                name="payments_withdrawal_closed_has_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["worker", "-requested_at"], name="payments_withdrawal_worker"),
            models.Index(
                fields=["next_try_at", "id"],
                condition=Q(state=WithdrawalState.SENDING, next_try_at__isnull=False),
                name="payments_withdrawal_due",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"W-{self.pk}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @transition(field=state, source=WithdrawalState.REQUESTED, target=WithdrawalState.SENDING)
    def start(self, at: datetime) -> None:
        """The provider is about to be called."""
        self.sending_at = at

    @transition(
        field=state,
        source=[WithdrawalState.REQUESTED, WithdrawalState.SENDING],
        target=WithdrawalState.SENT,
    )
    def send(self, at: datetime) -> None:
        """Handed to the bank or the provider."""
        self.sent_at, self.next_try_at = at, None

    @transition(field=state, source=WithdrawalState.SENT, target=WithdrawalState.REQUESTED)
    def recall(self) -> None:
        """Its file was never given to the bank."""
        self.sent_at = None

    @transition(field=state, source=WithdrawalState.SENT, target=WithdrawalState.PAID)
    def pay(self, at: datetime, reference: str) -> None:
        """The bank confirmed it."""
        self.closed_at, self.reference = at, reference

    @transition(
        field=state,
        source=[WithdrawalState.REQUESTED, WithdrawalState.SENDING, WithdrawalState.SENT],
        target=WithdrawalState.FAILED,
    )
    def fail(self, at: datetime, why: str) -> None:
        """The bank refused it: the money is back in the balance."""
        self.closed_at, self.failure, self.next_try_at = at, why, None

    @transition(field=state, source=WithdrawalState.PAID, target=WithdrawalState.RETURNED)
    def come_back(self, at: datetime, why: str) -> None:
        """The bank paid it and got it back: the money is in the balance again."""
        self.closed_at, self.failure = at, why


class AutoWithdrawal(models.Model):
    """A worker's wish that the whole balance goes to one account when it reaches a threshold. No row: off."""

    worker = models.OneToOneField(Worker, on_delete=models.PROTECT, related_name="auto_withdrawal")
    account = models.ForeignKey(PayoutAccount, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    threshold_minor = models.BigIntegerField()
    runs = models.PositiveIntegerField("withdrawals made", default=0)
    turned_on_at = models.DateTimeField(default=now)
    failures = models.PositiveSmallIntegerField(default=0)
    parked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(threshold_minor__gt=0), name="payments_threshold_positive")
        ]

    def __str__(self) -> str:
        return f"{self.worker}: from {self.threshold}"

    @property
    def threshold(self) -> Money:
        return Money(self.threshold_minor, self.currency)
