"""A later migration on a big table while people work: nobody waits longer than for any lock (R16, first half)."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import NotSupportedError, OperationalError, connection, models
from django.db.migrations import AddField, AddIndex, AlterField, Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState

from common.online import AddCheckOnline, AddIndexOnline
from tests.support.figures import tell

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.row(id="R16"),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has one writer at a time, a migration too"
    ),
]
TABLE, APP = "onsite_big", "timeline"
PEOPLE = 4
LIMIT = 3.0
"""Seconds: so long a request waits for a lock (config/settings/base.py), then it is refused."""
FULL = pytest.param(1_000_000, marks=pytest.mark.slow)


@dataclass
class Load:
    """People at work on the table: how long each statement took, and what was refused."""

    rows: int
    waits: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    begun: threading.Barrier = field(default_factory=lambda: threading.Barrier(PEOPLE + 1, timeout=60))

    def work(self, seed: int) -> None:
        number, is_first = seed, True
        try:
            while not self.over.is_set():
                number = (number * 48271) % 2_147_483_647
                began = time.perf_counter()
                with connection.cursor() as cursor:
                    cursor.execute(
                        "UPDATE onsite_big SET count = count + 1 WHERE id = %s", [number % self.rows + 1]
                    )
                    cursor.execute("SELECT kind FROM onsite_big WHERE id = %s", [number % self.rows + 1])
                    cursor.execute("INSERT INTO onsite_big (kind, body, count) VALUES ('new', '', 0)")
                if is_first:
                    is_first = False
                    self.begun.wait()
                else:
                    self.waits.append(time.perf_counter() - began)
        except OperationalError as error:
            self.refused.append(str(error))
        finally:
            connection.close()


@contextmanager
def at_work(rows: int) -> Iterator[Load]:
    """People at work for the block."""
    load = Load(rows)
    threads = [threading.Thread(target=load.work, args=(seed,)) for seed in range(11, 11 + PEOPLE)]
    for thread in threads:
        thread.start()
    load.begun.wait()  # everybody has done one round, and nobody is ahead of the migration
    try:
        yield load
    finally:
        load.over.set()
        for thread in threads:
            thread.join()


@pytest.fixture
def state() -> Iterator[ProjectState]:
    """What migrations know of the table; it is removed afterwards."""
    big = ModelState(
        APP,
        "Big",
        [
            ("id", models.BigAutoField(primary_key=True)),
            ("kind", models.CharField(max_length=40)),
            ("body", models.TextField()),
            ("count", models.IntegerField()),
        ],
        {"db_table": TABLE},
    )
    made = ProjectState()
    made.add_model(big)
    with connection.schema_editor() as editor:
        editor.create_model(made.apps.get_model(APP, "Big"))
    try:
        yield made
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS onsite_big")


def fill(rows: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # as docs/locking.md says for migrations
        cursor.execute(
            "INSERT INTO onsite_big (kind, body, count) SELECT 'kind ' || n %% 40, repeat('x', 200), n "
            "FROM generate_series(1, %s) n",
            [rows],
        )
        cursor.execute("ANALYZE onsite_big")


def migrate(state: ProjectState, operations: list[Operation], *, is_atomic: bool) -> float:
    """Apply them as `manage.py migrate` does. Returns the seconds that it took."""
    later = type("Migration", (Migration,), {"operations": operations, "atomic": is_atomic})(
        "0002_later", APP
    )
    began = time.perf_counter()
    with connection.schema_editor(atomic=is_atomic) as editor:
        later.apply(state, editor)
    return time.perf_counter() - began


def index(name: str) -> models.Index:
    return models.Index(fields=["kind", "count"], name=name)


def additive() -> list[Operation]:
    """What a later version usually brings: columns, an index, a check."""
    counted = models.CheckConstraint(condition=models.Q(count__gte=0), name="big_counted")
    return [
        AddField("big", "note", models.TextField(null=True)),
        AddField("big", "is_new", models.BooleanField(db_default=False)),
        AddIndexOnline("big", index("big_online")),
        AddCheckOnline("big", counted),
    ]


@pytest.mark.parametrize("rows", [20_000, FULL])
def test_an_additive_migration_keeps_nobody_waiting(state: ProjectState, rows: int) -> None:
    fill(rows)
    with at_work(rows) as load:
        took = migrate(state, additive(), is_atomic=False)
    assert load.refused == []
    assert max(load.waits) < LIMIT
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indisvalid, c.convalidated FROM pg_index i, pg_constraint c "
            "WHERE i.indexrelid = 'big_online'::regclass AND c.conname = 'big_counted'"
        )
        assert cursor.fetchall() == [(True, True)]
    tell(
        "R16",
        f"two columns, an index and a check on {rows:,} rows in {took:.1f} s while {PEOPLE} people did "
        f"{len(load.waits):,} rounds of three statements: the longest took {max(load.waits):.2f} s, 0 refused",
    )


NAIVE: dict[str, Callable[[], Operation]] = {
    "an index in a transaction": lambda: AddIndex("big", index("big_plain")),
    "a wider column": lambda: AlterField("big", "count", models.BigIntegerField()),
}


@pytest.mark.parametrize("rows", [20_000, FULL])
@pytest.mark.parametrize("name", NAIVE)
def test_control_a_plain_migration_shuts_everybody_out(state: ProjectState, name: str, rows: int) -> None:
    """Until its transaction ends, whoever wants to write waits; here it ends after one of them gave up."""
    fill(rows)
    heard: dict[str, Any] = {}

    class Look(Operation):
        """As a second operation of the same migration would be: the first one's locks are still held."""

        def state_forwards(self, *args: Any) -> None:
            """Nothing changes."""

        def database_forwards(self, *args: Any) -> None:
            other = threading.Thread(target=write, args=(heard,))
            other.start()
            other.join()

    with at_work(rows) as load:
        took = migrate(state, [NAIVE[name](), Look()], is_atomic=True)
    assert "lock timeout" in heard["refused"]
    tell(
        "R16",
        f"{name} on {rows:,} rows, {took:.1f} s: a writer gave up after 0.5 s; of {PEOPLE} others {len(load.refused)} "
        f"were refused after 3 s behind the lock, the rest waited up to {max(load.waits, default=0):.2f} s",
        is_control=True,
    )


def write(heard: dict[str, Any]) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '500ms'")
            cursor.execute("UPDATE onsite_big SET count = 0 WHERE id = 1")
    except OperationalError as error:
        heard["refused"] = str(error)
    finally:
        connection.close()


@pytest.mark.parametrize("number", [2, 3])
def test_online_operations_refuse_to_be_part_of_one_transaction(state: ProjectState, number: int) -> None:
    with pytest.raises(NotSupportedError, match="atomic = False"):
        migrate(state, [additive()[number]], is_atomic=True)
