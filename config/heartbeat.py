"""Heartbeats of the timers: written after each run, judged by /readyz and by the alerts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db.models import F

from common import logs
from common.clock import now
from config.models import Heartbeat
from config.timetable import Timer, timetable

MISSED = 3
"""So many intervals without any sweep mean that nothing sweeps (house.md, A timer)."""


def beat(name: str, rows: int = 0, seconds: float = 0.0) -> None:
    """Remember that the timer ended well now: how many rows it moved, and how long it took."""
    told = {"at": now(), "rows": rows, "seconds": seconds}
    more = {"runs": 1, "rows_total": rows, "seconds_total": seconds}
    _write(name, told, more)


def failed(name: str, error: BaseException) -> None:
    """Remember that the timer broke off now, and with which words."""
    words = logs.masked(f"{type(error).__name__}: {error}".split("\n", 1)[0])[:300]
    _write(name, {"failed_at": now(), "error": words}, {"failures": 1})


@contextmanager
def run(name: str) -> Iterator[dict[str, Any]]:
    """One run of a timer: put what it returned under "result". An error is remembered and goes on."""
    said: dict[str, Any] = {"result": 0}
    begun = perf_counter()
    try:
        with logs.about(task=name):
            yield said
    except Exception as error:
        failed(name, error)
        raise
    beat(name, counted(said["result"]), perf_counter() - begun)


def counted(result: Any) -> int:
    """The number of rows that a timer's answer means; 0 for one that counts nothing."""
    return result if isinstance(result, int) and result > 0 else 0


def _write(name: str, told: dict[str, Any], more: dict[str, float]) -> None:
    """One statement, so that two workers that end at once are both counted; the row is made at the first run."""
    grown = {column: F(column) + value for column, value in more.items()}
    if not Heartbeat.objects.filter(name=name).update(**told, **grown):
        _, is_new = Heartbeat.objects.get_or_create(name=name, defaults={**told, **more})
        if not is_new:
            Heartbeat.objects.filter(name=name).update(**told, **grown)


def last(name: str) -> datetime | None:
    """When the timer last ended well, or None."""
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()


def silence() -> str:
    """A sentence when no sweep ran for three intervals, else an empty string."""
    limit = timedelta(seconds=settings.ONSITE_SWEEP_SECONDS) * MISSED
    names = [timer.name for timer in timetable() if not timer.is_nightly]
    beats = Heartbeat.objects.filter(name__in=names, at__isnull=False)
    newest = beats.order_by("-at").values_list("at", flat=True).first()
    if newest is None:
        return "No sweep has run yet."
    quiet = now() - newest
    return f"No sweep has run for {int(quiet.total_seconds())} seconds." if quiet > limit else ""


def is_late(timer: Timer, at: datetime | None, moment: datetime) -> bool:
    """Whether a timer (whose last good run was `at`) has been silent for three of its own intervals."""
    return at is None or moment - at > timer.every * MISSED


def late() -> list[str]:
    """Names of the timers that did not finish within three of their own intervals."""
    beats = dict(Heartbeat.objects.values_list("name", "at"))
    moment = now()
    return [
        timer.name
        for timer in timetable()
        if not timer.is_nightly and is_late(timer, beats.get(timer.name), moment)
    ]
