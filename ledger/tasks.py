"""The timetable's way into the audit. What it finds reaches the log and Onsite's staff."""

import logging
from typing import Final

from celery import shared_task
from django.db import transaction

from accounts.models import User
from common import clock
from ledger.audit import Breach
from ledger.audit import audit as run_audit
from notifications.outbox import Telling, queue_all

logger = logging.getLogger(__name__)

BREACHED: Final = "ledger.breached"
SHOWN: Final = 20
"""So many breaches are named in the mail; the command prints all."""


@shared_task
def audit() -> int:
    """Audit the books and report what is wrong. Returns the number of breaches."""
    return report(run_audit())


def report(breaches: list[Breach]) -> int:
    """Each breach is an error in the log, and staff are told once a day. Returns their number."""
    for breach in breaches:
        logger.error("ledger breach (%s): %s", breach.check, breach.sentence)
    if breaches:
        tell(breaches)
    return len(breaches)


def tell(breaches: list[Breach]) -> None:
    """Tell everybody in the administration who may read postings; the same day's audit tells nobody twice."""
    now = clock.now()
    context = {
        "facts": {
            "count": len(breaches),
            "breaches": [f"{breach.check}: {breach.sentence}" for breach in breaches[:SHOWN]],
            "left": max(len(breaches) - SHOWN, 0),
        }
    }
    staff = [
        user
        for user in User.objects.filter(is_staff=True, is_active=True)
        if user.has_perm("ledger.view_posting")
    ]
    tellings = [
        Telling(user, context, "/admin/ledger/posting/", dedupe_key=f"{BREACHED}:{now.date()}")
        for user in staff
    ]
    with transaction.atomic():
        queue_all(BREACHED, tellings, at=now)
