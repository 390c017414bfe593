"""The timer of extra work: orders that nobody answered in time get the answer agreed beforehand (mission.md N3).

Very late is as good as in time: after `due_at` no person can answer any more, so nothing is lost while nobody sweeps.
"""

from functools import partial

from django.db.models import Q

from assignments.actions import changes
from assignments.models import ChangeOrder
from assignments.states import RequestState
from assignments.sweeps import BATCH, one_step
from common import clock


def time_out_changes(limit: int = BATCH) -> int:
    """Answer what is over its time, oldest first. Returns how many."""
    now = clock.now()
    due = ChangeOrder.objects.filter(state=RequestState.OPEN, due_at__lte=now)
    due = due.filter(Q(assignment__parked_until__isnull=True) | Q(assignment__parked_until__lte=now))
    pairs = list(due.order_by("due_at", "id").values_list("assignment_id", "pk")[:limit])
    return sum(one_step(pk, partial(changes.time_out_change, order_id=found), now) for pk, found in pairs)
