"""Timers of workers: proofs that run out are told of ahead (domain.md 3.4); that they count no more needs none."""

import logging
from typing import Final

from common import clock, parking
from workers import proving
from workers.models import Evidence

log = logging.getLogger(__name__)

BATCH: Final = 500
"""Rows that one run takes at most; the next tick goes on."""


def warn_expiring(limit: int = BATCH) -> int:
    """Tell the workers whose proofs run out in 30 and in 7 days. Returns how many were told."""
    due = Evidence.objects.filter(warn_due_at__lte=clock.now()).order_by("warn_due_at", "pk")
    return sum(_one(pk) for pk in list(due.values_list("pk", flat=True)[:limit]))


def _one(pk: int) -> bool:
    """One that fails is left as it is and holds up no other."""
    try:
        return proving.warn(pk)
    except Exception as error:
        log.exception("evidence %s: warning failed, is tried again", pk)
        parking.note_unparked(Evidence, pk, error)
        return False
