"""Many open invoices under one number: a bundle that somebody made, or the statement of a month."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django_fsm import transition

from accounts.models import User
from clients.models import Client
from common.clock import now
from common.fsm import StateField, StateModel
from common.money import Money
from payments.models.invoice import Invoice
from payments.states import StatementKind, StatementState


class Statement(StateModel):
    """A numbered list of invoices that are paid together (domain.md 5.3). It says for good what it said first.

    Its invoices stay invoices: each is paid as a whole, and it is Paid when none of them is open any more. Taken
    apart it keeps its number, and its invoices may go on another one.
    """

    number = models.CharField(max_length=24, unique=True)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="statements")
    kind = models.CharField(max_length=8, choices=StatementKind, default=StatementKind.BUNDLE)
    month = models.DateField("first day of its month", null=True, blank=True)
    state = StateField(choices=StatementState.choices, default=StatementState.OPEN)
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField("total")
    due_on = models.DateField("first due day of its invoices")
    key = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField(default=now)
    issued_on = models.DateField()
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    paid_at = models.DateTimeField(null=True, blank=True)
    dissolved_at = models.DateTimeField("taken apart", null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=StatementState.OPEN, paid_at__isnull=True, dissolved_at__isnull=True)
                | Q(state=StatementState.PAID, paid_at__isnull=False, dissolved_at__isnull=True)
                | Q(state=StatementState.DISSOLVED, paid_at__isnull=True, dissolved_at__isnull=False),
                name="payments_statement_times_by_state",
            ),
            models.CheckConstraint(
                condition=Q(kind=StatementKind.BUNDLE, month__isnull=True)
                | Q(kind=StatementKind.MONTHLY, month__isnull=False),
                name="payments_statement_month_by_kind",
            ),
            models.UniqueConstraint(
                fields=["client", "month"],
                condition=Q(kind=StatementKind.MONTHLY),
                name="payments_one_statement_a_month",
            ),
            models.CheckConstraint(condition=Q(total_minor__gte=0), name="payments_statement_not_negative"),
        ]
        indexes: ClassVar = [models.Index(fields=["client", "-id"], name="payments_statement_client")]

    def __str__(self) -> str:
        return self.number

    @transition(field=state, source=StatementState.OPEN, target=StatementState.PAID)
    def pay(self, at: datetime) -> None:
        """The last of its invoices is settled."""
        self.paid_at = at

    @transition(field=state, source=StatementState.OPEN, target=StatementState.DISSOLVED)
    def dissolve(self, at: datetime) -> None:
        """Taken apart; the number stays used."""
        self.dissolved_at = at

    @property
    def total(self) -> Money:
        """What all its invoices came to on the day that it was made."""
        return Money(self.total_minor, self.currency)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("a statement is never deleted")


class StatementLine(models.Model):
    """One invoice of a statement. While it is live the invoice is on no other statement (constraint)."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="statement_lines")
    position = models.PositiveIntegerField()
    total_minor = models.BigIntegerField()
    is_live = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["statement", "invoice"], name="payments_line_once"),
            models.UniqueConstraint(
                fields=["invoice"], condition=Q(is_live=True), name="payments_one_live_statement"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id}/{self.position}"

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.statement.currency)


class MonthDone(models.Model):
    """That a company's month was looked at: its statement, or none where nothing was open or it had just opted in."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="months_done")
    month = models.DateField()
    statement = models.OneToOneField(Statement, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["client", "month"], name="payments_month_once")
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.month}"
