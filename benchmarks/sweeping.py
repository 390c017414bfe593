"""P8, P9, P10, P12: the start sweep against raw SQL, against a transaction and a task for each row, and beside readers.

All sides work on the same table with all its indexes, on copies of one assigned row that is due; what they left in the
tables is counted after each round.
"""
# ruff: noqa: S608 (SQL of constants of ours, in a throw-away database)

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from assignments import sweeps
from assignments.actions import timers
from assignments.models import Assignment
from assignments.states import State
from benchmarks.measure import LEAST_ROUNDS, Result, at_most, p95
from benchmarks.serving import Server
from benchmarks.world import World, _earlier, _series, _unwatched
from common import clock
from config.celery import app
from notifications.models import Message, Notice
from tests.factories import assignment_in, worker
from timeline.models import Entry

ROWS: Final = 4_000
"""Rows that each side moves in a round."""
SINGLE: Final = 150
"""The same for the slow ways."""
SWEPT: Final = 100_000
DUE: Final = "Due by the clock"
STARTED: Final = "assignment.started"


def due_rows(world: World, count: int) -> None:
    """So many assigned rows that are due, each with an owner, a company and a worker of those that there are."""
    pattern = _pattern() or assignment_in(
        State.ASSIGNED,
        owner=world.owner,
        by=worker("Dora Due"),
        checkin_required=False,
        title=DUE,
    )
    first = (Assignment.objects.aggregate(n=Max("pk"))["n"] or 0) + 1
    instants = {"start_at", "auto_start_due_at"}
    now = clock.now()
    values = {
        "id": f"{first} + s.i", "client_id": "m.client_id", "owner_id": "m.user_id", "worker_id": "w.id",
        "create_key": "NULL",
    }  # fmt: skip
    columns = [field.column for field in Assignment._meta.concrete_fields]
    back = (pattern.start_at - now + timedelta(hours=1)).total_seconds() // 60
    made = [
        values.get(name)
        or (_earlier(f'a."{name}"', f"({int(back)} + s.i % 600)") if name in instants else f'a."{name}"')
        for name in columns
    ]
    numbered = "(SELECT row_number() OVER (ORDER BY id) AS n, {} FROM {}) {}"
    members = numbered.format("client_id, user_id", "clients_member", "m")
    workers = numbered.format("id", "workers_worker", "w")
    with _unwatched(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO assignments_assignment ({', '.join(columns)}) SELECT {', '.join(made)} "
            f"FROM {_series(count)} JOIN assignments_assignment a ON a.id = {pattern.pk} "
            f"JOIN {members} ON m.n = 1 + s.i * 7919 % 1000 JOIN {workers} ON w.n = 1 + s.i * 104729 % 1000"
        )
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('assignments_assignment', 'id'), "
                "(SELECT max(id) FROM assignments_assignment))"
            )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE assignments_assignment")


def _pattern() -> Any:
    """The row that was copied; all copies have higher ids."""
    return Assignment.objects.filter(title=DUE, start_at__gt=clock.now()).order_by("pk").first()


@cache
def _first() -> int:
    return int(_pattern().pk)


def raw(limit: int, now: datetime) -> int:
    """The bare move and its history row, in as few statements as the database takes. Nobody is told."""
    due = (
        "SELECT id FROM assignments_assignment WHERE state = 'assigned' AND auto_start_due_at <= %s "
        f"ORDER BY auto_start_due_at, id LIMIT {limit}"
    )
    sets = "state = 'in_progress', state_since = %s, updated_at = %s, auto_start_due_at = NULL"
    into = (
        "INSERT INTO timeline_entry (kind, subject_type, subject_id, sequence, role, at, facts, visibility) "
        f"SELECT '{STARTED}', 'assignment', id, version"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"WITH due AS ({due} FOR UPDATE SKIP LOCKED), moved AS (UPDATE assignments_assignment a SET {sets}, "
                "version = a.version + 1 FROM due WHERE a.id = due.id AND a.state = 'assigned' "
                f"RETURNING a.id, a.version) {into}, 'system', %s, '{{}}', 'all' FROM moved",
                [now, now, now, now],
            )
            return int(cursor.rowcount)
        cursor.execute(
            f"{into} + 1, 'system', %s, '{{}}', 'all' FROM assignments_assignment WHERE id IN ({due})",
            [now, now],
        )
        cursor.execute(
            f"UPDATE assignments_assignment SET {sets}, version = version + 1 WHERE id IN ({due}) "
            "AND state = 'assigned'",
            [now, now, now],
        )
        return int(cursor.rowcount)


def _swept(count: int, batch: Callable[[int, datetime], int]) -> None:
    now, done = clock.now(), 0
    while done < count:
        moved = batch(min(sweeps.START_BATCH, count - done), now)
        assert moved, f"only {done} of {count} rows were due"
        done += moved


def _ours(limit: int, now: datetime) -> int:
    with transaction.atomic():
        return sweeps.start_plain(limit, now)


def _counted() -> dict[str, int]:
    """What is stored of starts."""
    first = _first()
    mine = Assignment.objects.filter(pk__gte=first, title=DUE)
    entries = Entry.objects.filter(subject_type="assignment", subject_id__gte=first, kind=STARTED)
    return {
        "moved": mine.filter(state=State.IN_PROGRESS).count(),
        "entries": entries.count(),
        "told": Notice.objects.filter(kind=STARTED).count(),
        "mailed": Message.objects.filter(kind=STARTED).count(),
    }


