"""Real threads with real connections that start at the same instant."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from django.db import OperationalError, connection

from common import clock

WAITED_TOO_LONG: Final = "55P03"
"""PostgreSQL: the row stayed locked for longer than the settings allow, as happens on a machine under load."""


def patient(act: Callable[[], object], *, times: int = 10) -> object:
    """What `act` returns, done again like a person whom the page asked to try again: a full queue is no answer.

    A deadlock is not waited out: it stays an error.
    """
    for _ in range(times - 1):
        try:
            return act()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) != WAITED_TOO_LONG:
                raise
    return act()


def each_at_once(count: int, act: Callable[[int], object]) -> list[object]:
    """`act(n)` for every n below `count`, twenty at once; returns what each returned, or the exception it raised."""
    return at_once([partial(act, n) for n in range(count)], at=clock.now(), connections=20)


def at_once(
    acts: Sequence[Callable[[], object]], *, at: datetime, connections: int | None = None
) -> list[object]:
    """Run the acts together, each in its own thread and connection, at the frozen instant `at`.

    `connections`: so many at once where the server allows no more; the others wait for one, as in a pool of them.
    Returns what each returned, or the exception that it raised. The clock of a thread is its own.
    """
    barrier = threading.Barrier(len(acts))
    door = threading.BoundedSemaphore(connections or len(acts))
    results: list[object] = [None] * len(acts)

    def run(n: int) -> None:
        try:
            if connections is None:
                connection.ensure_connection()
            barrier.wait(timeout=30)
            with door, clock.moved(at):
                try:
                    results[n] = patient(acts[n])
                finally:
                    connection.close()
        except Exception as error:
            results[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
