"""Each label as one rule: a condition in the database's terms, read for lists and single rows alike (D14).

A label never blocks and never moves a stage. Hold hides Late, Late Deliverables and Worker Not Confirmed because
their rules only speak of assigned and in progress (S26).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from assignments import custom_labels
from assignments.models import (
    Application,
    Assignment,
    ChangeOrder,
    Engagement,
    MoneyRequest,
    Problem,
    Question,
    RescheduleRequest,
    ScopeProposal,
)
from assignments.states import (
    ON_SITE,
    ApplicationState,
    MoneyKind,
    RequestState,
    Severity,
    State,
    UnassignReason,
)

CLIENT = frozenset({"client"})
WORKER = frozenset({"worker"})
BOTH = CLIENT | WORKER


@dataclass(frozen=True, slots=True)
class Label:
    """`kind` is the colour (bad, warn, info, ok); `rule` gives the condition at an instant; `version` of the rule.

    `counted`: the rows behind it; two or more are told as a number in front ("2 Counteroffers").
    """

    key: str
    text: str
    kind: str
    icon: str
    seen_by: frozenset[str]
    rule: Callable[[datetime], Any]
    is_timed: bool = False
    version: int = 1
    counted: "QuerySet[Any] | None" = None
    worse: Callable[[datetime], Any] | None = None
    """Where this holds too, the label is bad whatever its `kind`."""


def _waiting(**extra: Any) -> "QuerySet[Application]":
    return Application.objects.filter(assignment=OuterRef("pk"), state=ApplicationState.PENDING, **extra)


PLAIN, COUNTERS = _waiting(is_counteroffer=False), _waiting(is_counteroffer=True)


def _money(kind: str) -> Exists:
    return Exists(MoneyRequest.objects.filter(assignment=OuterRef("pk"), kind=kind, state=RequestState.OPEN))


def _problem(**extra: Any) -> Exists:
    return Exists(Problem.objects.filter(assignment=OuterRef("pk"), resolved_at__isnull=True, **extra))


def _left(*reasons: str) -> Exists:
    return Exists(Engagement.objects.filter(assignment=OuterRef("pk"), end_reason__in=reasons))


LABELS: dict[str, Label] = {
    label.key: label
    for label in (
        Label(
            "at_risk",
            "At Risk",
            "warn",
            "triangle-alert",
            BOTH,
            lambda now: _problem(),
            worse=lambda now: _problem(severity=Severity.STOPS),
        ),
        Label(
            "late",
            "Late",
            "bad",
            "clock",
            BOTH,
            lambda now: Q(
                state__in=sorted(ON_SITE),
                checkin_required=True,
                first_check_in_at__isnull=True,
                late_from_at__lte=now,
            ),
            is_timed=True,
        ),
        Label(
            "late_deliverables",
            "Late Deliverables",
            "bad",
            "paperclip",
            BOTH,
            lambda now: Q(state__in=sorted(ON_SITE), files_late_from_at__lte=now),
            is_timed=True,
        ),
        Label(
            "not_confirmed",
            "Worker Not Confirmed",
            "warn",
            "circle-alert",
            BOTH,
            lambda now: Q(
                state=State.ASSIGNED,
                confirmed_at__isnull=True,
                first_check_in_at__isnull=True,
                confirm_due_at__lte=now,
            ),
            is_timed=True,
        ),
        Label("disputed", "Disputed", "bad", "scale", BOTH, lambda now: Q(disputed_at__isnull=False)),
        Label(
            "past_due",
            "Past Due",
            "bad",
            "triangle-alert",
            BOTH,
            lambda now: Q(
                state__in=[State.APPROVED, State.CANCELLED], paid_at__isnull=True, past_due_at__lte=now
            ),
        ),
        Label(
            "not_satisfied",
            "Not Satisfied",
            "bad",
            "undo-2",
            BOTH,
            lambda now: Q(state=State.IN_PROGRESS, sent_back_at__isnull=False),
        ),
        Label(
            "reschedule",
            "Reschedule Requested",
            "warn",
            "calendar-clock",
            BOTH,
            lambda now: Exists(
                RescheduleRequest.objects.filter(assignment=OuterRef("pk"), state=RequestState.OPEN)
            ),
        ),
        Label(
            "scope",
            "Scope Change Proposed",
            "warn",
            "pencil",
            BOTH,
            lambda now: Exists(
                ScopeProposal.objects.filter(assignment=OuterRef("pk"), state=RequestState.OPEN)
            ),
        ),
        Label(
            "extra_work",
            "Extra Work Ordered",
            "warn",
            "hourglass",
            BOTH,
            lambda now: Exists(
                ChangeOrder.objects.filter(assignment=OuterRef("pk"), state=RequestState.OPEN)
            ),
        ),
        Label(
            "increase",
            "Budget Increase Requested",
            "info",
            "trending-up",
            BOTH,
            lambda now: _money(MoneyKind.INCREASE),
        ),
        Label("expense", "Expense Requested", "info", "receipt", BOTH, lambda now: _money(MoneyKind.EXPENSE)),
        Label("bonus", "Bonus Requested", "info", "gift", BOTH, lambda now: _money(MoneyKind.BONUS)),
        Label(
            "applications",
            "Applications",
            "info",
            "users",
            CLIENT,
            lambda now: Q(state=State.SENT) & Q(Exists(PLAIN)),
            counted=PLAIN,
        ),
        Label(
            "counteroffers",
            "Counteroffers",
            "info",
            "zap",
            CLIENT,
            lambda now: Q(state=State.SENT) & Q(Exists(COUNTERS)),
            counted=COUNTERS,
        ),
        Label(
            "open_question",
            "Unanswered Question",
            "warn",
            "circle-question-mark",
            CLIENT,
            lambda now: (
                Q(state=State.SENT)
                & Q(Exists(Question.objects.filter(assignment=OuterRef("pk"), answered_at__isnull=True)))
            ),
        ),
        Label(
            "expired",
            "Expired",
            "warn",
            "calendar-x",
            BOTH,
            lambda now: (
                Q(state=State.SENT, start_at__lte=now)
                & (Q(window_end_at__isnull=True) | Q(window_end_at__lte=now))
            ),
            is_timed=True,
        ),
        Label(
            "worker_cancelled",
            "Worker Cancelled",
            "warn",
            "user-x",
            CLIENT,
            lambda now: _left(UnassignReason.WORKER_CANCELLED),
        ),
        Label(
            "worker_abandoned",
            "Worker Abandoned",
            "bad",
            "user-x",
            CLIENT,
            lambda now: _left(UnassignReason.WORKER_ABANDONED, UnassignReason.NO_SHOW),
            version=2,
        ),
        Label(
            "confirmed",
            "Confirmed",
            "ok",
            "circle-check",
            BOTH,
            lambda now: Q(state=State.ASSIGNED, confirmed_at__isnull=False),
        ),
        Label(
            "fastfunds",
            "FastFunds Eligible",
            "info",
            "zap",
            WORKER,
            lambda now: (
                Q(fastfunds_eligible=True)
                & ~Q(state__in=[State.DRAFT, State.CANCELLED, State.PAID])
                & Q(advanced_at__isnull=True)
            ),
        ),
    )
}
TIMED = tuple(label for label in LABELS.values() if label.is_timed)


def filtered(rows: "QuerySet[Assignment]", key: str, now: datetime) -> "QuerySet[Assignment]":
    """Only the rows that carry the label now. Raises KeyError for an unknown label."""
    return rows.filter(LABELS[key].rule(now))


def annotated(rows: "QuerySet[Assignment]", now: datetime, side: str) -> "QuerySet[Assignment]":
    """The rows with a boolean `label_<key>` for each label that this side may see, `count_<key>` for the counted."""
    seen = [label for label in LABELS.values() if side in label.seen_by]
    columns: dict[str, Any] = {
        f"label_{label.key}": ExpressionWrapper(label.rule(now), output_field=BooleanField())
        for label in seen
    }
    columns |= {f"count_{label.key}": _number(label.counted) for label in seen if label.counted is not None}
    columns |= {
        f"worse_{label.key}": ExpressionWrapper(label.worse(now), output_field=BooleanField())
        for label in seen
        if label.worse is not None
    }
    return rows.annotate(**columns)


def _number(rows: "QuerySet[Any]") -> Coalesce:
    """How many there are of an assignment, in a query of its own: nothing is grouped."""
    found = rows.order_by().values("assignment").annotate(number=Count("pk"))
    return Coalesce(Subquery(found.values("number")[:1]), 0)


def carried(row: Assignment) -> list[Label]:
    """The labels of a row that came out of `annotated`, most pressing first; then the own ones, where they are beside.

    Own labels are rows, not rules: custom_labels.py is their one place for filter and page.
    """
    found = [label for label in LABELS.values() if getattr(row, f"label_{label.key}", False)]
    own = [_own(one.text) for one in custom_labels.of_row(row)]
    return [
        *(_toned(_numbered(label, getattr(row, f"count_{label.key}", 0)), row) for label in found),
        *own,
    ]


def _own(text: str) -> Label:
    return Label("own", text, "info", "tag", CLIENT, lambda now: Q(pk__in=[]))


def _toned(label: Label, row: Assignment) -> Label:
    return replace(label, kind="bad") if getattr(row, f"worse_{label.key}", False) else label


def _numbered(label: Label, count: int) -> Label:
    return replace(label, text=f"{count} {label.text}") if count > 1 else label


def of(row: Assignment, now: datetime, side: str) -> list[Label]:
    """The labels of one loaded row: the same rule, asked of the database."""
    found = annotated(Assignment.objects.filter(pk=row.pk), now, side).first()
    return carried(found) if found else []


def keys(found: Iterable[Label]) -> list[str]:
    return [label.key for label in found]
