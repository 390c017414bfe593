"""The timetable's way into the audit."""

import logging

from celery import shared_task

from ledger.audit import audit as run_audit

logger = logging.getLogger(__name__)


@shared_task
def audit() -> int:
    """Audit the books; each breach is an error in the log. Returns how many there are."""
    breaches = run_audit()
    for breach in breaches:
        logger.error("ledger breach (%s): %s", breach.check, breach.sentence)
    return len(breaches)
