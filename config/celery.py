"""The Celery app. Its beat schedule is config/timetable.py, line by line."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import task_success, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

app = Celery("onsite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_configure.connect
def draw_schedule(sender: Celery, **_: Any) -> None:
    """Turn the timetable into beat's schedule. A message that waited a whole interval is dropped."""
    from config.timetable import timetable  # noqa: PLC0415  (reads settings, which are ready only now)

    sender.conf.beat_schedule = {
        timer.name: {
            "task": timer.task,
            "schedule": crontab(hour="3", minute="20") if timer.is_nightly else timer.every,
            "options": {"expires": timer.every.total_seconds()},
        }
        for timer in timetable()
    }


@worker_ready.connect
def catch_up(sender: Any, **_: Any) -> None:
    """Sweep at once when a worker starts: whatever fell due while nothing ran is done first."""
    for entry in app.conf.beat_schedule.values():
        if not isinstance(entry["schedule"], crontab):
            app.send_task(entry["task"], **entry["options"])


@task_success.connect
def write_heartbeat(sender: Any, **_: Any) -> None:
    """After each finished timer, say so in its row (config/heartbeat.py)."""
    from config import heartbeat, timetable  # noqa: PLC0415  (models exist only after Django's set-up)

    for timer in timetable.timetable():
        if timer.task == sender.name:
            heartbeat.beat(timer.name)
