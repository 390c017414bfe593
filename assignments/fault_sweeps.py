"""The fault record's timers: settle what nobody contested, remind Onsite's admins of what waits for them."""

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from assignments.actions import faults
from assignments.fault_rules import REMIND_EVERY
from assignments.fault_states import FaultKind, FaultState
from assignments.models import Assignment, FaultEntry
from assignments.sweeps import BATCH, one_step
from common import clock
from notifications.outbox import Telling, queue_all

WAITS = "fault.waits"
"""The event of which admins are told."""


def settle_due(limit: int = BATCH) -> int:
    """Settle entries whose 7 days are over, oldest first. Returns how many."""
    now = clock.now()
    due = FaultEntry.objects.filter(state=FaultState.STANDING, contest_until__lt=now)
    due = due.filter(Q(assignment__parked_until__isnull=True) | Q(assignment__parked_until__lte=now))
    pairs = list(due.order_by("contest_until", "id").values_list("assignment_id", "pk")[:limit])
    return sum(
        one_step(pk, lambda _pk, fault_id=found: faults.settle_fault(fault_id), now) for pk, found in pairs
    )


def remind_admins(limit: int = BATCH) -> int:
    """Tell those who may decide of contested entries that wait for them, and again every few days. Returns how many."""
    now = clock.now()
    due = FaultEntry.objects.filter(state=FaultState.CONTESTED, remind_due_at__lte=now)
    ids = list(due.order_by("remind_due_at", "id").values_list("pk", flat=True)[:limit])
    return sum(_remind(pk) for pk in ids)


@transaction.atomic
def _remind(fault_id: int) -> bool:
    now = clock.now()
    rows = FaultEntry.objects.select_for_update(of=("self",)).select_related("assignment__client")
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
