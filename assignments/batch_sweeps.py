"""The timers' loops of what makes drafts: running uploads, and repetitions whose next day is due."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.db.models import Q, QuerySet

from assignments.actions import recurrences, upload_rows
from assignments.models import Recurrence, Upload
from assignments.states import RecurrenceState, UploadState
from assignments.sweeps import BATCH, LONGEST_WAIT
from common import clock, parking

log = logging.getLogger(__name__)

AT_MOST: Final = 10.0
"""Seconds that one run gives to uploads, so that the other timers come in between; the next tick goes on."""
SLICE: Final = 2.0
"""Seconds for one upload before the next one has its turn: a large file keeps no small one waiting."""


def create_uploads(seconds: float = AT_MOST) -> int:
    """Make drafts of the rows of running uploads, the oldest first, by turns. Returns how many rows were settled."""
    until = time.monotonic() + seconds
    done = 0
    while True:
        running = _awake(Upload.objects.filter(state=UploadState.RUNNING), clock.now())
        ids = list(running.order_by("id").values_list("pk", flat=True)[:BATCH])
        settled = 0
        for pk in ids:
            left = until - time.monotonic()
            if left <= 0:
                return done + settled
            settled += _one(Upload, pk, partial(upload_rows.work, seconds=min(SLICE, left)))
        done += settled
        if not settled:
            return done


def draft_recurrences(limit: int = BATCH) -> int:
    """Make the drafts of rules that are due. Returns how many rules were looked at."""
    now = clock.now()
    due = _awake(Recurrence.objects.filter(state=RecurrenceState.ACTIVE, due_at__lte=now), now)
    ids = list(due.order_by("due_at", "id").values_list("pk", flat=True)[:limit])
    return sum(_one(Recurrence, pk, recurrences.draft_due) for pk in ids)


def tidy_uploads() -> int:
    """Throw away what nobody needs of old uploads. Returns how many."""
    return upload_rows.tidy()


def _awake(rows: "QuerySet", now: datetime) -> "QuerySet":
    return rows.filter(Q(parked_until__isnull=True) | Q(parked_until__lte=now))


def _one(model: type[Upload] | type[Recurrence], pk: int, step: Callable[[int], int | bool]) -> int:
    """One step for one row. One that fails is parked for 1, 2, 4 ... minutes and blocks nobody."""
    try:
        return int(step(pk))
    except Exception as error:
        log.exception("%s %s: timer failed, parked", model.__name__, pk)
        found = model.objects.filter(pk=pk).values("failures").first()
        if found:
            wait = min(timedelta(minutes=2 ** min(found["failures"], 10)), LONGEST_WAIT)
            until = clock.now() + wait
            model.objects.filter(pk=pk).update(failures=found["failures"] + 1, parked_until=until)
            parking.note(model, pk, error, until)
        return 0
