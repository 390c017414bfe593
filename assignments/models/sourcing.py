"""Before assignment: applications and counteroffers, invitations, questions."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django_fsm import transition

from accounts.models import User
from assignments.models.routing import Route, RouteMode
from assignments.models.terms import PriceColumns, ScheduleColumns, price_constraints, schedule_constraints
from assignments.pricing import Cost, cost
from assignments.states import ApplicationState
from common.clock import now
from common.fsm import StateField, StateModel
from common.money import Money
from workers.models import Vendor, Worker


class Application(StateModel, PriceColumns, ScheduleColumns):
    """A worker's offer for an assignment, with the full terms that accepting it would put in force.

    A plain application repeats the posted terms; a counteroffer changes some. `revision` grows with each edit, so
    that a client never accepts words that changed while reading.
    """

    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="applications"
    )
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="applications")
    state = StateField(choices=ApplicationState.choices, default=ApplicationState.PENDING)
    is_counteroffer = models.BooleanField(default=False)
    expenses_minor = models.BigIntegerField("expenses asked", default=0)
    reason = models.TextField("message to the client", max_length=2_000, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    applied_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decline_reason = models.TextField(max_length=1_000, blank=True)

    class Meta:
        ordering: ClassVar = ["applied_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assignment", "worker"],
                condition=Q(state=ApplicationState.PENDING),
                name="assignments_one_pending_application",
            ),
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(state=ApplicationState.ACCEPTED),
                name="assignments_one_accepted_application",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ApplicationState.values), name="assignments_application_state_known"
            ),
            models.CheckConstraint(
                condition=Q(expenses_minor__gte=0), name="assignments_application_expenses"
            ),
            *price_constraints("assignments_application"),
            *schedule_constraints("assignments_application"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["expires_at", "id"],
                condition=Q(state=ApplicationState.PENDING, expires_at__isnull=False),
                name="assignments_application_due",
            ),
            models.Index(fields=["worker", "state", "assignment"], name="assignments_application_mine"),
        ]

    def __str__(self) -> str:
        return f"{self.worker}: {self.asks}"

    @transition(field=state, source=ApplicationState.PENDING, target=ApplicationState.ACCEPTED)
    def accept(self) -> None:
        self.decided_at = now()

    @transition(field=state, source=ApplicationState.PENDING, target=ApplicationState.DECLINED)
    def decline(self, reason: str) -> None:
        self.decided_at = now()
        self.decline_reason = reason

    @transition(field=state, source=ApplicationState.PENDING, target=ApplicationState.WITHDRAWN)
    def withdraw(self) -> None:
        self.decided_at = now()

    @transition(field=state, source=ApplicationState.PENDING, target=ApplicationState.EXPIRED)
    def expire(self) -> None:
        self.decided_at = now()

    @transition(
        field=state,
        source=[ApplicationState.PENDING, ApplicationState.ACCEPTED],
        target=ApplicationState.CLOSED,
    )
    def close(self) -> None:
        """Another worker got it, the client cancelled, or the accepted worker left."""
        self.decided_at = now()

    def is_over(self, at: datetime) -> bool:
        """Whether it ran out: it can be renewed and no longer accepted, also before the sweep has closed it."""
        if self.state == ApplicationState.EXPIRED:
            return True
        waits = self.state == ApplicationState.PENDING
        return waits and self.expires_at is not None and self.expires_at <= at

    @property
    def asks(self) -> Money:
        """The most that the worker would get: base budget plus the expenses asked."""
        return self.terms.budget + Money(self.expenses_minor, self.currency)

    def cost(self, fee_bps: int) -> Cost:
        """What accepting it would cost the client at most."""
        return cost(self.asks, fee_bps)


class Invitation(models.Model):
    """The client asked this worker by name (domain.md 3.3, option 2)."""

    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="invitations"
    )
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="invitations")
    route = models.ForeignKey(
        Route, on_delete=models.SET_NULL, null=True, blank=True, related_name="invitations"
    )
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    mode = models.CharField(max_length=8, choices=RouteMode, default=RouteMode.APPLY)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=now)
    declined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "worker"], name="assignments_invited_once")
        ]

    def __str__(self) -> str:
        return f"{self.worker} invited to {self.assignment_id}"


class Question(models.Model):
    """A question before assignment, with at most one answer (domain.md 4.3)."""

    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="questions"
    )
    asker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="questions")
    text = models.TextField("your question", max_length=1_000)
    asked_at = models.DateTimeField(default=now)
    answer = models.TextField("your answer", max_length=2_000, blank=True)
    is_public = models.BooleanField("show question and answer to every worker who can see it", default=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["asked_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="assignments_answer_has_author",
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]
