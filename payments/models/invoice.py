"""The invoice of one assignment, and the counter that numbers invoices without gaps."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django_fsm import transition

from assignments.models import Assignment
from clients.models import Client
from common.clock import now
from common.fsm import StateField, StateModel
from common.money import Money
from payments.states import InvoiceState, LockReason
from workers.models import Worker


class Counter(models.Model):
    """The last number that an issuer used. Locked while a number is taken, so that none is missing or doubled."""

    issuer = models.CharField(max_length=32, unique=True)
    value = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(value__gte=0), name="payments_counter_forward")
        ]

    def __str__(self) -> str:
        return f"{self.issuer}: {self.value}"


class Invoice(StateModel):
    """What a client owes for one assignment: the worker's pay and the fee on top (D7, D20).

    Number, parties, amounts and lines never change; a paid or withdrawn invoice does not change at all (triggers).
    At most one that is not withdrawn for each assignment. `parties` are name and address of supplier (the worker),
    customer (the client) and issuer (the operator) as they were that day: a self-billing note names them.
    """

    number = models.CharField(max_length=24, unique=True)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="invoices")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="invoices")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="invoices")
    state = StateField(choices=InvoiceState.choices, default=InvoiceState.OPEN)
    currency = models.CharField(max_length=3)
    worker_minor = models.BigIntegerField("worker's pay")
    fee_minor = models.BigIntegerField("platform fee")
    total_minor = models.BigIntegerField("total")
    lines = models.JSONField("lines of the worker's pay", default=list)
    parties = models.JSONField("who bills whom", default=dict)
    done_on = models.DateField("day of the work", null=True, blank=True)
    issued_at = models.DateTimeField(default=now)
    issued_on = models.DateField()
    due_on = models.DateField()
    past_due_at = models.DateTimeField()
    past_due_noted_at = models.DateTimeField(null=True, blank=True)
    past_due_told = models.PositiveSmallIntegerField("notices that it is past due", default=0)
    past_due_next_at = models.DateTimeField("next notice that it is past due", null=True, blank=True)
    autopay_due_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    locked_at = models.DateTimeField("relied upon", null=True, blank=True)
    lock_reason = models.CharField("by", max_length=12, choices=LockReason, blank=True)
    advanced_at = models.DateTimeField("FastFunds taken", null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["due_on", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assignment"], condition=~Q(state=InvoiceState.WITHDRAWN), name="payments_one_invoice"
            ),
            models.CheckConstraint(
                condition=Q(state__in=InvoiceState.values), name="payments_invoice_state_known"
            ),
            models.CheckConstraint(
                condition=Q(worker_minor__gte=0, fee_minor__gte=0), name="payments_invoice_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(total_minor=F("worker_minor") + F("fee_minor")), name="payments_invoice_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("issued_on")), name="payments_invoice_due_after_issue"
            ),
            models.CheckConstraint(
                condition=Q(state=InvoiceState.OPEN, paid_at__isnull=True, withdrawn_at__isnull=True)
                | Q(state=InvoiceState.PAID, paid_at__isnull=False, withdrawn_at__isnull=True)
                | Q(state=InvoiceState.WITHDRAWN, paid_at__isnull=True, withdrawn_at__isnull=False),
                name="payments_invoice_times_by_state",
            ),
            models.CheckConstraint(
                condition=Q(advanced_at__isnull=True) | ~Q(state=InvoiceState.WITHDRAWN),
                name="payments_advanced_stays",
            ),
            models.CheckConstraint(
                condition=Q(lock_reason="") | Q(lock_reason__in=LockReason.values, locked_at__isnull=False),
                name="payments_invoice_lock_known",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["client", "state", "due_on", "id"], name="payments_invoice_client"),
            models.Index(fields=["worker", "state", "due_on", "id"], name="payments_invoice_worker"),
            models.Index(fields=["client", "-paid_at"], name="payments_invoice_paid"),
            # What a worker was paid, a page at a time; the newest of a worker; and the few that were withdrawn.
            models.Index(
                fields=["worker", "-paid_at", "-id"],
                condition=Q(state=InvoiceState.PAID),
                name="payments_invoice_received",
            ),
            models.Index(fields=["worker", "-id"], name="payments_invoice_newest"),
            models.Index(
                fields=["client", "-issued_on", "-id"],
                condition=Q(state=InvoiceState.WITHDRAWN),
                name="payments_invoice_withdrawn",
            ),
            models.Index(
                fields=["client", "issued_on", "id"],
                include=["state", "currency", "worker_minor", "fee_minor", "total_minor", "assignment"],
                name="payments_invoice_report",
            ),
            models.Index(
                fields=["autopay_due_at", "id"],
                condition=Q(state=InvoiceState.OPEN, autopay_due_at__isnull=False),
                name="payments_autopay_due",
            ),
            models.Index(
                fields=["past_due_next_at", "id"],
                condition=Q(state=InvoiceState.OPEN, past_due_next_at__isnull=False),
                name="payments_past_due",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @transition(field=state, source=InvoiceState.OPEN, target=InvoiceState.PAID)
    def pay(self, at: datetime) -> None:
        """The client's debt is settled."""
        self.paid_at = at

    @transition(field=state, source=InvoiceState.OPEN, target=InvoiceState.WITHDRAWN)
    def withdraw(self, at: datetime) -> None:
        """Taken back before anybody relied on it; the number stays used (D7)."""
        self.withdrawn_at = at

    @property
    def pay_amount(self) -> Money:
        """What the worker gets."""
        return Money(self.worker_minor, self.currency)

    @property
    def fee(self) -> Money:
        return Money(self.fee_minor, self.currency)

    @property
    def total(self) -> Money:
        """What the client pays."""
        return Money(self.total_minor, self.currency)

    @property
    def pay_lines(self) -> list[tuple[str, Money]]:
        """The lines that make up the worker's pay."""
        return [(line["what"], Money(line["minor"], self.currency)) for line in self.lines]

    def is_past_due(self, at: datetime) -> bool:
        return self.state == InvoiceState.OPEN and self.past_due_at <= at

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("an invoice is never deleted")
