"""What a company's card counts, over 90 days of its assignments (N9, domain.md 6.4): the number and its receipts share
one condition, so that they cannot disagree.

The rows carry what payments wrote on them (decisions.md D13): payment_due_on, past_due_at, paid_at. Lost disputes are
named by that room, which registers them here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import (
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, TruncDate

from assignments.fault_states import Party
from assignments.models import Assignment, Rating, ScopeProposal
from assignments.scorecard import GOOD_GRADES
from assignments.states import EngagementEnd, State
from common.conditions import flag
from common.when import zone

PERIOD: Final = timedelta(days=90)
Condition = Callable[[datetime], Q]
Lost = Callable[[int, datetime], "QuerySet[Any]"]
_lost: list[Lost] = []


@dataclass(frozen=True, slots=True)
class CompanyRule:
    """One figure. `bad` are those of `counted` that speak against the company; None where it is a plain number.

    `dated` is the column by which the receipts are listed; both conditions are of rows from `measured`.
    """

    key: str
    name: str
    words: str
    counted: Condition
    bad: Condition | None = None
    dated: str = "approved_at"
    version: int = 1

    @property
    def title(self) -> str:
        """ "Time to approve, rule 1"."""
        return f"{self.name}, rule {self.version}"

    @property
    def slug(self) -> str:
        """The key as addresses write it."""
        return self.key.replace("_", "-")


OPEN_INVOICE = Q(
    payment_due_on__isnull=False, paid_at__isnull=True, state__in=[State.APPROVED, State.CANCELLED]
)


def _approved(since: datetime) -> Q:
    return Q(approved_at__gte=since, submitted_at__isnull=False)


def _paid(since: datetime) -> Q:
    return Q(paid_at__gte=since, pay_minor__gt=0, payment_due_on__isnull=False)


def _pending(since: datetime) -> Q:
    return Q(state=State.PENDING_APPROVAL)


def _past_due(since: datetime) -> Q:
    return OPEN_INVOICE & Q(past_due_at__isnull=False)


def _rated(since: datetime) -> Q:
    return Q(state__in=[State.APPROVED, State.PAID], approved_at__gte=since, has_ratings=True)


def _cancelled_late(since: datetime) -> Q:
    return Q(
        state=State.CANCELLED,
        cancelled_at__gte=since,
        engagement__end=EngagementEnd.CANCELLED,
        engagement__left_fault=Party.CLIENT,
    )


RULES: dict[str, CompanyRule] = {
    rule.key: rule
    for rule in (
        CompanyRule(
            "approval",
            "Time to approve",
            "Work approved in the last 90 days: from the last submission to the approval. The median is the middle.",
            _approved,
        ),
        CompanyRule(
            "payment",
            "Time to pay",
            "Work paid in the last 90 days: from the approval, or the cancelling with pay, to the payment.",
            _paid,
            dated="paid_at",
        ),
        CompanyRule(
            "paid_late",
            "Paid late",
            "Work paid in the last 90 days. Late is after the due date, by the company's calendar.",
            _paid,
            lambda since: _paid(since) & Q(paid_on__gt=F("payment_due_on")),
            dated="paid_at",
        ),
        CompanyRule(
            "pending",
            "Waiting for approval",
            "Work submitted in the last 90 days, and all that still waits: how much of it waits now.",
            lambda since: _pending(since) | Q(submitted_at__gte=since),
            _pending,
            dated="submitted_at",
        ),
        CompanyRule(
            "past_due",
            "Past due",
            "Invoices that are open, or were paid in the last 90 days: how many are past their due date now.",
            lambda since: OPEN_INVOICE | _paid(since),
            _past_due,
            dated="id",
        ),
        CompanyRule(
            "satisfaction",
            "Workers satisfied",
            "Ratings by workers of work approved in the last 90 days, once both sides have rated.",
            _rated,
            lambda since: _rated(since) & Q(is_content=False),
        ),
        CompanyRule(
            "site_ready",
            "Site was ready",
            "What workers answered with such a rating.",
            lambda since: _rated(since) & ~Q(said_site=""),
            lambda since: _rated(since) & Q(said_site=Rating.Answer.NO),
        ),
        CompanyRule(
            "scope_true",
            "Scope was as posted",
            "What workers answered with such a rating.",
            lambda since: _rated(since) & ~Q(said_scope=""),
            lambda since: _rated(since) & Q(said_scope=Rating.Answer.NO),
        ),
        CompanyRule(
            "late_cancellations",
            "Late cancellations",
            "Work with a worker on it that the company cancelled in the last 90 days, less than 24 hours before the "
            "start or after it, where the fault record has settled it as the company's own.",
            _cancelled_late,
            dated="cancelled_at",
            version=2,
        ),
        CompanyRule(
            "disputes_lost",
            "Disputes lost",
            "Disputes decided in the last 90 days: a worker's claim granted, also in part, or the company's refused.",
            lambda since: Q(is_lost=True),
            dated="id",
        ),
        CompanyRule(
            "scope_changes",
            "Scope changed after assignment",
            "Work for which the company proposed another scope after assigning it, in the last 90 days.",
            lambda since: Q(has_new_scope=True),
            dated="id",
        ),
    )
}


def register_lost(provider: Lost) -> None:
    """Let payments name the assignments (ids) whose dispute a company lost since then."""
    _lost.append(provider)


def measured(client_id: int, time_zone: str, since: datetime) -> "QuerySet[Assignment]":
    """A company's assignments with what the rules read; old ones that cannot count any more are left out early."""
    ratings = Rating.objects.filter(engagement=OuterRef("engagement"), side=Rating.Side.WORKER)
    by_client = Rating.objects.filter(engagement=OuterRef("engagement"), side=Rating.Side.CLIENT)
    lost = Q(pk__in=[])
    for provider in _lost:
        lost |= Q(pk__in=provider(client_id, since))
    proposals = ScopeProposal.objects.filter(assignment=OuterRef("pk"), asked_at__gte=since)
    alive = Q(updated_at__gte=since) | Q(state=State.PENDING_APPROVAL) | OPEN_INVOICE | lost
    return Assignment.objects.filter(alive, client_id=client_id).annotate(
        paid_on=TruncDate("paid_at", tzinfo=zone(time_zone)),
        took=ExpressionWrapper(F("approved_at") - F("submitted_at"), output_field=DurationField()),
        waited=ExpressionWrapper(
            F("paid_at") - Coalesce("approved_at", "cancelled_at"), output_field=DurationField()
        ),
        has_ratings=flag(Q(Exists(ratings)) & Q(Exists(by_client))),
        is_content=Exists(ratings.filter(grade__in=GOOD_GRADES)),
        said_site=_answer(ratings, "site_ready"),
        said_scope=_answer(ratings, "scope_true"),
        is_lost=flag(lost),
        has_new_scope=Exists(proposals),
    )


def _answer(ratings: "QuerySet[Rating]", name: str) -> Coalesce:
    return Coalesce(Subquery(ratings.values(name)[:1]), Value(""))
