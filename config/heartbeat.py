"""Heartbeats of the timers: written after each run, judged by /readyz."""

from datetime import datetime, timedelta

from django.conf import settings

from common.clock import now
from config.models import Heartbeat
from config.timetable import timetable

MISSED = 3
"""So many intervals without any sweep mean that nothing sweeps (house.md, A timer)."""


def beat(name: str) -> None:
    """Remember that the timer finished now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now()})


def last(name: str) -> datetime | None:
    """When the timer last finished, or None."""
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()


def silence() -> str:
    """A sentence when no sweep ran for three intervals, else an empty string."""
    limit = timedelta(seconds=settings.ONSITE_SWEEP_SECONDS) * MISSED
    names = [timer.name for timer in timetable() if not timer.is_nightly]
    newest = Heartbeat.objects.filter(name__in=names).order_by("-at").values_list("at", flat=True).first()
    if newest is None:
        return "No sweep has run yet."
    quiet = now() - newest
    return f"No sweep has run for {int(quiet.total_seconds())} seconds." if quiet > limit else ""


def late() -> list[str]:
    """Names of the timers that did not finish within three of their own intervals."""
    beats = dict(Heartbeat.objects.values_list("name", "at"))
    return [
        timer.name
        for timer in timetable()
        if not timer.is_nightly
        and (timer.name not in beats or now() - beats[timer.name] > timer.every * MISSED)
    ]
