"""Real threads with real connections that start at the same instant."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import connection

from common import clock


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
                    results[n] = acts[n]()
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
