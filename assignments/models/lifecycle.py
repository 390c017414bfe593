"""The state machine of an assignment: which move is legal. Transitions only set fields; the actions do the rest.

Who may, and what else must hold, is asked before; the row is locked by then. docs/states.md is drawn from here.
"""

from datetime import datetime

from django.db import models
from django_fsm import RETURN_VALUE, transition

from assignments.states import State
from common.fsm import StateField, StateModel


class Lifecycle(StateModel):
    """The protected stage and its moves (mission.md C01, domain.md 1.2, decisions.md D1-D7)."""

    state = StateField(choices=State.choices, default=State.DRAFT)
    state_since = models.DateTimeField()

    class Meta:
        abstract = True

    def _moved(self, at: datetime) -> None:
        self.state_since = at

    @transition(field=state, source=State.DRAFT, target=State.SENT)
    def send(self, at: datetime) -> None:
        """T2: the client offers it to workers (S01)."""
        self._moved(at)

    @transition(field=state, source=[State.DRAFT, State.SENT], target=State.ASSIGNED)
    def assign(self, at: datetime) -> None:
        """T4: a worker is chosen; from draft only with the worker's direct consent (S08)."""
        self._moved(at)

    @transition(field=state, source=State.ASSIGNED, target=State.IN_PROGRESS)
    def start(self, at: datetime) -> None:
        """T6 by check-in (S16), T7 by the clock where no check-in is required (S17)."""
        self._moved(at)

    @transition(field=state, source=[State.ASSIGNED, State.IN_PROGRESS], target=State.ON_HOLD)
    def hold(self, at: datetime) -> None:
        """T8: the client pauses it (S24, S25)."""
        self._moved(at)

    @transition(field=state, source=State.ON_HOLD, target=RETURN_VALUE(State.ASSIGNED, State.IN_PROGRESS))
    def resume(self, at: datetime) -> str:
        """T10: the worker accepts the new schedule after a hold; in progress if there is a check-in (D1)."""
        self._moved(at)
        return State.IN_PROGRESS if self.has_check_in else State.ASSIGNED

    @transition(field=state, source=State.ON_HOLD, target=State.SENT)
    def decline_resume(self, at: datetime) -> None:
        """T11: the worker declines the new schedule and is removed (S29)."""
        self._moved(at)

    @transition(field=state, source=[State.ASSIGNED, State.IN_PROGRESS, State.ON_HOLD], target=State.SENT)
    def unassign(self, at: datetime) -> None:
        """T12: the client removes the worker (S15; from on hold by D1)."""
        self._moved(at)

    @transition(field=state, source=State.ASSIGNED, target=State.SENT)
    def back_out(self, at: datetime) -> None:
        """The worker cancels the own work before it starts (decisions.md D2)."""
        self._moved(at)

    @transition(field=state, source=State.IN_PROGRESS, target=State.PENDING_APPROVAL)
    def submit(self, at: datetime) -> None:
        """T13: the worker submits finished work (S18, S30)."""
        self._moved(at)

    @transition(field=state, source=State.PENDING_APPROVAL, target=State.IN_PROGRESS)
    def send_back(self, at: datetime) -> None:
        """T14: Not Satisfied (S31)."""
        self._moved(at)

    @transition(field=state, source=State.PENDING_APPROVAL, target=State.APPROVED)
    def approve(self, at: datetime) -> None:
        """T15: approved; payments makes the invoice in the same transaction (S32, S33)."""
        self._moved(at)

    @transition(field=state, source=State.APPROVED, target=State.PENDING_APPROVAL)
    def stop_payment(self, at: datetime) -> None:
        """T16: the invoice is withdrawn while nobody relies on it (decisions.md D7)."""
        self._moved(at)

    @transition(field=state, source=State.APPROVED, target=State.PAID)
    def pay(self, at: datetime) -> None:
        """T17: the invoice is paid (S38); nothing leads out of here (S40)."""
        self._moved(at)

    @transition(
        field=state,
        source=[State.SENT, State.ASSIGNED, State.IN_PROGRESS, State.ON_HOLD, State.PENDING_APPROVAL],
        target=State.CANCELLED,
    )
    def cancel(self, at: datetime) -> None:
        """T18, and T5 where nobody is assigned: ended by the client, with or without pay (S41-S43)."""
        self._moved(at)

    @property
    def has_check_in(self) -> bool:
        """Whether the present worker has checked in."""
        raise NotImplementedError
