"""Each label as one rule: a condition in the database's terms, read for lists and single rows alike (D14).

A label never blocks and never moves a stage. Hold hides Late, Late Deliverables and Worker Not Confirmed because
their rules only speak of assigned and in progress (S26).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
from operator import attrgetter
from typing import Any

from django.db import connection
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


class Beside(Exists):
    """That an assignment has some of these rows: a condition for the database, and the rows for `put_on`."""

    def __init__(self, rows: "QuerySet[Any]", **more: Any) -> None:
        self.rows = rows
        super().__init__(rows.filter(assignment=OuterRef("pk")), **more)


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
    counted: "Beside | None" = None
    worse: Callable[[datetime], Any] | None = None
    """Where this holds too, the label is bad whatever its `kind`."""


def _waiting(**extra: Any) -> Beside:
    return Beside(Application.objects.filter(state=ApplicationState.PENDING, **extra))


def _money(kind: str) -> Beside:
    return Beside(MoneyRequest.objects.filter(kind=kind, state=RequestState.OPEN))


def _left(*reasons: str) -> Beside:
    return Beside(Engagement.objects.filter(end_reason__in=reasons))


PLAIN, COUNTERS = _waiting(is_counteroffer=False), _waiting(is_counteroffer=True)
PROBLEM = Beside(Problem.objects.filter(resolved_at__isnull=True))
STOPPED = Beside(Problem.objects.filter(resolved_at__isnull=True, severity=Severity.STOPS))
OTHER_DATE = Beside(RescheduleRequest.objects.filter(state=RequestState.OPEN))
SCOPE = Beside(ScopeProposal.objects.filter(state=RequestState.OPEN))
EXTRA = Beside(ChangeOrder.objects.filter(state=RequestState.OPEN))
INCREASE, EXPENSE, BONUS = (_money(kind) for kind in (MoneyKind.INCREASE, MoneyKind.EXPENSE, MoneyKind.BONUS))
QUESTION = Beside(Question.objects.filter(answered_at__isnull=True))
CANCELLED_ON = _left(UnassignReason.WORKER_CANCELLED)
ABANDONED = _left(UnassignReason.WORKER_ABANDONED, UnassignReason.NO_SHOW)


LABELS: dict[str, Label] = {
    label.key: label
    for label in (
        Label(
            "at_risk",
            "At Risk",
            "warn",
            "triangle-alert",
            BOTH,
            lambda now: PROBLEM,
            worse=lambda now: STOPPED,
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
            lambda now: OTHER_DATE,
        ),
        Label(
            "scope",
            "Scope Change Proposed",
            "warn",
            "pencil",
            BOTH,
            lambda now: SCOPE,
        ),
        Label(
            "extra_work",
            "Extra Work Ordered",
            "warn",
            "hourglass",
            BOTH,
            lambda now: EXTRA,
        ),
        Label(
            "increase",
            "Budget Increase Requested",
            "info",
            "trending-up",
            BOTH,
            lambda now: INCREASE,
        ),
        Label("expense", "Expense Requested", "info", "receipt", BOTH, lambda now: EXPENSE),
        Label("bonus", "Bonus Requested", "info", "gift", BOTH, lambda now: BONUS),
        Label(
            "applications",
            "Applications",
            "info",
            "users",
            CLIENT,
            lambda now: Q(state=State.SENT) & Q(PLAIN),
            counted=PLAIN,
        ),
        Label(
            "counteroffers",
            "Counteroffers",
            "info",
            "zap",
            CLIENT,
            lambda now: Q(state=State.SENT) & Q(COUNTERS),
            counted=COUNTERS,
        ),
        Label(
            "open_question",
            "Unanswered Question",
            "warn",
            "circle-question-mark",
            CLIENT,
            lambda now: Q(state=State.SENT) & Q(QUESTION),
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
            lambda now: CANCELLED_ON,
        ),
        Label(
            "worker_abandoned",
            "Worker Abandoned",
            "bad",
            "user-x",
            CLIENT,
            lambda now: ABANDONED,
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


def _number(beside: Beside) -> Coalesce:
    """How many there are of an assignment, in a query of its own: nothing is grouped."""
    rows = beside.rows.filter(assignment=OuterRef("pk"))
    found = rows.order_by().values("assignment").annotate(number=Count("pk"))
    return Coalesce(Subquery(found.values("number")[:1]), 0)


def put_on(rows: "Sequence[Assignment]", now: datetime, side: str, own_of: str = "") -> None:
    """Give loaded rows what `annotated` and custom_labels.beside would have read, in one query that is cheap to plan.

    The rules are the same ones: their columns are compared here, their rows beside are read for all rows at once.
    `own_of`: the side whose own labels are read, where it is another one. Raises ValueError for a rule with a
    comparison that is not known here.
    """
    seen = [label for label in LABELS.values() if side in label.seen_by]
    found, own = _beside([row.pk for row in rows], own_of or side)
    for row in rows:
        setattr(row, custom_labels.ROWS, own[row.pk])
    for label in seen:
        _mark(rows, f"label_{label.key}", _judge(label.rule(now), found))
        if label.counted is not None:
            _mark(rows, f"count_{label.key}", partial(_counted, found[id(label.counted)]))
        if label.worse is not None:
            _mark(rows, f"worse_{label.key}", _judge(label.worse(now), found))


def _mark(rows: "Sequence[Assignment]", name: str, value: Callable[[Assignment], Any]) -> None:
    for row in rows:
        setattr(row, name, value(row))


def _counted(beside: Mapping[int, int], row: Assignment) -> int:
    return beside.get(row.pk, 0)


def _judge(rule: Any, found: Mapping[int, Mapping[int, int]]) -> Callable[[Assignment], bool]:
    """The rule as a question to loaded rows, which judges as the database would; read once for all of them."""
    if isinstance(rule, Beside):
        beside = found[id(rule)]
        return lambda row: row.pk in beside
    if isinstance(rule, Q):
        parts = [_judge(part, found) for part in rule.children]
        quantity = any if rule.connector == Q.OR else all
        return lambda row: quantity(part(row) for part in parts) != rule.negated
    name, _, how = rule[0].partition("__")
    read, wanted = attrgetter(name), rule[1]
    match how:
        case "" | "exact":
            return lambda row: bool(read(row) == wanted)
        case "in":
            return lambda row: read(row) in wanted
        case "isnull":
            return lambda row: (read(row) is None) is wanted
        case "lte":
            return lambda row: (value := read(row)) is not None and value <= wanted
    raise ValueError(f"no label compares by {how}")


BESIDE = (
    PROBLEM, STOPPED, OTHER_DATE, SCOPE, EXTRA, INCREASE, EXPENSE, BONUS, PLAIN, COUNTERS, QUESTION, CANCELLED_ON,
    ABANDONED,
)  # fmt: skip


def _beside(
    ids: Sequence[int], side: str
) -> "tuple[Mapping[int, Mapping[int, int]], Mapping[int, list[Any]]]":
    """For each Beside how many rows each of the assignments has, and the own labels of each; one query."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    own: dict[int, list[dict[str, str]]] = defaultdict(list)
    if not ids:
        return found, own
    listed = ", ".join(str(int(pk)) for pk in ids)
    parts: list[str] = []
    params: list[Any] = []
    for sql, values in _beside_sql(connection.vendor, side):
        parts.append(f"{sql} AND assignment_id IN ({listed}) GROUP BY what, assignment_id, own, place")
        params += values
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        for number, pk, count, text, _ in sorted(cursor.fetchall(), key=lambda one: (one[0], one[4])):
            if number == OWN:
                own[pk].append({"text": text})
            else:
                found[id(BESIDE[number])][pk] = count
    return found, own


