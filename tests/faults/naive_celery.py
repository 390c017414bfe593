"""The broken control of the timers: a start is a message with a time (eta) in the queue, and not a row that is due."""

from datetime import datetime
from typing import Any

from celery import Celery
from celery.signals import worker_ready

from config.celery import app, catch_up

__all__ = ["app", "plan"]

worker_ready.disconnect(catch_up)  # it would sweep when it starts, which is what saves the real one


@app.task(name="tests.naive_start")
def naive_start(pk: int) -> bool:
    from assignments.actions import timers  # noqa: PLC0415 - the app registry is ready only now

    return timers.start(pk)


def plan(times: dict[str, str]) -> int:
    """Put one message for each assignment into the queue: id -> instant. Returns how many."""
    made: Celery = app
    for pk, at in times.items():
        arguments: dict[str, Any] = {"args": [int(pk)], "eta": datetime.fromisoformat(at)}
        made.send_task("tests.naive_start", **arguments)
    return len(times)
