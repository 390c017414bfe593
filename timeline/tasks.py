"""The timetable's way into sealing."""

from typing import Final

from celery import shared_task

from timeline import seals

MOST_A_RUN: Final = 10_000
"""Entries: after an import of a million, sealing must not keep the timers behind it from moving what is due."""


@shared_task
def seal() -> int:
    """Seal what waits, up to MOST_A_RUN entries; returns how many that were. The next run goes on."""
    return seals.seal_all(most=MOST_A_RUN)
