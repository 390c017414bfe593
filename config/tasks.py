"""The lines of the timetable that belong to no room: people's own data, and the look at the portal itself."""

import logging
from collections.abc import Callable
from typing import Any, Final

from celery import shared_task
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import DataExport, Erasure, User
from accounts.own_data import obstacles
from common import clock, parking
from config.personal import erasing, exporting
from config.watch import alerts, proofs

log = logging.getLogger(__name__)

BATCH: Final = 20
"""Copies and erasures that one run takes at most: each reads and writes many tables."""


@shared_task
def make_exports() -> int:
    """Make the copies that people asked for, oldest first; returns how many. One that fails waits half an hour."""
    waiting = DataExport.objects.filter(made_at=None).exclude(parked_until__gt=clock.now())
    return _each(waiting.order_by("asked_at", "pk"), _export)


@shared_task
def tidy_exports() -> int:
    """Remove the copies whose time is over, with their files; returns how many."""
    over = list(DataExport.objects.filter(expires_at__lte=clock.now()))
    for export in over:
        export.file.delete(save=False)
        export.delete()
    return len(over)


@shared_task
def erase_due() -> int:
    """Erase the people whose waiting time is over; returns how many. Whoever has new work or money waits a day."""
    now = clock.now()
    due = Erasure.objects.filter(due_at__lte=now, cancelled_at=None, done_at=None)
    return _each(due.exclude(parked_until__gt=now).order_by("due_at", "pk"), _erase)


@shared_task
def watch() -> int:
    return alerts.watch()


@shared_task
def audit_ledger() -> int:
    return proofs.audit_ledger()


@shared_task
def verify_history() -> int:
    return proofs.verify_history()


def _each(rows: "QuerySet[Any]", step: Callable[[int], bool]) -> int:
    """Do the first rows, each by itself; returns how many were done. One that fails is parked and holds up no other."""
    done = 0
    for pk in list(rows.values_list("pk", flat=True)[:BATCH]):
        try:
            done += step(pk)
        except Exception as error:
            log.exception("%s %s failed, parked", rows.model.__name__, pk)
            until = clock.now() + exporting.BACK_OFF
            rows.model.objects.filter(pk=pk).update(parked_until=until)
            parking.note(rows.model, pk, error, until)
    return done


def _export(pk: int) -> bool:
    with transaction.atomic():
        export = DataExport.objects.select_for_update(no_key=True).select_related("user").get(pk=pk)
        if export.made_at is not None:
            return False
        exporting.make(export)
    return True


def _erase(pk: int) -> bool:
    with transaction.atomic():
        erasure = Erasure.objects.select_for_update(no_key=True).get(pk=pk)
        if erasure.cancelled_at or erasure.done_at:
            return False
        erasure.user = User.objects.select_for_update(no_key=True).get(pk=erasure.user_id)
        if found := obstacles(erasure.user):
            erasure.held_why, erasure.parked_until = found[0][:300], clock.now() + erasing.ASK_AGAIN
            erasure.save(update_fields=["held_why", "parked_until"])
            return False
        erasing.erase(erasure)
    return True
