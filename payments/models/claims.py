"""What both sides and Onsite say in a dispute: statements, proposed settlements, sealed figures, rulings, precedents.

Statements, figures and rulings only ever grow in number (payments/dispute_triggers.py).
"""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django_fsm import transition

from accounts.models import User
from assignments.models.files import CheckedFile
from common.clock import now
from common.fsm import StateField, StateModel
from common.money import Money
from payments.models.dispute import Dispute
from payments.states import Decision, Ground, OfferState, Side

CLOSED = [state for state in OfferState.values if state != OfferState.OPEN]


class DisputeStatement(models.Model):
    """What one side says, once; a side may say more later. `is_appeal`: why it asks for another decision."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="statements")
    side = models.CharField(max_length=8, choices=Side)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=5_000)
    is_appeal = models.BooleanField(default=False)
    said_at = models.DateTimeField(default=now)

    class Meta:
        ordering: ClassVar = ["said_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(side__in=Side.values), name="payments_dispute_statement_side_known"
            ),
            models.UniqueConstraint(
                fields=["dispute"], condition=Q(is_appeal=True), name="payments_one_appeal"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


def dispute_file_path(file: "DisputeFile", filename: str) -> str:
    return f"statements/{file.uuid.hex[:2]}/{file.uuid.hex}"


class DisputeFile(CheckedFile):
    """A file with a statement: both sides and those who decide read it."""

    statement = models.ForeignKey(DisputeStatement, on_delete=models.PROTECT, related_name="files")
    file = models.FileField(upload_to=dispute_file_path, max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]


class SettlementOffer(StateModel):
    """One side proposes what the worker gets; the other accepts, and the dispute is over (docs/money/disputes.md)."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="offers")
    side = models.CharField(max_length=8, choices=Side)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    state = StateField(choices=OfferState.choices, default=OfferState.OPEN)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField("worker's pay")
    note = models.CharField(max_length=1_000, blank=True)
    made_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["made_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["dispute", "side"], condition=Q(state=OfferState.OPEN), name="payments_one_open_offer"
            ),
            models.UniqueConstraint(
                fields=["dispute"], condition=Q(state=OfferState.ACCEPTED), name="payments_one_accepted_offer"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="payments_offer_not_negative"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="payments_offer_side_known"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="payments_offer_has_time"),
            models.CheckConstraint(
                condition=Q(state=OfferState.OPEN, closed_at__isnull=True)
                | Q(state__in=CLOSED, closed_at__isnull=False),
                name="payments_offer_closed_has_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["expires_at", "id"], condition=Q(state=OfferState.OPEN), name="payments_offer_expires"
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount} by the {self.side}"

    @property
    def amount(self) -> Money:
        """What the worker would get."""
        return Money(self.amount_minor, self.currency)

    def is_open(self, at: datetime) -> bool:
        return self.state == OfferState.OPEN and at < self.expires_at

    @transition(field=state, source=OfferState.OPEN, target=OfferState.ACCEPTED)
    def accept(self, at: datetime, by: User) -> None:
        """The other side agrees: the dispute is settled with that."""
        self.closed_at, self.closed_by = at, by

    @transition(field=state, source=OfferState.OPEN, target=OfferState.DECLINED)
    def decline(self, at: datetime, by: User) -> None:
        """The other side says no; the dispute goes on."""
        self.closed_at, self.closed_by = at, by

    @transition(field=state, source=OfferState.OPEN, target=OfferState.WITHDRAWN)
    def withdraw(self, at: datetime, by: User) -> None:
        """Taken back, or replaced by another figure of the same side."""
        self.closed_at, self.closed_by = at, by

    @transition(field=state, source=OfferState.OPEN, target=OfferState.EXPIRED)
    def expire(self, at: datetime) -> None:
        """Nobody answered in time."""
        self.closed_at = at

    @transition(field=state, source=OfferState.OPEN, target=OfferState.CLOSED)
    def close(self, at: datetime) -> None:
        """The dispute ended in another way."""
        self.closed_at = at


class SealedFigure(models.Model):
    """One side's figure in the small-claims lane (N6): the client's offer, or what the worker asks.

    `sealed` is the amount in minor units, encrypted; payments/sealing.py alone opens it, and only when the dispute
    says that figures are open. A figure never changes and is never taken back.
    """

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="figures")
    side = models.CharField(max_length=8, choices=Side)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=now)
    sealed = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dispute", "side"], name="payments_one_figure_each"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="payments_figure_side_known"),
        ]

    def __str__(self) -> str:
        return f"sealed figure of the {self.side}"


class Ruling(models.Model):
    """One decision as it was made: the first, or the one of the appeal, by another admin. It never changes."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="rulings")
    level = models.PositiveSmallIntegerField(default=1)
    decision = models.CharField(max_length=4, choices=Decision)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField("worker's pay as decided")
    ruled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ruled_at = models.DateTimeField(default=now)
    reason_to_client = models.TextField(max_length=2_000)
    reason_to_worker = models.TextField(max_length=2_000)
    internal_note = models.TextField(max_length=2_000, blank=True)
    summary = models.TextField("summary to publish", max_length=2_000, blank=True)

    class Meta:
        ordering: ClassVar = ["level"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dispute", "level"], name="payments_one_ruling_a_level"),
            models.UniqueConstraint(fields=["dispute", "ruled_by"], name="payments_appeal_by_another_admin"),
            models.CheckConstraint(condition=Q(level__in=[1, 2]), name="payments_ruling_level_known"),
            models.CheckConstraint(
                condition=Q(level=1) | Q(ruled_by__isnull=False), name="payments_appeal_by_an_admin"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="payments_ruling_not_negative"),
            models.CheckConstraint(
                condition=Q(decision__in=Decision.values), name="payments_ruling_decision_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()}, {self.amount}"

    @property
    def amount(self) -> Money:
        """What the worker gets."""
        return Money(self.amount_minor, self.currency)


class Precedent(models.Model):
    """What was decided and why, in general words, for everybody to read: no names, numbers or addresses."""

    dispute = models.OneToOneField(Dispute, on_delete=models.PROTECT, related_name="precedent")
    ground = models.CharField("reason", max_length=20, choices=Ground)
    decision = models.CharField(max_length=4, choices=Decision)
    summary = models.TextField(max_length=2_000)
    published_at = models.DateTimeField(default=now)
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-published_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ground__in=Ground.values, decision__in=Decision.values),
                name="payments_precedent_words_known",
            ),
            models.CheckConstraint(condition=~Q(summary=""), name="payments_precedent_says_something"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["ground", "-published_at"], name="payments_precedent_ground")
        ]

    def __str__(self) -> str:
        return self.summary[:60]
