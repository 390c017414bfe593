"""Extra work that the worker orders on site, and the links by which the client answers it from the mail (N3)."""

import secrets
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from assignments.models.engagement import Engagement
from assignments.models.requests import Decidable
from assignments.states import AnsweredBy, MoneyKind, RequestState
from clients.models import ChangeDefault, change_default_constraints

LONGEST_WORDS = 2_000


def photo_path(order: "ChangeOrder", filename: str) -> str:
    return f"changes/{order.uuid.hex[:2]}/{order.uuid.hex}"


class ChangeOrder(ChangeDefault, Decidable):
    """Words for the scope and their price in one: `amount_minor` is what the worker would get at most in addition.

    What silence means is the default that was agreed beforehand, kept here as it was when it was ordered; `due_at`
    is the end of the time to answer. `answered_by` says by which way the decision came.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="change_orders"
    )
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="change_orders")
    what = models.TextField("extra work", max_length=LONGEST_WORDS)
    amount_minor = models.BigIntegerField()
    add_minutes = models.PositiveIntegerField(default=0)
    add_units = models.PositiveIntegerField(default=0)
    photo = models.FileField(upload_to=photo_path, max_length=200, blank=True)
    photo_name = models.CharField(max_length=130, blank=True)
    photo_type = models.CharField(max_length=100, blank=True)
    due_at = models.DateTimeField("silence answers")
    answered_by = models.CharField(max_length=8, choices=AnsweredBy, default=AnsweredBy.NOBODY, blank=True)

    class Meta:
        ordering: ClassVar = ["asked_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(state=RequestState.OPEN),
                name="assignments_one_open_change",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="assignments_change_positive"),
            models.CheckConstraint(
                condition=Q(state__in=RequestState.values), name="assignments_change_state"
            ),
            models.CheckConstraint(
                condition=Q(due_at__gt=F("asked_at")), name="assignments_change_due_later"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[RequestState.APPROVED, RequestState.DECLINED],
                    answered_by__in=[AnsweredBy.PAGE, AnsweredBy.LINK],
                    decided_by__isnull=False,
                )
                | Q(
                    state__in=[RequestState.APPROVED, RequestState.DECLINED],
                    answered_by=AnsweredBy.DEFAULT,
                    decided_by__isnull=True,
                )
                | (
                    ~Q(state__in=[RequestState.APPROVED, RequestState.DECLINED])
                    & Q(answered_by=AnsweredBy.NOBODY)
                ),
                name="assignments_change_answered",
            ),
            *change_default_constraints("assignments_order"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at", "id"], condition=Q(state=RequestState.OPEN), name="assignments_change_due"
            )
        ]

    def __str__(self) -> str:
        return self.what[:60]

    @property
    def kind(self) -> str:
        """To the price it is a budget increase."""
        return MoneyKind.INCREASE

    @property
    def is_open(self) -> bool:
        return bool(self.state == RequestState.OPEN)


def new_nonce() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


class AnswerLink(models.Model):
    """One person's link to answer one order without signing in.

    The address is `nonce` with a signature by the portal's secret key (assignments/answering.py): what is stored here
    or in the outbox is not enough to make it. It is spent with `used_at`, and dead once the order is decided or
    `expires_at` is over.
    """

    order = models.ForeignKey(ChangeOrder, on_delete=models.CASCADE, related_name="links")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    nonce = models.CharField(max_length=64, unique=True, default=new_nonce, editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "user"], name="assignments_one_link_a_person"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(used_at__isnull=False), name="assignments_one_link_used"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} on order {self.order_id}"
