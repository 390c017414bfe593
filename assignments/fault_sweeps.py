"""The fault record's timers: settle what nobody contested, remind Onsite's admins of what waits for them.

An entry that fails is logged, parked with a growing wait, and blocks nobody (house.md "A timer").
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from assignments.actions import faults
from assignments.fault_rules import REMIND_EVERY
from assignments.fault_states import FaultKind, FaultState
from assignments.models import Assignment, FaultEntry
from assignments.sweeps import BATCH, LONGEST_WAIT
from common import clock, parking
from common.errors import DomainError
from notifications.outbox import Telling, queue_all

log = logging.getLogger(__name__)
WAITS = "fault.waits"
"""The event of which admins are told."""


def settle_due(limit: int = BATCH) -> int:
    """Settle entries whose 7 days are over, oldest first. Returns how many."""
    now = clock.now()
    due = FaultEntry.objects.filter(state=FaultState.STANDING, contest_until__lt=now)
    return _each(due.order_by("contest_until", "id"), faults.settle_fault, now, limit)


def remind_admins(limit: int = BATCH) -> int:
    """Tell those who may decide of contested entries that wait for them, again every few days. Returns how many."""
    now = clock.now()
    due = FaultEntry.objects.filter(state=FaultState.CONTESTED, remind_due_at__lte=now)
    return _each(due.order_by("remind_due_at", "id"), _remind, now, limit)


def _each(due: "QuerySet[FaultEntry]", step: Callable[[int], bool], now: datetime, limit: int) -> int:
    """Do one step for each entry that is not parked. Returns how many did something."""
    awake = due.filter(Q(parked_until__isnull=True) | Q(parked_until__lte=now))
    done = 0
    for pk in list(awake.values_list("pk", flat=True)[:limit]):
        try:
            done += step(pk)
        except DomainError as refused:
            log.info("fault record %s: timer found nothing to do: %s", pk, refused)
        except Exception as error:
            log.exception("fault record %s: timer failed, parked", pk)
            _park(pk, now, error)
    return done


def _park(pk: int, now: datetime, error: Exception) -> None:
    """Wait longer after each failure in a row: 1, 2, 4 ... minutes, at most six hours."""
    row = FaultEntry.objects.filter(pk=pk).values("failures").first()
    if row is not None:
        wait = min(timedelta(minutes=2 ** min(row["failures"], 10)), LONGEST_WAIT)
        FaultEntry.objects.filter(pk=pk).update(failures=row["failures"] + 1, parked_until=now + wait)
        parking.note(FaultEntry, pk, error, now + wait)


@transaction.atomic
def _remind(fault_id: int) -> bool:
    now = clock.now()
    rows = FaultEntry.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "assignment__client"
    )
    fault = rows.filter(pk=fault_id, state=FaultState.CONTESTED, remind_due_at__lte=now).first()
    if fault is None:
        return False
    fault.remind_due_at = now + REMIND_EVERY
    fault.save(update_fields=["remind_due_at"])
    row: Assignment = fault.assignment
    context = {
        "number": row.number,
        "client": str(row.client),
        "record": fault.number,
        "event": FaultKind(fault.kind).label,
        "contested_at": fault.contested_at,
        "time_zone": row.time_zone,
    }
    page = f"/admin/assignments/faultentry/{fault.pk}/change/"
    queue_all(WAITS, [Telling(user, context, page) for user in _deciders()], at=now)
    return True


def _deciders() -> list[User]:
    found = User.objects.filter(is_staff=True, is_active=True).order_by("pk")
    return [user for user in found if user.has_perm(faults.PERMISSION)]
