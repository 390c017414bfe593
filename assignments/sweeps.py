"""The timers' loops: find due rows, oldest first, and do each in its own transaction by the same door as people.

A row that fails is logged, parked with a growing wait, and blocks nobody (house.md "A timer"). Running a sweep twice,
late, or in several processes gives the same result: each action re-checks under the lock.

Starts come in masses, on the full hour: they are moved by one guarded statement for each batch (decisions.md D15), with
history and outbox in the same transaction. Rows with anything beside them that a start touches go through the door.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from assignments import in_bulk, silence
from assignments.actions import routing, timers
from assignments.actions.door import Busy
from assignments.deadlines import SILENCE_REMINDER
from assignments.models import Application, Assignment, CheckIn, RescheduleRequest, Route
from assignments.states import ApplicationState, RequestState, State
from common import clock, logs, parking
from common.errors import Conflict, DomainError

log = logging.getLogger(__name__)

BATCH = 500
"""Rows that one run takes at most; the next tick goes on."""
START_BATCH = 2_000
MOST = 50_000
"""The same for starts, of which one statement moves START_BATCH."""
LONGEST_WAIT = timedelta(hours=6)


def start_due(limit: int = MOST) -> int:
    """Bring assignments whose start has passed to In Progress, where no check-in is asked (S17). Returns how many.

    Goes on until nothing is due or `limit` rows were taken; each batch is a transaction of its own. A batch that
    fails as a whole is done row by row, so that the row at fault is found and parked.
    """
    now = clock.now()
    done = 0
    while done < limit and (moved := _start_batch(min(START_BATCH, limit - done), now)):
        done += moved
    rows = awake(Assignment.objects.filter(state=State.ASSIGNED, auto_start_due_at__lte=now), now)
    ids = rows.order_by("auto_start_due_at", "id").values_list("pk", flat=True)[: min(BATCH, limit - done)]
    return done + each(ids, timers.start, now)


def _start_batch(limit: int, now: datetime) -> int:
    """Start the oldest due rows that are plain, all in one transaction; 0 when there are none or one of them fails."""
    try:
        with transaction.atomic():
            return start_plain(limit, now)
    except Exception:
        log.exception("starting a batch failed; its rows are started one by one")
        return 0


def start_plain(limit: int, now: datetime) -> int:
    """The guarded statement, then history and notices from the moved rows; returns how many. Needs a transaction.

    Each row ends as timers.start would leave it, field for field, with the same entry, bell and mail rows.
    """
    due = Assignment.objects.filter(auto_start_due_at__lte=now)
    # Found by the due column alone: with the stage beside it the planner reads all assigned rows; the move asks both.
    plain = awake(due, now).exclude(in_bulk.not_plain()).order_by("auto_start_due_at", "id")
    if connection.features.has_select_for_update_skip_locked:
        plain = plain.select_for_update(no_key=True, of=("self",), skip_locked=True)
    ids = list(plain.values_list("pk", flat=True)[:limit])
    if not ids:
        return 0
    moved = due.filter(pk__in=ids, state=State.ASSIGNED, checkin_required=False, start_at__lte=now).update(
        state=State.IN_PROGRESS,
        state_since=now,
        updated_at=now,
        version=F("version") + 1,
        calendar_sequence=F("calendar_sequence") + 1,
        auto_start_due_at=None,
        confirm_due_at=None,
        late_from_at=None,
        flags_due_at=F("files_late_from_at"),
        set_out_at=None,
        eta_at=None,
        delayed_at=None,
        delay_reason="",
    )
    if moved != len(ids):
        raise Conflict(f"{len(ids)} rows were chosen, {moved} were moved")
    in_bulk.record_starts(ids, now)
    return moved


def raise_flags(limit: int = BATCH) -> int:
    """Set Late, Late Deliverables and Worker Not Confirmed where they came up (C04). Returns how many rows changed."""
    now = clock.now()
    rows = awake(Assignment.objects.filter(flags_due_at__lte=now), now)
    ids = rows.order_by("flags_due_at", "id").values_list("pk", flat=True)[:limit]
    return each(ids, lambda pk: bool(timers.raise_flags(pk)), now)


def expire_applications(limit: int = BATCH) -> int:
    """Close offers that ran out. Returns how many."""
    now = clock.now()
    due = Application.objects.filter(state=ApplicationState.PENDING, expires_at__lte=now)
    due = due.filter(assignment__state=State.SENT)
    due = due.filter(Q(assignment__parked_until__isnull=True) | Q(assignment__parked_until__lte=now))
    pairs = list(due.order_by("expires_at", "id").values_list("assignment_id", "pk")[:limit])
    return sum(
        one_step(pk, partial(timers.expire_application, application_id=found), now) for pk, found in pairs
    )


def fire_waves(limit: int = BATCH) -> int:
    """Send the waves whose time has come, while the work is Available and ahead (domain.md 3.3). Returns how many."""
    now = clock.now()
    due = Route.objects.filter(due_at__lte=now, fired_at__isnull=True, assignment__state=State.SENT)
    due = due.filter(Q(assignment__start_at__gt=now) | Q(assignment__window_end_at__gt=now))
    due = due.filter(Q(assignment__parked_until__isnull=True) | Q(assignment__parked_until__lte=now))
    pairs = list(due.order_by("due_at", "id").values_list("assignment_id", "pk")[:limit])
    return sum(one_step(pk, partial(routing.fire, route_id=found), now) for pk, found in pairs)


def remind_holds(limit: int = BATCH) -> int:
    """Remind workers of a date that waits for an answer after a hold. Returns how many."""
    now = clock.now()
    due = RescheduleRequest.objects.filter(state=RequestState.OPEN, from_hold=True, remind_due_at__lte=now)
    due = due.filter(Q(assignment__parked_until__isnull=True) | Q(assignment__parked_until__lte=now))
    pairs = list(due.order_by("remind_due_at", "id").values_list("assignment_id", "pk")[:limit])
    return sum(one_step(pk, partial(timers.remind_hold, request_id=found), now) for pk, found in pairs)


def remind_check_outs(limit: int = BATCH) -> int:
    """Remind of visits that were left open. Returns how many."""
    now = clock.now()
    due = CheckIn.objects.filter(remind_due_at__lte=now, assignment__state=State.IN_PROGRESS)
    due = due.filter(Q(assignment__parked_until__isnull=True) | Q(assignment__parked_until__lte=now))
    pairs = list(due.order_by("remind_due_at", "id").values_list("assignment_id", "pk")[:limit])
    return sum(one_step(pk, partial(timers.remind_check_out, visit_id=found), now) for pk, found in pairs)


def remind_reschedules(limit: int = BATCH) -> int:
    """Remind the asked side of a new date that waits for its answer. Returns how many."""
    now = clock.now()
    due = RescheduleRequest.objects.filter(state=RequestState.OPEN, from_hold=False, remind_due_at__lte=now)
    due = due.filter(Q(assignment__parked_until__isnull=True) | Q(assignment__parked_until__lte=now))
    pairs = list(due.order_by("remind_due_at", "id").values_list("assignment_id", "pk")[:limit])
    return sum(one_step(pk, partial(timers.remind_reschedule, request_id=found), now) for pk, found in pairs)


def remind_approvals(limit: int = BATCH) -> int:
    """Tell clients a day before silence approves their work (N1). Returns how many."""
    now = clock.now()
    rows = Assignment.objects.filter(
        state=State.PENDING_APPROVAL,
        auto_approve_due_at__lte=now + SILENCE_REMINDER,
        auto_approve_reminded_at__isnull=True,
    ).exclude(silence.held_up())
    ids = awake(rows, now).order_by("auto_approve_due_at", "id").values_list("pk", flat=True)[:limit]
    return each(ids, timers.remind_approval, now)


def awake(rows: "QuerySet[Assignment]", now: datetime) -> "QuerySet[Assignment]":
    """Without the parked rows."""
    return rows.filter(Q(parked_until__isnull=True) | Q(parked_until__lte=now))


def each(ids: Iterable[int], step: Callable[[int], bool], now: datetime) -> int:
    """Do one step for each row. Returns how many did something."""
    return sum(one_step(pk, step, now) for pk in list(ids))


def one_step(pk: int, step: Callable[[int], bool], now: datetime) -> bool:
    """Do one step; a failing row is logged and parked. Returns whether it did something."""
    try:
        with logs.about(assignment_id=pk):
            did = step(pk)
    except (Assignment.DoesNotExist, Busy):
        return False  # deleted or being changed right now: nothing to do, or the next tick looks again
    except DomainError as error:
        log.info("assignment %s: timer found nothing to do: %s", pk, error)
        return False
    except Exception as error:
        log.exception("assignment %s: timer failed, parked", pk)
        _park(pk, now, error)
        return False
    return did


def _park(pk: int, now: datetime, error: Exception) -> None:
    """Wait longer after each failure in a row: 1, 2, 4 ... minutes, at most six hours."""
    row = Assignment.objects.filter(pk=pk).values("failures").first()
    if row is None:
        return
    wait = min(timedelta(minutes=2 ** min(row["failures"], 10)), LONGEST_WAIT)
    Assignment.objects.filter(pk=pk).update(failures=row["failures"] + 1, parked_until=now + wait)
    parking.note(Assignment, pk, error, now + wait)