OWN = -1
"""The number of the own labels among the rows beside."""


@cache
def _beside_sql(vendor: str, side: str) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    """The SELECT of each Beside up to its WHERE, written once by Django: that is most of what a query costs here.

    The last two columns are the text of an own label and its place among the others.
    """
    made = []
    listed = [(number, one.rows, "''", "0") for number, one in enumerate(BESIDE)]
    for number, rows, text, place in [*listed, (OWN, custom_labels.holding(side), "text", "id")]:
        compiler = rows.order_by().query.get_compiler(connection=connection)
        compiler.pre_sql_setup()
        where, params = compiler.compile(rows.query.where)
        table = connection.ops.quote_name(rows.model._meta.db_table)
        columns = f"{number} AS what, assignment_id, COUNT(*) AS number, {text} AS own, {place} AS place"
        made.append((f"SELECT {columns} FROM {table} WHERE {where}", tuple(params)))  # noqa: S608 (our own names)
    return tuple(made)


def carried(row: Assignment) -> list[Label]:
    """The labels of a row that came out of `annotated`, most pressing first; then the own ones, where they are beside.

    Own labels are rows, not rules: custom_labels.py is their one place for filter and page.
    """
    found = [label for label in LABELS.values() if getattr(row, f"label_{label.key}", False)]
    own = [_own(text) for text in custom_labels.of_row(row)]
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
