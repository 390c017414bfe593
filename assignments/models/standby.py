"""A second worker who is briefed and steps in when the first one leaves."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django_fsm import transition

from accounts.models import User
from assignments.models.terms import PriceColumns, price_constraints
from assignments.pricing import Cost, cost
from assignments.states import STANDS_BY, StandbyState
from common.clock import now
from common.fsm import StateField, StateModel
from common.money import Money
from workers.models import Worker


class Standby(StateModel, PriceColumns):
    """One worker stands by for one assignment, on terms of the own: those of the own offer, else the posted ones.

    The schedule is the assignment's: when it changes, the worker is asked again. `promote_due_at`: a promotion that
    the next sweep has to do, because another worker's row was locked when the first one left.
    """

    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="standbys"
    )
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="standbys")
    state = StateField(choices=StandbyState.choices, default=StandbyState.ASKED)
    expenses_minor = models.BigIntegerField("expenses asked", default=0)
    promote_unconfirmed = models.BooleanField("steps in when the schedule is not confirmed", default=False)
    named_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField(default=now)
    agreed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    promote_due_at = models.DateTimeField("to be promoted by the next sweep", null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["named_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(state__in=sorted(STANDS_BY)),
                name="assignments_one_standby",
            ),
            models.CheckConstraint(
                condition=Q(state__in=StandbyState.values), name="assignments_standby_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=StandbyState.READY) | Q(agreed_at__isnull=False),
                name="assignments_standby_agreed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(STANDS_BY), ended_at__isnull=True)
                | (~Q(state__in=sorted(STANDS_BY)) & Q(ended_at__isnull=False)),
                name="assignments_standby_end_said",
            ),
            models.CheckConstraint(
                condition=Q(promote_due_at__isnull=True) | Q(state=StandbyState.READY),
                name="assignments_standby_due_ready",
            ),
            models.CheckConstraint(condition=Q(expenses_minor__gte=0), name="assignments_standby_expenses"),
            *price_constraints("assignments_standby"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["promote_due_at", "id"],
                condition=Q(state=StandbyState.READY),
                name="assignments_standby_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.worker} stands by for {self.assignment_id}"

    @transition(field=state, source=StandbyState.ASKED, target=StandbyState.READY)
    def agree(self, at: datetime) -> None:
        """The worker says yes."""
        self.agreed_at = at

    @transition(field=state, source=StandbyState.READY, target=StandbyState.ASKED)
    def ask_again(self) -> None:
        """The date or the scope changed: the worker's word was for the old one."""
        self.agreed_at = self.promote_due_at = None

    @transition(field=state, source=[StandbyState.ASKED, StandbyState.READY], target=StandbyState.PROMOTED)
    def step_in(self, at: datetime) -> None:
        """The standby is the assigned worker now."""
        self.ended_at, self.promote_due_at = at, None

    @transition(field=state, source=[StandbyState.ASKED, StandbyState.READY], target=StandbyState.ENDED)
    def end(self, at: datetime) -> None:
        """Either side ended it, or the work was done or cancelled."""
        self.ended_at, self.promote_due_at = at, None

    @property
    def is_ready(self) -> bool:
        return bool(self.state == StandbyState.READY)

    @property
    def asks(self) -> Money:
        """The most that the standby would get."""
        return self.terms.budget + Money(self.expenses_minor, self.currency)

    def cost(self, fee_bps: int) -> Cost:
        """What it would cost the client at most."""
        return cost(self.asks, fee_bps)
