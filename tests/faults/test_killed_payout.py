"""kill -9 between the call to the provider and its result: no double payout, nothing stuck (R11).

The provider runs in this process, so it outlives the killed ones; its own ledger says what was really paid. The kill
comes at a random moment after a random call. The broken control goes through the same kills and must fail the check.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from django.db import connection

from tests.support.fake_provider import FakeProvider, running
from tests.support.installed import Installed

ROOT = Path(__file__).resolve().parents[2]
PACE = 0.06
"""Seconds that the provider takes for a call: most kills then hit between the call and its result."""

pytestmark = [
    pytest.mark.django_db,  # the copy of an empty installation is taken from the test database
    pytest.mark.skipif(connection.vendor != "sqlite", reason="brings an embedded database of its own"),
]


class Paced(FakeProvider):
    """Each call takes its time after the money moved."""

    def __init__(self) -> None:
        super().__init__(slow=PACE, at_once=True)

    def mood(self) -> str:
        super().mood()
        return "slow"


def process(environment: dict[str, str], *act: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.faults.seeding_payout", *act]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def finished(environment: dict[str, str], *act: str) -> str:
    out, error = process(environment, *act).communicate(timeout=300)
    assert "Traceback" not in error, error
    return out


@contextmanager
def portal(folder: Path, installed: Installed) -> Iterator[tuple[dict[str, str], Paced]]:
    """The settings of an embedded portal of its own, and its provider."""
    installed(folder)
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    with running(Paced()) as provider:
        own = {
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "ONSITE_VAR": str(folder),
            "ONSITE_PROVIDER_URL": provider.url,
            "ONSITE_PROVIDER_KEY": "k",
            "ONSITE_PROVIDER_WEBHOOK_SECRET": "s",
        }
        yield {**kept, **own}, provider


def killed(environment: dict[str, str], provider: Paced, act: str, kills: int, dice: Random) -> int:
    """Start and kill so often; returns how many kills came while payouts were waiting."""
    books = Path(environment["ONSITE_VAR"]) / "onsite.sqlite3"
    hits = 0
    for _ in range(kills):
        alive = process(environment, act)
        provider.wait_for_call(provider.calls + dice.randint(1, 2), 60)
        time.sleep(dice.uniform(0, PACE * 1.2))
        alive.send_signal(signal.SIGKILL)
        alive.communicate(timeout=10)
        hits += (
            one(books, "SELECT count(*) FROM payments_withdrawal WHERE state IN ('requested', 'sending')") > 0
        )
    return hits


def one(path: Path, sql: str) -> int:
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20) as opened:
        return int(opened.execute(sql).fetchone()[0])


@pytest.mark.parametrize("kills", [10, pytest.param(100, marks=pytest.mark.slow)])
def test_a_killed_payout_is_made_once_and_is_never_stuck(
    tmp_path: Path, installed: Installed, kills: int
) -> None:
    count = kills * 2 + 4
    with portal(tmp_path, installed) as (environment, provider):
        finished(environment, "seed", str(count))
        hits = killed(environment, provider, "sweep", kills, Random(5))
        assert hits >= kills * 0.8, f"only {hits} kills hit while payouts were waiting"
        finished(environment, "sweep")
        books = tmp_path / "onsite.sqlite3"
        left = one(books, "SELECT count(*) FROM payments_withdrawal WHERE state = 'sending'")
        assert left > 0, "no kill hit between a call and its result"
        states = finished(environment, "settle").split()
        assert states == ["paid"] * count
        assert provider.moved_by_reference == {f"W-{number}": 1 for number in range(1, count + 1)}
        paid = sum(made["body"]["amount"] for made in provider.payouts.values())
        booked = one(books, "SELECT sum(amount_minor) FROM payments_withdrawal WHERE state = 'paid'")
        assert booked == paid
        audit = subprocess.run(
            [sys.executable, "manage.py", "audit_ledger"],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert "The ledger is whole." in audit.stdout, audit.stdout + audit.stderr


def test_the_control_that_calls_first_pays_twice(tmp_path: Path, installed: Installed) -> None:
    """The check of the test above sees the fault that it looks for."""
    with portal(tmp_path, installed) as (environment, provider):
        finished(environment, "seed", "8")
        killed(environment, provider, "naive", 5, Random(5))
        finished(environment, "naive")
        assert max(provider.moved_by_reference.values()) > 1
