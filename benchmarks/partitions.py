"""What partitioning the history by month costs and brings: `DATABASE_URL=... python -m benchmarks.partitions`.

Two tables beside the portal's own, with the columns and indexes of timeline_entry: one plain, one with a partition for
each month. Both are filled with the same rows; then the statements of the portal are timed on both, interleaved. They
are dropped at the end. On PostgreSQL only.
"""
# ruff: noqa: S608 - the statements are made of names and numbers of this file alone

import argparse
import os
import statistics
import sys
import time
from collections import defaultdict
from typing import Any

MONTHS = 24
COLUMNS = (
    "id bigint NOT NULL, kind varchar(64) NOT NULL, subject_type varchar(32) NOT NULL, subject_id bigint NOT NULL, "
    "sequence integer NOT NULL, actor_id bigint, role varchar(16) NOT NULL, at timestamptz NOT NULL, "
    "facts jsonb NOT NULL, visibility varchar(8) NOT NULL"
)
ROWS = """
    INSERT INTO {table} SELECT {first} + i, 'assignment.checked_in', 'assignment', ({first} + i) / 20,
    (({first} + i) % 20) + 1, 7, 'worker',
    timestamptz '2025-01-01' + (i % {spread}) * interval '1 day' * {days} / {spread},
    '{{"late": false, "in_at": "2026-12-01T14:00:00+00:00", "distance_m": 40}}', 'all'
    FROM generate_series(1, {count}) AS i"""
PLAIN, PARTED = "onsite_bench_plain", "onsite_bench_parted"


def make(cursor: Any) -> None:
    """Both tables. A unique rule over all months is not possible on the parted one: it must hold the month's column."""
    drop(cursor)
    cursor.execute(f"CREATE TABLE {PLAIN} ({COLUMNS}, PRIMARY KEY (id))")
    cursor.execute(f"CREATE UNIQUE INDEX ON {PLAIN} (subject_type, subject_id, sequence)")
    cursor.execute(f"CREATE TABLE {PARTED} ({COLUMNS}, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)")
    cursor.execute(f"CREATE UNIQUE INDEX ON {PARTED} (subject_type, subject_id, sequence, at)")
    for month in range(MONTHS + 1):
        cursor.execute(
            f"CREATE TABLE {PARTED}_{month} PARTITION OF {PARTED} FOR VALUES FROM (timestamptz '2025-01-01' "
            f"+ interval '{month} months') TO (timestamptz '2025-01-01' + interval '{month + 1} months')"
        )


def drop(cursor: Any) -> None:
    cursor.execute(f"DROP TABLE IF EXISTS {PLAIN}")
    cursor.execute(f"DROP TABLE IF EXISTS {PARTED}")


def timed(cursor: Any, statement: str) -> float:
    begun = time.perf_counter()
    cursor.execute(statement)
    return (time.perf_counter() - begun) * 1000


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.partitions", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    import psycopg  # noqa: PLC0415

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        cursor = connection.cursor()
        make(cursor)
        try:
            measure(cursor, options.rows, options.rounds)
        finally:
            drop(cursor)
    return 0


def measure(cursor: Any, rows: int, rounds: int) -> None:
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for table in (PLAIN, PARTED):
        filled = ROWS.format(table=table, first=0, count=rows, spread=rows, days=MONTHS * 30)
        found["fill, ms for each 1,000 rows"][table].append(timed(cursor, filled) / rows * 1000)
        cursor.execute(f"ANALYZE {table}")
    for number in range(rounds):
        first = rows + number * 20_000
        for table in (PLAIN, PARTED) if number % 2 else (PARTED, PLAIN):
            batch = ROWS.format(table=table, first=first, count=10_000, spread=10_000, days=1)
            found["insert 10,000 rows of one day"][table].append(timed(cursor, batch))
            subject = (number * 7919 + 13) % (rows // 20)
            which = f"subject_type = 'assignment' AND subject_id = {subject}"
            page = f"SELECT * FROM {table} WHERE {which} ORDER BY sequence"
            timed(cursor, page)
            found["history of one assignment"][table].append(timed(cursor, page))
            newest = f"SELECT * FROM {table} ORDER BY id DESC LIMIT 50"
            timed(cursor, newest)
            found["the newest 50 by id"][table].append(timed(cursor, newest))
            month = f"SELECT count(*) FROM {table} WHERE at >= '2025-06-01' AND at < '2025-07-01'"
            found["count one month"][table].append(timed(cursor, month))
    old = f"DELETE FROM {PLAIN} WHERE at < '2025-02-01'"
    found["take the oldest month away"][PLAIN].append(timed(cursor, old))
    found["take the oldest month away"][PARTED].append(timed(cursor, f"DROP TABLE {PARTED}_0"))
    sys.stdout.write(f"{rows:,} rows, {MONTHS} months, median of {rounds} rounds, milliseconds\n")
    sys.stdout.write("| statement | plain | by month | ratio |\n|---|---:|---:|---:|\n")
    for name, each in found.items():
        plain, parted = statistics.median(each[PLAIN]), statistics.median(each[PARTED])
        sys.stdout.write(f"| {name} | {plain:.2f} | {parted:.2f} | {parted / plain:.2f} |\n")
    for table in (PLAIN, PARTED):
        cursor.execute(
            "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c WHERE c.relkind = 'r' AND c.relname LIKE %s",
            [f"{table}%"],
        )
        sys.stdout.write(f"{table}: {cursor.fetchone()[0] / rows:.0f} bytes a row with its indexes\n")


if __name__ == "__main__":
    sys.exit(main())
