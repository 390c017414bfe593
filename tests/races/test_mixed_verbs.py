"""Many processes do every verb that there is, for minutes: nothing is lost, no deadlock, no error (R14)."""

import json
import time
from collections import Counter
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal
from django.db import connection, transaction

from assignments.models import Assignment
from assignments.states import State
from ledger.audit import audit
from tests.factories import assignment_in
from tests.races.explaining import findings
from tests.races.traffic import Traffic, listen, rich_people
from tests.support.figures import tell
from tests.support.processes import together

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.row(id="R14"),
    pytest.mark.usefixtures("filed"),
]
PROCESSES = 8
SHORT: dict[str, float] = {"acts": 15}
FULL: dict[str, float] = {"seconds": 600 if connection.vendor == "postgresql" else 300}


def deadlocks() -> int:
    """How many the server has broken in this database so far, also those that a sweep swallowed; 0 on SQLite."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("length", [SHORT, pytest.param(FULL, marks=pytest.mark.slow)], ids=["short", "full"])
def test_mixed_verbs_lose_nothing_and_fail_nobody(
    tmp_path: Path, frozen: datetime, length: dict[str, Any], settings: Any
) -> None:
    files = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path / "media"},
    }
    settings.STORAGES = {**portal.STORAGES, "default": files}  # what one process stores, another one opens
    traffic = Traffic(rich_people(frozen), tmp_path, frozen, is_mixed=True)
    broken, began = deadlocks(), time.monotonic()
    traffic.run(PROCESSES, **length)
    took = time.monotonic() - began
    heard = Counter(one["heard"].partition(":")[0] for one in traffic.heard())
    odd = [one for one in traffic.heard() if one["heard"].startswith(("error", "busy"))]
    assert odd == [], json.dumps(odd[:5], indent=1)
    assert deadlocks() == broken
    acts, entries, rows = traffic.acts(), traffic.entries(), traffic.rows()
    assert findings(acts, entries, rows, is_all=False) == []
    assert audit() == []
    verbs = {one["verb"] for one in traffic.heard() if one["heard"] == "done"}
    assert len(acts) >= 10
    tell(
        "R14",
        f"{PROCESSES} processes, {took:,.0f} s: {heard['done']:,} acts of {len(verbs)} verbs done, "
        f"{heard['refused']:,} refused, {heard['swept']} sweeps between; "
        f"0 deadlocks, 0 busy, 0 errors; {len(acts):,} promised entries, "
        "0 lost; the books are whole",
    )


# --- the naive ways, each measured by the same questions


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no rows to lock")
def test_control_locks_in_any_order_meet_in_a_deadlock(tmp_path: Path, frozen: datetime) -> None:
    """Two rows that are locked in the order of the request, not of their ids."""
    people = rich_people(frozen)
    ids = [assignment_in(State.SENT, owner=people.owner).pk for _ in range(2)]
    broken = deadlocks()

    def lock_both(order: list[int]) -> None:
        with transaction.atomic():
            for pk in order:
                Assignment.objects.select_for_update().get(pk=pk)
                time.sleep(0.05)  # the request thinks: long enough for the other one to come

    def work(number: int) -> None:
        order = ids if number % 2 else ids[::-1]
        lines = [listen(partial(lock_both, order)) for _ in range(3)]
        (tmp_path / f"control-{number}.log").write_text("\n".join(lines))

    together([partial(work, number) for number in range(4)])
    heard = Counter(line for one in tmp_path.glob("control-*.log") for line in one.read_text().splitlines())
    assert heard["busy: 40P01"] > 0
    assert deadlocks() > broken
    tell(
        "R14",
        f"rows locked in the order of the request: {heard['busy: 40P01']} deadlocks in 12 acts",
        is_control=True,
    )


@pytest.mark.skipif(connection.vendor != "sqlite", reason="about how SQLite begins a transaction")
def test_control_a_transaction_that_reads_before_it_locks_is_thrown_out(
    tmp_path: Path, frozen: datetime
) -> None:
    """SQLite's own way to begin: the lock comes with the first write, too late for what was read."""
    connection.settings_dict["OPTIONS"] = {
        **connection.settings_dict["OPTIONS"],
        "transaction_mode": "DEFERRED",
    }
    people = rich_people(frozen)
    pk = assignment_in(State.SENT, owner=people.owner).pk

    def count_up() -> None:
        with transaction.atomic():
            version = Assignment.objects.values_list("version", flat=True).get(pk=pk)
            Assignment.objects.filter(pk=pk).update(version=version + 1)

    def work(number: int) -> None:
        lines = [listen(count_up) for _ in range(50)]
        (tmp_path / f"control-{number}.log").write_text("\n".join(lines))

    together([partial(work, number) for number in range(PROCESSES)])
    heard = Counter(line for one in tmp_path.glob("control-*.log") for line in one.read_text().splitlines())
    thrown = sum(count for words, count in heard.items() if words.startswith("busy"))
    assert thrown > 0
    tell(
        "R14",
        f"transactions that read before they lock: {thrown} of {heard.total()} thrown out",
        is_control=True,
    )
