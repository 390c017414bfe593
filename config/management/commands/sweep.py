"""Run the timetable without Celery: once, or for ever with --loop."""

import logging
import tempfile
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections
from django.utils.module_loading import import_string

from common.clock import now
from config import heartbeat
from config.timetable import Timer, timetable

log = logging.getLogger("onsite.sweep")

ALIVE = Path(tempfile.gettempdir()) / "onsite-sweep"
"""Touched after each run of --loop, for the health check of its container."""


def is_due(timer: Timer) -> bool:
    """Short timers always run; a nightly one when its last run is a day old."""
    if not timer.is_nightly:
        return True
    last = heartbeat.last(timer.name)
    return last is None or now() - last >= timer.every


def run_all() -> list[str]:
    """Run every due timer in order. One that fails is logged and named in the result; the rest go on."""
    failed = []
    for timer in filter(is_due, timetable()):
        try:
            with heartbeat.run(timer.name) as said:
                said["result"] = import_string(timer.task)()
        except Exception:
            log.exception("timer %s failed", timer.name)
            failed.append(timer.name)
    return failed


class Command(BaseCommand):
    help = "Run all timers once, in the timetable's order; --loop repeats every ONSITE_SWEEP_SECONDS."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", action="store_true", help="repeat until stopped")

    def handle(self, *args: Any, **options: Any) -> None:
        failed = run_all()
        while options["loop"]:
            ALIVE.touch()
            time.sleep(settings.ONSITE_SWEEP_SECONDS)
            close_old_connections()
            run_all()
        if failed:
            raise CommandError(f"These timers failed: {', '.join(failed)}.")
