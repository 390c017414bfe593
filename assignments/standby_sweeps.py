"""The timer of standbys: who has to step in by now, because a leaving could not do it at once or nobody confirmed."""

from django.db.models import Q

from assignments.actions import standbys
from assignments.models import Standby
from assignments.states import StandbyState, State
from assignments.sweeps import BATCH, each
from common import clock


def promote_standbys(limit: int = BATCH) -> int:
    """Let those step in whose time has come. Returns how many were settled, stepped in or dropped."""
    now = clock.now()
    left = Q(promote_due_at__lte=now, assignment__state=State.SENT)
    unconfirmed = Q(
        promote_unconfirmed=True,
        assignment__state=State.ASSIGNED,
        assignment__confirmed_at__isnull=True,
        assignment__first_check_in_at__isnull=True,
        assignment__confirm_due_at__lte=now,
    )
    due = Standby.objects.filter(left | unconfirmed, state=StandbyState.READY)
    due = due.filter(Q(assignment__parked_until__isnull=True) | Q(assignment__parked_until__lte=now))
    found = dict(due.order_by("id").values_list("assignment_id", "pk")[:limit])
    return each(found, lambda pk: standbys.promote(pk, found[pk]), now)
