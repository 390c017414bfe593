"""The lines of the timetable that belong to no room: people's own data, and the look at the portal itself."""

import logging

from celery import shared_task
from django.db import transaction

from accounts.models import DataExport, Erasure, User
from accounts.own_data import obstacles
from common import clock
from config.personal import erasing, exporting
from config.watch import alerts, proofs

log = logging.getLogger(__name__)


@shared_task
def make_exports() -> int:
    """Make the copies that people asked for, oldest first; returns how many. One that fails waits half an hour."""
    made = 0
    now = clock.now()
    waiting = DataExport.objects.filter(made_at=None).exclude(parked_until__gt=now)
    for pk in list(waiting.order_by("asked_at", "pk").values_list("pk", flat=True)[:20]):
        try:
            with transaction.atomic():
                export = DataExport.objects.select_for_update(no_key=True).select_related("user").get(pk=pk)
                if export.made_at is None:
                    exporting.make(export)
                    made += 1
        except Exception:
            log.exception("the copy %s could not be made", pk)
            parked = clock.now() + exporting.BACK_OFF
            DataExport.objects.filter(pk=pk, made_at=None).update(parked_until=parked)
    return made


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
    done = 0
    now = clock.now()
    due = Erasure.objects.filter(due_at__lte=now, cancelled_at=None, done_at=None).exclude(
        parked_until__gt=now
    )
    for pk in list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:20]):
        try:
            done += _erase(pk)
        except Exception:
            log.exception("the erasure %s failed", pk)
            Erasure.objects.filter(pk=pk, done_at=None).update(parked_until=clock.now() + exporting.BACK_OFF)
    return done


@shared_task
def watch() -> int:
    return alerts.watch()


@shared_task
def audit_ledger() -> int:
    return proofs.audit_ledger()


@shared_task
def verify_history() -> int:
    return proofs.verify_history()


def _erase(pk: int) -> int:
    with transaction.atomic():
        erasure = Erasure.objects.select_for_update(no_key=True).get(pk=pk)
        if erasure.cancelled_at or erasure.done_at:
            return 0
        erasure.user = User.objects.select_for_update(no_key=True).get(pk=erasure.user_id)
        if found := obstacles(erasure.user):
            erasure.held_why, erasure.parked_until = found[0][:300], clock.now() + erasing.ASK_AGAIN
            erasure.save(update_fields=["held_why", "parked_until"])
            return 0
        erasing.erase(erasure)
    return 1
