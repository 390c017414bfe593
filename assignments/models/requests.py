"""What one side asks of the other while the work goes on: money and new dates. One open request of a kind."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django_fsm import transition

from accounts.models import User
from assignments.models.engagement import Engagement
from assignments.models.terms import ScheduleColumns, schedule_constraints
from assignments.states import MoneyKind, RequestState
from common.clock import now
from common.fsm import StateField, StateModel


def receipt_path(request: "MoneyRequest", filename: str) -> str:
    return f"receipts/{request.uuid.hex[:2]}/{request.uuid.hex}"


class Decidable(StateModel):
    """A request that the other side approves or declines."""

    state = StateField(choices=RequestState.choices, default=RequestState.OPEN)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=now)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decline_reason = models.TextField(max_length=1_000, blank=True)

    class Meta:
        abstract = True

    @transition(field=state, source=RequestState.OPEN, target=RequestState.APPROVED)
    def approve(self, by: User | None) -> None:
        self.decided_by, self.decided_at = by, now()

    @transition(field=state, source=RequestState.OPEN, target=RequestState.DECLINED)
    def decline(self, by: User | None, reason: str) -> None:
        self.decided_by, self.decided_at, self.decline_reason = by, now(), reason

    @transition(field=state, source=RequestState.OPEN, target=RequestState.WITHDRAWN)
    def withdraw(self) -> None:
        self.decided_at = now()

    @transition(field=state, source=RequestState.OPEN, target=RequestState.CLOSED)
    def close(self) -> None:
        """The work moved on: the assignment was cancelled, or its worker left."""
        self.decided_at = now()


class MoneyRequest(Decidable):
    """More money for the worker (domain.md 4.7). `amount_minor` is what the worker would get at most in addition;
    an increase of paid time or units carries the added quantity too.

    The client may offer less, once: the `counter_` columns. The request stays open until the worker answers that;
    `counter_accepted` says that it was granted at the offer.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="money_requests"
    )
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="money_requests")
    kind = models.CharField(max_length=8, choices=MoneyKind)
    amount_minor = models.BigIntegerField()
    add_minutes = models.PositiveIntegerField(default=0)
    add_units = models.PositiveIntegerField(default=0)
    reason = models.TextField(max_length=1_000)
    is_unasked = models.BooleanField("added by the client", default=False)
    counter_minor = models.BigIntegerField("offered instead", null=True, blank=True)
    counter_minutes = models.PositiveIntegerField(default=0)
    counter_units = models.PositiveIntegerField(default=0)
    counter_reason = models.TextField(max_length=1_000, blank=True)
    countered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    countered_at = models.DateTimeField(null=True, blank=True)
    counter_accepted = models.BooleanField(default=False)
    receipt = models.FileField(upload_to=receipt_path, max_length=200, blank=True)
    receipt_name = models.CharField(max_length=130, blank=True)
    receipt_type = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering: ClassVar = ["asked_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assignment", "kind"],
                condition=Q(state=RequestState.OPEN),
                name="assignments_one_open_money_request",
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="assignments_money_request_positive"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=MoneyKind.values), name="assignments_money_request_kind"
            ),
            models.CheckConstraint(
                condition=Q(state__in=RequestState.values), name="assignments_money_request_state"
            ),
            models.CheckConstraint(
                condition=Q(counter_minor__isnull=True, countered_by__isnull=True, countered_at__isnull=True)
                | Q(
                    counter_minor__gt=0,
                    counter_minor__lt=F("amount_minor"),
                    countered_by__isnull=False,
                    countered_at__isnull=False,
                ),
                name="assignments_money_counter_less",
            ),
            models.CheckConstraint(
                condition=Q(counter_accepted=False)
                | Q(state=RequestState.APPROVED, counter_minor__isnull=False),
                name="assignments_money_counter_accepted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount_minor}"

    @property
    def is_countered(self) -> bool:
        """Whether another amount was offered, whatever became of it."""
        return self.counter_minor is not None

    @property
    def granted_minor(self) -> int:
        """What approving it gives: the offer if the worker accepted it, else what was asked."""
        accepted = self.counter_minor if self.counter_accepted else None
        return self.amount_minor if accepted is None else accepted

    @property
    def granted_minutes(self) -> int:
        return self.counter_minutes if self.counter_accepted else self.add_minutes

    @property
    def granted_units(self) -> int:
        return self.counter_units if self.counter_accepted else self.add_units


class RescheduleRequest(Decidable, ScheduleColumns):
    """A new schedule, asked by either side. `from_hold`: raised by removing a hold; declining it removes the worker."""

    class Side(models.TextChoices):
        CLIENT = "client", "Client"
        WORKER = "worker", "Worker"

    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="reschedules"
    )
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="reschedules")
    side = models.CharField("asked by", max_length=8, choices=Side)
    from_hold = models.BooleanField(default=False)
    note = models.TextField(max_length=1_000, blank=True)
    answers = models.OneToOneField(
        "self", verbose_name="counter-proposal to", on_delete=models.PROTECT, null=True, blank=True,
        related_name="counter",
    )  # fmt: skip
    remind_due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["asked_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(state=RequestState.OPEN),
                name="assignments_one_open_reschedule",
            ),
            models.CheckConstraint(
                condition=Q(side__in=["client", "worker"]), name="assignments_reschedule_side"
            ),
            models.CheckConstraint(
                condition=Q(answers__isnull=True) | Q(from_hold=False),
                name="assignments_hold_counters_nothing",
            ),
            models.CheckConstraint(
                condition=Q(state__in=RequestState.values), name="assignments_reschedule_state"
            ),
            *schedule_constraints("assignments_reschedule"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["remind_due_at", "id"],
                condition=Q(state=RequestState.OPEN, remind_due_at__isnull=False),
                name="assignments_remind_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.side}: {self.start_at}"
