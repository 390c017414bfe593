"""Thin: the lines of the timetable that look at the portal itself."""

from celery import shared_task

from config.watch import alerts, proofs


@shared_task
def watch() -> int:
    return alerts.watch()


@shared_task
def audit_ledger() -> int:
    return proofs.audit_ledger()


@shared_task
def verify_history() -> int:
    return proofs.verify_history()
