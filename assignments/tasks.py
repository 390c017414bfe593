"""Thin: one task for each line of the timetable. Celery only says "look now"; the rows know what is due."""

from celery import shared_task

from assignments import sweeps
from assignments.cards import refresh_all


@shared_task
def start_due() -> int:
    return sweeps.start_due()


@shared_task
def refresh_labels() -> int:
    return sweeps.raise_flags()


@shared_task
def expire_applications() -> int:
    return sweeps.expire_applications()


@shared_task
def remind_holds() -> int:
    return sweeps.remind_holds()


@shared_task
def refresh_company_cards() -> int:
    return refresh_all()
