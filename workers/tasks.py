"""Thin: one task for each line of the timetable."""

from celery import shared_task

from workers import sweeps


@shared_task
def warn_expiring() -> int:
    return sweeps.warn_expiring()
