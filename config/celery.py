"""The Celery app. Its beat schedule is config/timetable.py, line by line."""

import os
from time import perf_counter
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import task_failure, task_postrun, task_prerun, task_success, worker_ready

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


@task_prerun.connect
def begin(task_id: str, task: Any, **_: Any) -> None:
    """What a task logs carries its name and id."""
    from common import logs  # noqa: PLC0415  (settings are ready only now)

    task.request.onsite_begun = perf_counter()
    task.request.onsite_ids = logs.afresh(task=_timer(task.name) or task.name, request_id=task_id)
    task.request.onsite_ids.__enter__()


@task_postrun.connect
def end(task: Any, **_: Any) -> None:
    """The next task of this process begins without the ids of this one."""
    ids = getattr(task.request, "onsite_ids", None)
    if ids is not None:
        ids.__exit__(None, None, None)


@task_success.connect
def write_heartbeat(sender: Any, result: Any, **_: Any) -> None:
    """After each finished timer, say so in its row (config/heartbeat.py)."""
    from config import heartbeat  # noqa: PLC0415  (models exist only after Django's set-up)

    name = _timer(sender.name)
    if name:
        begun = getattr(sender.request, "onsite_begun", None)
        heartbeat.beat(name, heartbeat.counted(result), perf_counter() - begun if begun else 0.0)


@task_failure.connect
def write_failure(sender: Any, exception: BaseException, **_: Any) -> None:
    """A timer that broke off says so too: its heartbeat stays old, and names why."""
    from config import heartbeat  # noqa: PLC0415  (as above)

    name = _timer(sender.name)
    if name:
        heartbeat.failed(name, exception)


def _timer(task: str) -> str:
    """The name of the timer that runs this task; empty for any other task."""
    from config.timetable import timetable  # noqa: PLC0415  (as above)

    return next((timer.name for timer in timetable() if timer.task == task), "")