def _took(count: int, work: Callable[[], None], told: int) -> float:
    """Seconds of moving the oldest rows; what it left must be the moves, an entry each and `told` notices each."""
    before = _counted()
    began = time.perf_counter()
    work()
    spent = time.perf_counter() - began
    after = _counted()
    left = {name: after[name] - before[name] for name in after}
    wanted = {"moved": count, "entries": count, "told": told * count, "mailed": told * count}
    assert left == wanted, (left, wanted)
    return spent


def against_raw(world: World, rounds: int) -> list[Result]:
    """P8 and P9: rows a second of the sweep with history and outbox, against the bare statement with history."""
    due_rows(world, 2 * ROWS * (rounds + 1))
    rates: dict[str, list[float]] = {"ours": [], "raw": []}
    for number in range(rounds + 1):
        sides = [("ours", _ours, 2), ("raw", raw, 0)]
        for name, batch, told in sides if number % 2 else reversed(sides):
            spent = _took(ROWS, lambda batch=batch: _swept(ROWS, batch), told)  # type: ignore[misc]
            if number:
                rates[name].append(ROWS / spent)
    ours, bare = (statistics.median(rates[name]) for name in ("ours", "raw"))
    goal, least = ("P8", 0.40) if connection.vendor == "postgresql" else ("P9", 0.30)
    what = f"start sweep with history, bell and mail / raw SQL with history, {connection.vendor}"
    ratio = ours / bare
    return [
        Result(
            goal,
            what,
            f"{ours:,.0f} rows/s",
            f"{bare:,.0f} rows/s",
            f"{ratio:.2f}x",
            f">= {least}x",
            ratio >= least,
        )
    ]


def against_single(world: World, rounds: int) -> list[Result]:
    """P10: the sweep against the door for each row, and, where there is Redis, against a Celery task for each row."""
    rounds = LEAST_ROUNDS
    due_rows(world, (ROWS + 2 * SINGLE) * rounds)
    rates: dict[str, list[float]] = {"ours": [], "one by one": [], "a task each": []}
    with start_worker(app, perform_ping_check=False, pool="solo", loglevel="ERROR"):
        for _ in range(rounds):
            rates["ours"].append(ROWS / _took(ROWS, lambda: _swept(ROWS, _ours), 2))
            rates["one by one"].append(SINGLE / _took(SINGLE, _one_by_one, 2))
            if settings.REDIS_URL:
                rates["a task each"].append(SINGLE / _took(SINGLE, _a_task_each, 2))
    ours = statistics.median(rates["ours"])
    found = []
    for key, name, least in (
        ("one by one", "a transaction for each row", 20),
        ("a task each", "a Celery task for each row", 50),
    ):
        if not rates[key]:
            continue
        other = statistics.median(rates[key])
        ratio = ours / other
        found.append(
            Result(
                "P10",
                f"start sweep / {name}, {connection.vendor}",
                f"{ours:,.0f} rows/s",
                f"{other:,.0f} rows/s",
                f"{ratio:.0f}x",
                f">= {least}x",
                ratio >= least,
            )
        )
    return found


def _oldest() -> list[int]:
    due = Assignment.objects.filter(state=State.ASSIGNED, auto_start_due_at__lte=clock.now())
    return list(due.order_by("auto_start_due_at", "id").values_list("pk", flat=True)[:SINGLE])


def _one_by_one() -> None:
    for pk in _oldest():
        assert timers.start(pk)


@app.task(name="benchmarks.start_one")
def start_one(pk: int) -> bool:
    return timers.start(pk)


def _a_task_each() -> None:
    ids = _oldest()
    for pk in ids:
        start_one.delay(pk)
    until = time.monotonic() + 300
    while Assignment.objects.filter(pk__in=ids, state=State.ASSIGNED).exists():
        assert time.monotonic() < until, "the tasks did not finish"
        time.sleep(0.02)  # only how often the end is looked for


def while_people_look(world: World, rounds: int) -> list[Result]:
    """P12: pages by gunicorn, alone and while another process sweeps 100,000 rows. PostgreSQL only."""
    if connection.vendor != "postgresql":
        return []
    swept = min(SWEPT, world.rows)
    due_rows(world, swept)
    running = Assignment.objects.filter(client__members__user=world.owner, state=State.IN_PROGRESS)[0]
    paths = ["/assignments/", f"/assignments/{running.pk}/", "/assignments/?stage=paid", "/notifications/"]
    with Server(world.owner) as server:
        for path in paths * 5:
            server.get(path)
        idle = [server.get(path) for _ in range(50) for path in paths]
        before = _counted()
        sweep = subprocess.Popen([sys.executable, "-m", "benchmarks.sweep_once", str(swept)], env=_env())
        busy: list[float] = []
        began = time.perf_counter()
        while sweep.poll() is None:
            busy += [server.get(path) for path in paths]
        took = time.perf_counter() - began
    assert sweep.returncode == 0, sweep.returncode
    assert _counted()["moved"] - before["moved"] == swept
    what = f"p95 of {len(busy)} pages while {swept:,} rows are swept in {took:.0f} s / of {len(idle)} without"
    return [at_most("P12", what, p95(busy), p95(idle), 2)]


def _env() -> dict[str, str]:
    """The same database for another process."""
    url = os.environ["DATABASE_URL"].rpartition("/")[0]
    return {**os.environ, "DATABASE_URL": f"{url}/{connection.settings_dict['NAME']}"}
