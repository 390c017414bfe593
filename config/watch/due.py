"""For each timer: the column that says when a row is due, and the oldest row that it has not taken.

The conditions are those of the sweeps (assignments/sweeps.py and the like) without parked rows, which are told of
separately. tests/operations/test_due.py holds the two together: what a sweep took is due no more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

from assignments import silence
from assignments.deadlines import SILENCE_REMINDER
from assignments.fault_states import FaultState
from assignments.models import (
    Application,
    Assignment,
    ChangeOrder,
    CheckIn,
    FaultEntry,
    Recurrence,
    RescheduleRequest,
    Route,
    SavedSearch,
    Standby,
)
from assignments.states import ApplicationState, RecurrenceState, RequestState, StandbyState, State
from notifications.models import Message
from payments.models import Dispute, Invoice, SettlementOffer
from payments.states import InvoiceState, OfferState
from workers.models import Evidence


@dataclass(frozen=True, slots=True)
class Due:
    """The timer's name, the due column, and its rows that are due at an instant."""

    timer: str
    column: str
    rows: Callable[[datetime], "QuerySet[Any]"]


def _awake(prefix: str, now: datetime) -> Q:
    return Q(**{f"{prefix}parked_until__isnull": True}) | Q(**{f"{prefix}parked_until__lte": now})


def _paid_in_time(now: datetime) -> Q:
    return Q(next_try_at__isnull=True) | Q(next_try_at__lte=now)


def _near_approval(now: datetime) -> "QuerySet[Assignment]":
    rows = Assignment.objects.filter(
        _awake("", now),
        state=State.PENDING_APPROVAL,
        auto_approve_due_at__lte=now + SILENCE_REMINDER,
        auto_approve_reminded_at__isnull=True,
    )
    return rows.exclude(silence.held_up())


DUE: Final[tuple[Due, ...]] = (
    Due(
        "start",
        "auto_start_due_at",
        lambda now: Assignment.objects.filter(
            _awake("", now), state=State.ASSIGNED, auto_start_due_at__lte=now
        ),
    ),
    Due(
        "labels",
        "flags_due_at",
        lambda now: Assignment.objects.filter(_awake("", now), flags_due_at__lte=now),
    ),
    Due(
        "expire-applications",
        "expires_at",
        lambda now: Application.objects.filter(
            _awake("assignment__", now),
            state=ApplicationState.PENDING,
            expires_at__lte=now,
            assignment__state=State.SENT,
        ),
    ),
    Due(
        "waves",
        "due_at",
        lambda now: Route.objects.filter(
            _awake("assignment__", now),
            Q(assignment__start_at__gt=now) | Q(assignment__window_end_at__gt=now),
            due_at__lte=now,
            fired_at__isnull=True,
            assignment__state=State.SENT,
        ),
    ),
    Due(
        "standbys",
        "promote_due_at",
        lambda now: Standby.objects.filter(
            _awake("assignment__", now),
            promote_due_at__lte=now,
            assignment__state=State.SENT,
            state=StandbyState.READY,
        ),
    ),
    Due(
        "remind-holds",
        "remind_due_at",
        lambda now: RescheduleRequest.objects.filter(
            _awake("assignment__", now), state=RequestState.OPEN, from_hold=True, remind_due_at__lte=now
        ),
    ),
    Due(
        "remind-check-outs",
        "remind_due_at",
        lambda now: CheckIn.objects.filter(
            _awake("assignment__", now), remind_due_at__lte=now, assignment__state=State.IN_PROGRESS
        ),
    ),
    Due(
        "remind-reschedules",
        "remind_due_at",
        lambda now: RescheduleRequest.objects.filter(
            _awake("assignment__", now), state=RequestState.OPEN, from_hold=False, remind_due_at__lte=now
        ),
    ),
    Due("remind-approvals", "auto_approve_due_at", _near_approval),
    Due(
        "change-orders",
        "due_at",
        lambda now: ChangeOrder.objects.filter(
            _awake("assignment__", now), state=RequestState.OPEN, due_at__lte=now
        ),
    ),
    Due(
        "silence",
        "auto_approve_due_at",
        lambda now: Assignment.objects.filter(
            _awake("", now), state=State.PENDING_APPROVAL, auto_approve_due_at__lte=now
        ).exclude(silence.held_up()),
    ),
    Due(
        "settle-faults",
        "contest_until",
        lambda now: FaultEntry.objects.filter(
            _awake("", now), state=FaultState.STANDING, contest_until__lt=now
        ),
    ),
    Due(
        "remind-faults",
        "remind_due_at",
        lambda now: FaultEntry.objects.filter(
            _awake("", now), state=FaultState.CONTESTED, remind_due_at__lte=now
        ),
    ),
    Due(
        "recurrences",
        "due_at",
        lambda now: Recurrence.objects.filter(_awake("", now), state=RecurrenceState.ACTIVE, due_at__lte=now),
    ),
    Due("saved-searches", "due_at", lambda now: SavedSearch.objects.filter(due_at__lte=now)),
    Due("evidence", "warn_due_at", lambda now: Evidence.objects.filter(warn_due_at__lte=now)),
    Due(
        "pay",
        "autopay_due_at",
        lambda now: Invoice.objects.filter(
            _paid_in_time(now), state=InvoiceState.OPEN, autopay_due_at__lte=now
        ),
    ),
    Due(
        "past-due",
        "past_due_next_at",
        lambda now: Invoice.objects.filter(
            _paid_in_time(now) | Q(autopay_due_at__isnull=False),
            state=InvoiceState.OPEN,
            past_due_next_at__lte=now,
        ),
    ),
    Due(
        "disputes",
        "step_due_at",
        lambda now: Dispute.objects.filter(_awake("", now), step_due_at__lte=now),
    ),
    Due(
        "settlements",
        "expires_at",
        lambda now: SettlementOffer.objects.filter(state=OfferState.OPEN, expires_at__lte=now),
    ),
    Due(
        "deliver",
        "due_at",
        lambda now: Message.objects.filter(
            state__in=[Message.State.QUEUED, Message.State.SENDING], due_at__lte=now
        ),
    ),
)
"""Timers that are not here look at rows without an instant of their own (company cards, uploads, sealing, ...)."""


def oldest(now: datetime) -> dict[str, datetime | None]:
    """When the oldest row of each timer fell due, None where nothing is due: one statement for all of them."""
    parts: list[str] = []
    params: list[Any] = []
    for line in DUE:
        one = line.rows(now).order_by(line.column).values_list(line.column)[:1]
        sql, given = one.query.sql_with_params()
        parts.append(f"({sql})")
        params += given
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        row = cursor.fetchone()
    return {line.timer: _instant(value) for line, value in zip(DUE, row, strict=True)}


def _instant(value: Any) -> datetime | None:
    """SQLite answers a column of a subquery in its own words, always UTC."""
    found = parse_datetime(value) if isinstance(value, str) else value
    if found is None:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
