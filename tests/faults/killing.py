"""Sweepers that are killed in the middle of their work, one after the other or several at once.

Runs in a warm process (tests/faults/warm.py): each life is a forked process with connections of its own. It sends one
byte before each statement, so that it can be killed at a random statement, and at a random moment of it. SIGKILL, as
the kernel does when memory is short. The timers come in a random order of turning, as from a queue.
"""

import os
import select
import signal
import time
import traceback
from collections.abc import Callable
from random import Random
from typing import Any, Final

from tests.faults.portal import rows
from tests.faults.warm import forked

STATEMENTS: Final = 160
"""A life ends at the latest before so many statements; one run of the timetable that finds nothing needs about 60."""
WAITING: Final = """
    SELECT (SELECT count(*) FROM assignments_assignment WHERE state = 'assigned' AND auto_start_due_at <= {now})
    + (SELECT count(*) FROM assignments_assignment WHERE state = 'pending_approval' AND auto_approve_due_at <= {now})
    + (SELECT count(*) FROM payments_invoice WHERE state = 'open' AND autopay_due_at <= {now})"""


def waiting(database: str) -> int:
    """How many moves are due: starts, approvals by silence, payments."""
    now = "datetime('now')" if database.startswith("sqlite") else "now()"
    return int(rows(database, WAITING.format(now=now))[0][0])


def _turned(dice: Random) -> None:
    """One run of the timetable, from a random timer on."""
    from django.utils.module_loading import import_string  # noqa: PLC0415 - runs after django.setup()

    from config import heartbeat  # noqa: PLC0415
    from config.timetable import timetable  # noqa: PLC0415

    timers = [timer for timer in timetable() if not timer.is_nightly]
    first = dice.randrange(len(timers))
    for timer in timers[first:] + timers[:first]:
        import_string(timer.task)()
        heartbeat.beat(timer.name)


def _naive(dice: Random) -> None:
    from tests.faults import naive  # noqa: PLC0415 - runs after django.setup()

    naive.sweep()


ACTS: Final[dict[str, Callable[[Random], None]]] = {"sweep": _turned, "naive": _naive}


class Life:
    """One sweeper. `statements` counts what it has begun, `errors` what it said when it failed by itself."""

    def __init__(self, act: str, dice: Random) -> None:
        self.ends_at = dice.randint(1, STATEMENTS)
        self.waits = dice.uniform(0, 0.004)
        self.statements, self.was_killed, self.is_over = 0, False, False
        turn = dice.randrange(1 << 30)
        self.pipe, writing = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            _live(act, Random(turn), writing)
        os.close(writing)

    def read(self) -> None:
        """Count; at the chosen statement wait for the chosen moment, then kill."""
        said = os.read(self.pipe, 4096)
        self.statements += said.count(b".")
        if not said:
            self.bury()
        elif self.statements >= self.ends_at and not self.was_killed:
            time.sleep(self.waits)  # the moment of the kill, not a way to wait for something
            os.kill(self.pid, signal.SIGKILL)
            self.was_killed = True

    def bury(self) -> None:
        """It is over; it counts as killed only if the signal came before its end."""
        _, status = os.waitpid(self.pid, 0)
        os.close(self.pipe)
        self.was_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        self.failed = os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0
        self.is_over = True


def _live(act: str, dice: Random, writing: int) -> None:
    """The life itself. Never returns."""
    from django.db import connection  # noqa: PLC0415 - runs after django.setup()

    def count(execute: Any, *arguments: Any) -> Any:
        os.write(writing, b".")
        return execute(*arguments)

    code = 1
    try:
        with connection.execute_wrapper(count):
            ACTS[act](dice)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def kill(
    *, kills: int, at_once: int, act: str, seed: int, most: int, batch: dict[str, int]
) -> dict[str, int]:
    """Kill so many sweepers with work pending, `at_once` at the same time. New work is made when none is left, but at
    most `most` times (the naive way loses work).

    Returns hits (killed, and work was still pending afterwards), other kills, lives that ended by themselves, and
    lives that failed by themselves.
    """
    from tests.faults import seeding_work  # noqa: PLC0415 - runs after django.setup()

    database, dice = os.environ["DATABASE_URL"], Random(seed)
    found = {"hits": 0, "idle": 0, "finished": 0, "failed": 0, "batches": 0}
    while found["hits"] < kills and found["batches"] < most:
        is_well, said = forked(lambda: seeding_work.due(**batch))
        assert is_well, said
        found["batches"] += 1
        while found["hits"] < kills and waiting(database):
            killed = _together(min(at_once, kills - found["hits"]), act, dice, found)
            found["hits" if waiting(database) else "idle"] += killed
        pass_time(database)
    return found


kill.is_mother = True  # type: ignore[attr-defined]


def _together(count: int, act: str, dice: Random, found: dict[str, int]) -> int:
    """Several lives at the same time. Returns how many were killed."""
    lives = {life.pipe: life for life in (Life(act, dice) for _ in range(count))}
    ended = []
    while lives:
        ready, _, _ = select.select(list(lives), [], [], 60)
        assert ready, "no sweeper said anything for a minute"
        for pipe in ready:
            lives[pipe].read()
            if lives[pipe].is_over:
                ended.append(lives.pop(pipe))
    found["failed"] += sum(life.failed for life in ended)
    found["finished"] += sum(not life.was_killed for life in ended)
    return sum(life.was_killed for life in ended)


def pass_time(database: str) -> None:
    """The leases of killed senders run out, as they do after five minutes."""
    past = "datetime('now', '-1 second')" if database.startswith("sqlite") else "now() - interval '1 second'"
    rows(
        database,
        f"UPDATE notifications_message SET lease_until = {past} WHERE state = 'sending' RETURNING id",  # noqa: S608
    )
