"""A dispute: one side asks Onsite to decide about the money of one assignment (decisions.md D5)."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django_fsm import transition

from accounts.models import User
from assignments.models import Assignment
from clients.models import Client
from common.clock import now
from common.fsm import StateField, StateModel
from common.money import Money
from payments.states import RUNNING, Decision, DisputeState, Ground, Side
from workers.models import Worker


class Dispute(StateModel):
    """An escalation is a dispute in its first steps. While it runs, the money of its assignment waits."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="disputes")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="disputes")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="disputes")
    state = StateField(choices=DisputeState.choices, default=DisputeState.OPEN)
    ground = models.CharField("reason", max_length=20, choices=Ground)
    side = models.CharField("opened by", max_length=8, choices=Side)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=now)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField("worker's pay in dispute")
    statement_client = models.TextField("what the client says", max_length=5_000, blank=True)
    statement_worker = models.TextField("what the worker says", max_length=5_000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer_due_at = models.DateTimeField("answer due", null=True, blank=True)
    step_due_at = models.DateTimeField(null=True, blank=True)
    parked_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    assignee = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="owner"
    )
    decision = models.CharField(max_length=4, choices=Decision, blank=True)
    decided_minor = models.BigIntegerField("worker's pay as decided", null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    reason_to_client = models.TextField(max_length=2_000, blank=True)
    reason_to_worker = models.TextField(max_length=2_000, blank=True)
    internal_note = models.TextField(max_length=2_000, blank=True)

    class Meta:
        ordering: ClassVar = ["answer_due_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(state__in=list(RUNNING)), name="payments_one_open_dispute"
            ),
            models.CheckConstraint(
                condition=Q(state__in=DisputeState.values), name="payments_dispute_state_known"
            ),
            models.CheckConstraint(
                condition=Q(ground__in=Ground.values), name="payments_dispute_ground_known"
            ),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="payments_dispute_side_known"),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0) & (Q(decided_minor__isnull=True) | Q(decided_minor__gte=0)),
                name="payments_dispute_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(RUNNING), closed_at__isnull=True, decision="")
                | Q(
                    state=DisputeState.DECIDED,
                    closed_at__isnull=False,
                    decision__in=Decision.values,
                    decided_minor__isnull=False,
                    decided_by__isnull=False,
                )
                | Q(
                    state__in=[DisputeState.CLOSED, DisputeState.WITHDRAWN],
                    closed_at__isnull=False,
                    decision="",
                ),
                name="payments_dispute_decided_says_how",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["step_due_at", "id"],
                condition=Q(step_due_at__isnull=False),
                name="payments_dispute_step_due",
            ),
            models.Index(fields=["client", "-closed_at"], name="payments_dispute_client"),
        ]
        permissions: ClassVar = [("settle_dispute", "Can decide a dispute")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"D-{self.pk}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def decided(self) -> Money | None:
        return None if self.decided_minor is None else Money(self.decided_minor, self.currency)

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    def statement(self, side: str) -> str:
        """What that side said."""
        return self.statement_client if side == Side.CLIENT else self.statement_worker

    def _closed(self, at: datetime) -> None:
        self.closed_at, self.step_due_at, self.answer_due_at = at, None, None

    @transition(field=state, source=DisputeState.OPEN, target=DisputeState.IN_THREAD)
    def ask_in_thread(self) -> None:
        """Step 1: Onsite asks on the assignment."""

    @transition(field=state, source=DisputeState.IN_THREAD, target=DisputeState.WITH_MANAGER)
    def ask_manager(self) -> None:
        """Step 2: no reaction; the managers are told."""

    @transition(field=state, source=DisputeState.WITH_MANAGER, target=DisputeState.WITH_ACCOUNT)
    def ask_account(self) -> None:
        """Step 3: no reaction; everybody who answers for the account is told, and Onsite decides without an answer."""

    @transition(field=state, source=list(RUNNING), target=DisputeState.DECIDED)
    def decide(self, at: datetime, decision: str, pay: Money, by: User) -> None:
        self._closed(at)
        self.decision, self.decided_minor, self.decided_by = decision, pay.minor, by

    @transition(field=state, source=list(RUNNING), target=DisputeState.CLOSED)
    def close(self, at: datetime, by: User) -> None:
        """Ended without a decision: nothing about the money changes."""
        self._closed(at)
        self.decided_by = by

    @transition(field=state, source=list(RUNNING), target=DisputeState.WITHDRAWN)
    def withdraw(self, at: datetime) -> None:
        """The side that opened it takes it back."""
        self._closed(at)
