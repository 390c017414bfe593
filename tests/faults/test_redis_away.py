"""R6: Redis flushed under load, down, and frozen. No move is lost, none waits longer than one poll more than in calm
weather, and no page fails.

Web server, worker, beat and the second trigger (`manage.py sweep --loop`) run as in production, a poll each second. A
person reads pages and signs in all the time. The ten minutes of the outage are compressed: what counts is that it lasts
many polls. The control keeps its timers as messages in Redis.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

import pytest

from tests.faults import broken, naive_celery, seeding_work
from tests.faults.portal import Portal, portal
from tests.faults.programs import Redis, wait_until
from tests.faults.test_killed_web import OWNER
from tests.faults.visitor import Visitor
from tests.support.figures import tell

pytestmark = [pytest.mark.django_db, pytest.mark.postgres, pytest.mark.row(id="R6")]
POLL = 1.0
PAGES = ("/", "/assignments/", "/accounts/login/", "/messages/", "/payments/")


@dataclass
class Load(threading.Thread):
    """Somebody who reads pages, and somebody else who signs in, until told to stop. `seconds` by status."""

    port: int
    answers: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    phase: str = "calm"
    ended: bool = False

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        reader = Visitor(self.port).sign_in(OWNER)
        for number, page in enumerate(cycle(PAGES)):
            if self.ended:
                return
            if number % 12 == 11:
                reader = Visitor(self.port).sign_in(OWNER)
            answer = reader.send("GET", page)
            self.answers.setdefault(self.phase, []).append((answer.status, answer.seconds))

    def worst(self, phase: str) -> float:
        """The 99th percentile of the seconds of a phase."""
        found = sorted(seconds for _, seconds in self.answers[phase])
        return found[min(len(found) - 1, int(len(found) * 0.99))]

    def errors(self) -> int:
        return sum(status >= 500 for found in self.answers.values() for status, _ in found)


@contextmanager
def load(made: Portal) -> Iterator[Load]:
    visitor = Load(made.web().port)
    visitor.start()
    try:
        yield visitor
    finally:
        visitor.ended = True
        visitor.join(90)


def due_soon(made: Portal, count: int, spread: float) -> list[int]:
    """Let so many assignments start one after the other within the coming seconds."""
    rows = made.ask(
        "SELECT id FROM assignments_assignment WHERE state = 'assigned' "
        "AND auto_start_due_at > now() + interval '1 hour' ORDER BY id LIMIT %s",
        count,
    )
    now = datetime.now(UTC)
    for number, (pk,) in enumerate(rows):
        at = now + timedelta(seconds=spread * (number + 1) / count)
        made.ask(
            "UPDATE assignments_assignment SET start_at = %s, auto_start_due_at = %s WHERE id = %s RETURNING id",
            at,
            at,
            pk,
        )
    return [pk for (pk,) in rows]


def late(made: Portal, ids: list[int]) -> float:
    """Wait until all have started; the seconds by which the latest was late."""
    waiting = "SELECT count(*) FROM assignments_assignment WHERE id = ANY(%s) AND state = 'assigned'"
    wait_until(lambda: made.one(waiting, ids) == 0, "every start", 120)
    sql = """
        SELECT max(extract(epoch FROM e.at - a.start_at)) FROM timeline_entry e JOIN assignments_assignment a
        ON a.id = e.subject_id
        WHERE e.subject_type = 'assignment' AND e.kind = 'assignment.started' AND a.id = ANY(%s)"""
    return float(made.one(sql, ids))


def flushed(redis: Redis, times: int, seconds: float) -> None:
    for _ in range(times):
        redis.flush()
        time.sleep(seconds / times)  # the flushes spread over the phase


def down(redis: Redis, _: int, seconds: float) -> None:
    redis.kill()
    time.sleep(seconds)  # how long it is away
    redis.start()


def frozen(redis: Redis, _: int, seconds: float) -> None:
    redis.freeze()
    time.sleep(seconds)  # how long it is away
    redis.thaw()


Fault = Callable[[Redis, int, float], None]
FAULTS: dict[str, Fault] = {"flushed": flushed, "down": down, "frozen": frozen}


@pytest.mark.parametrize(
    ("rows", "flushes", "seconds", "strict"),
    [(5, 5, 6.0, False), pytest.param(60, 20, 60.0, True, marks=pytest.mark.slow)],
    ids=["short", "full"],
)
def test_moves_and_pages_do_without_redis(
    own_database: str, tmp_path: Path, redis: Redis, rows: int, flushes: int, seconds: float, strict: bool
) -> None:
    """`strict` holds the goals of time too, which say nothing on a machine that does other things as well."""
    delays = {}
    with portal(tmp_path, own_database, redis=redis) as made, made.warm() as act:
        act(seeding_work.later, start=rows * 4)
        made.worker()
        made.beat()
        made.sweeper()
        with load(made) as visitor:
            wait_until(lambda: made.ask("SELECT 1 FROM config_heartbeat LIMIT 1"), "the first sweep")
            wait_until(lambda: visitor.answers, "the first page")
            delays["calm"] = late(made, due_soon(made, rows, seconds))
            for name, fault in FAULTS.items():
                visitor.phase = name
                ids = due_soon(made, rows, seconds)
                fault(redis, flushes, seconds)
                delays[name] = late(made, ids)
        found = act(broken.found)
        assert visitor.errors() == 0, made.words()
        pages = {name: visitor.worst(name) for name in visitor.answers}
    assert {name: count for name, count in found.items() if count and name != "mails not sent"} == {}
    for name in FAULTS:
        assert not strict or delays[name] <= delays["calm"] + POLL, delays
        assert not strict or pages[name] <= max(2.0, 2 * pages["calm"]), pages
    count = sum(map(len, visitor.answers.values()))
    words = ", ".join(
        f"{name} {delays[name]:.1f} s late at most, pages p99 {pages[name]:.2f} s"
        for name in ("calm", *FAULTS)
    )
    tell(
        "R6",
        f"Redis flushed {flushes} times, down and frozen for {seconds:.0f} s each (compressed), a poll each second: "
        f"0 of {rows * 4} moves lost, 0 of {count} pages failed; {words}",
    )


def test_the_control_with_timers_in_redis_loses_moves(
    own_database: str, tmp_path: Path, redis: Redis
) -> None:
    """The check of the test above sees moves that never come."""
    with portal(tmp_path, own_database, redis=redis) as made, made.warm() as act:
        act(seeding_work.later, start=4)
        ids = due_soon(made, 4, 3)
        rows = made.ask("SELECT id, start_at FROM assignments_assignment WHERE id = ANY(%s)", ids)
        assert act(naive_celery.plan, times={str(pk): at.isoformat() for pk, at in rows}) == 4
        redis.flush()
        assert (
            act(naive_celery.plan, times={str(ids[0]): datetime.now(UTC).isoformat()}) == 1
        )  # the queue works again
        program = ("celery", "-A", "tests.faults.naive_celery", "worker", "-c", "1", "-l", "WARNING")
        made.program("naive", *program)
        started = "SELECT count(*) FROM assignments_assignment WHERE state = 'in_progress'"
        wait_until(lambda: made.one(started) == 1, f"the start that was planned again\n{made.words()}")
        lost = act(broken.found)["stuck"]
    assert lost == 3
    tell("R6", f"timers kept as messages in Redis, flushed once: {lost} of 4 moves lost", is_control=True)
