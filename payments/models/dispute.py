"""A dispute: one side asks Onsite to decide about the money of one assignment (decisions.md D5)."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django_fsm import transition

from accounts.models import User
from assignments.models import Assignment
from clients.models import Client
from common.clock import now
from common.fsm import StateField, StateModel
from common.money import Money
from payments.states import (
    ASKED,
    DECIDABLE,
    HEARD,
    NEGOTIABLE,
    RUNNING,
    UNDECIDED,
    Decision,
    DisputeState,
    Ground,
    Side,
)
from workers.models import Worker


class Dispute(StateModel):
    """An escalation is a dispute in its first steps. While it runs, the money of its assignment waits.

    `step_due_at` is the one timer: the next step, the end of the sealed figures, a named admin's date, or the end of
    the time for an appeal. `decision` and the reasons are those of the ruling that holds now.
    """

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
    by_silence = models.BooleanField("decided by the rule of silence", default=False)
    ruled_at = models.DateTimeField("first decision", null=True, blank=True)
    appeal_until = models.DateTimeField("can be appealed until", null=True, blank=True)
    appealed_at = models.DateTimeField(null=True, blank=True)
    appealed_side = models.CharField("appealed by", max_length=8, choices=Side, blank=True)
    waived_client_at = models.DateTimeField("client waived the appeal", null=True, blank=True)
    waived_worker_at = models.DateTimeField("worker waived the appeal", null=True, blank=True)
    is_small = models.BooleanField("small claim", default=False)
    figures_opened_at = models.DateTimeField("sealed figures opened", null=True, blank=True)
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
                condition=Q(state__in=list(UNDECIDED), closed_at__isnull=True, decision="")
                | (
                    Q(decision__in=Decision.values, decided_minor__isnull=False)
                    & (
                        Q(state__in=[DisputeState.RULED, DisputeState.APPEALED], closed_at__isnull=True)
                        | Q(state=DisputeState.DECIDED, closed_at__isnull=False)
                    )
                    & (Q(decided_by__isnull=False) | Q(by_silence=True))
                )
                | Q(
                    state=DisputeState.SETTLED,
                    closed_at__isnull=False,
                    decision__in=Decision.values,
                    decided_minor__isnull=False,
                )
                | Q(
                    state__in=[DisputeState.CLOSED, DisputeState.WITHDRAWN],
                    closed_at__isnull=False,
                    decision="",
                ),
                name="payments_dispute_decided_says_how",
            ),
            models.CheckConstraint(
                condition=Q(decided_minor__isnull=True) | Q(decided_minor__lte=F("amount_minor")),
                name="payments_dispute_at_most_in_dispute",
            ),
            models.CheckConstraint(
                condition=Q(state=DisputeState.RULED, ruled_at__isnull=False, appeal_until__isnull=False)
                & Q(appealed_at__isnull=True, step_due_at__isnull=False)
                | ~Q(state=DisputeState.RULED),
                name="payments_dispute_ruled_can_be_appealed",
            ),
            models.CheckConstraint(
                condition=Q(appealed_at__isnull=True, appealed_side="") & ~Q(state=DisputeState.APPEALED)
                | Q(appealed_at__isnull=False, appealed_side__in=Side.values)
                & Q(ruled_at__isnull=False, appealed_at__lte=F("appeal_until")),
                name="payments_dispute_appealed_in_time",
            ),
            models.CheckConstraint(
                condition=Q(is_small=True)
                | Q(figures_opened_at__isnull=True)
                & ~Q(state__in=[DisputeState.FIGURES, DisputeState.NAMED]),
                name="payments_dispute_lane_is_small",
            ),
            models.CheckConstraint(
                condition=~Q(state=DisputeState.FIGURES, figures_opened_at__isnull=False),
                name="payments_dispute_sealed_until_opened",
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
    def ruled_pay(self) -> Money:
        """As `decided`, where there is a decision. Raises ValueError where there is none."""
        if self.decided_minor is None:
            raise ValueError(f"{self.number} has no decision")
        return Money(self.decided_minor, self.currency)

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def is_decidable(self) -> bool:
        return self.state in DECIDABLE

    @property
    def is_heard(self) -> bool:
        """Whether both sides may add statements."""
        return self.state in HEARD

    @property
    def is_negotiable(self) -> bool:
        return self.state in NEGOTIABLE

    def waived_at(self, side: str) -> datetime | None:
        """When that side gave up the appeal."""
        return self.waived_client_at if side == Side.CLIENT else self.waived_worker_at

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

    @transition(field=state, source=DisputeState.OPEN, target=DisputeState.FIGURES)
    def ask_figures(self, until: datetime) -> None:
        """The small-claims lane: both give one sealed figure until then (N6)."""
        self.is_small = True
        self.step_due_at = self.answer_due_at = until

    @transition(field=state, source=[DisputeState.FIGURES, DisputeState.NAMED], target=DisputeState.NAMED)
    def name(self, until: datetime, admin: User | None) -> None:
        """The figures did not cross: an admin with a name decides until then; another one after that."""
        self.assignee = admin
        self.step_due_at = self.answer_due_at = until

    @transition(
        field=state, source=[*ASKED, DisputeState.FIGURES, DisputeState.NAMED], target=DisputeState.RULED
    )
    def rule(self, at: datetime, decision: str, pay: Money, by: User | None, until: datetime) -> None:
        """Decided by an admin, or by the rule of silence: the money waits until it can no longer be appealed."""
        self.decision, self.decided_minor, self.decided_by = decision, pay.minor, by
        self.by_silence, self.ruled_at = by is None, at
        self.appeal_until = self.step_due_at = until
        self.answer_due_at = None

    @transition(field=state, source=DisputeState.RULED, target=DisputeState.APPEALED)
    def appeal(self, at: datetime, side: str, until: datetime) -> None:
        """Once, by either side: another admin decides for good."""
        self.appealed_at, self.appealed_side, self.assignee = at, side, None
        self.step_due_at, self.answer_due_at = None, until

    @transition(field=state, source=DisputeState.RULED, target=DisputeState.DECIDED)
    def finish(self, at: datetime) -> None:
        """Nobody appealed in time, or both waived it: the decision is final."""
        self._closed(at)

    @transition(field=state, source=DisputeState.APPEALED, target=DisputeState.DECIDED)
    def decide_appeal(self, at: datetime, decision: str, pay: Money, by: User) -> None:
        """The decision of the appeal is final."""
        self._closed(at)
        self.decision, self.decided_minor, self.decided_by = decision, pay.minor, by
        self.by_silence = False

    @transition(field=state, source=list(RUNNING), target=DisputeState.SETTLED)
    def settle(self, at: datetime, decision: str, pay: Money) -> None:
        """Both sides agreed on a figure: nobody decided, nobody appeals."""
        self._closed(at)
        self.decision, self.decided_minor = decision, pay.minor
        self.decided_by, self.by_silence = None, False

    @transition(field=state, source=list(UNDECIDED), target=DisputeState.CLOSED)
    def close(self, at: datetime, by: User) -> None:
        """Ended without a decision: nothing about the money changes."""
        self._closed(at)
        self.decided_by = by

    @transition(field=state, source=list(UNDECIDED), target=DisputeState.WITHDRAWN)
    def withdraw(self, at: datetime) -> None:
        """The side that opened it takes it back."""
        self._closed(at)
