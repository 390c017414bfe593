"""kill -9 of the worker in the middle of a sweep: nothing is lost and nothing is done twice (issue of time, R3 short).

The worker sweeps when it starts (config/celery.py `catch_up`), so each new one goes on where the killed one stopped.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest
from django.db import connection

from tests.support.installed import Installed

ROOT = Path(__file__).resolve().parents[2]
COUNT, KILLS = 60, 3


def run(environment: dict[str, str], *command: str) -> str:
    made = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    return made.stdout


class Books:
    """Looks at the embedded database from outside, while others write."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def one(self, sql: str) -> int:
        with sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=20) as connection:
            return int(connection.execute(sql).fetchone()[0])

    def started(self) -> int:
        return self.one("SELECT count(*) FROM assignments_assignment WHERE state = 'in_progress'")


def worker(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "--pool=solo", "-l", "ERROR"]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="brings an embedded database of its own; once is enough"
)
def test_a_killed_worker_loses_nothing_and_repeats_nothing(tmp_path: Path, installed: Installed) -> None:
    installed(tmp_path)
    environment = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")
    }
    environment |= {"DJANGO_SETTINGS_MODULE": "config.settings.dev", "ONSITE_VAR": str(tmp_path)}
    run(environment, "-m", "tests.faults.seeding", str(COUNT))
    books, dice = Books(tmp_path / "onsite.sqlite3"), Random(7)
    assert books.started() == 0

    hits = 0
    for _ in range(KILLS):
        before = books.started()
        alive = worker(environment)
        give_up = time.monotonic() + 60
        while books.started() == before and time.monotonic() < give_up:
            time.sleep(0.01)
        time.sleep(dice.uniform(0.02, 0.25))
        alive.send_signal(signal.SIGKILL)
        alive.wait(10)
        hits += books.started() < COUNT  # only a kill with work pending proves anything
    assert hits >= 2, f"only {hits} kills hit while work was pending"

    run(environment, "manage.py", "sweep")
    assert books.started() == COUNT
    entries = "SELECT count(*) FROM timeline_entry WHERE kind = 'assignment.started'"
    doubled = (
        "SELECT count(*) FROM (SELECT subject_id FROM timeline_entry WHERE kind = 'assignment.started' "
        "GROUP BY subject_id HAVING count(*) > 1)"
    )
    behind = (
        "SELECT count(*) FROM assignments_assignment a WHERE a.version != "
        "(SELECT count(*) FROM timeline_entry e WHERE e.subject_type = 'assignment' AND e.subject_id = a.id)"
    )
    told = "SELECT count(*) FROM notifications_notice WHERE kind = 'assignment.started'"
    assert (books.one(entries), books.one(doubled), books.one(behind), books.one(told)) == (
        COUNT,
        0,
        0,
        2 * COUNT,
    )
    assert "The ledger is whole." in run(environment, "manage.py", "audit_ledger")
