"""The goals of docs/performance.md, measured: `python -m benchmarks [--rows 1000000] [--only P1,P4] [--sqlite]`.

On PostgreSQL (the server of DATABASE_URL) or with --sqlite on SQLite, in a database of its own that it makes, fills by
SQL and removes; `--database NAME` uses one that an earlier run kept with the same option, or keeps the new one. Only
ratios inside one run say something: both sides are interleaved, warmed up, and medians of at least five rounds.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from config.lanes import Absent, redis_lane

REDIS = "ONSITE_TEST_REDIS_URL"
ORDER = ("P1", "P2", "P4", "P5", "P6", "P7", "P8", "P10", "P11", "P12")


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="", help="goals by name, with commas: P1,P4")
    parser.add_argument("--sqlite", action="store_true")
    parser.add_argument(
        "--database", default="", help="use or keep a database of this name (a file with --sqlite)"
    )
    options = parser.parse_args()
    only = {one.strip().upper() for one in options.only.split(",") if one.strip()}
    if unknown := only - {*ORDER, "P3", "P9"}:
        parser.error(f"no such goal here: {', '.join(sorted(unknown))}")
    if not options.sqlite and not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        parser.error("set DATABASE_URL to a PostgreSQL server, or ask for --sqlite")
    with filled(options.rows, sqlite=options.sqlite, name=options.database) as world:
        from benchmarks.report import run  # noqa: PLC0415 - the settings are chosen only now

        return run(world, only, options.rounds)


@contextmanager
def filled(rows: int, *, sqlite: bool, name: str) -> Iterator[object]:
    """The filled database and who looks at it."""
    with tempfile.TemporaryDirectory(prefix="onsite-bench-") as folder, ExitStack() as servers:
        try:
            # a queue that is not polled once a second, as the one in memory is
            os.environ[REDIS] = servers.enter_context(redis_lane())[REDIS]
        except Absent as absent:
            sys.stderr.write(f"Redis: {absent}; a task for each row is not measured\n")
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
        os.environ["ONSITE_LOG_LEVEL"] = "ERROR"
        os.environ.setdefault("ONSITE_STATEMENT_TIMEOUT_SECONDS", "3600")
        os.environ["ONSITE_VAR"] = folder
        if sqlite:
            os.environ.pop("DATABASE_URL", None)
            os.environ["ONSITE_TEST_SQLITE"] = name or str(Path(folder) / "bench.sqlite3")
        else:
            os.environ["ONSITE_TEST_DATABASE"] = name or "onsite_test_bench"
        import django  # noqa: PLC0415 - the settings are chosen only now

        django.setup()
        from django.db import connection  # noqa: PLC0415
        from django.test.utils import setup_test_environment  # noqa: PLC0415

        from benchmarks import world  # noqa: PLC0415

        setup_test_environment(debug=False)
        old = connection.settings_dict["NAME"]
        connection.creation.create_test_db(
            verbosity=0, autoclobber=not name, keepdb=bool(name), serialize=False
        )
        try:
            began = time.perf_counter()
            if found := world.found():
                world.settle()
            else:
                found = world.fill(rows)
            sys.stderr.write(
                f"{connection.vendor}: {found.rows:,} rows after {time.perf_counter() - began:.0f} s\n"
            )
            yield found
        finally:
            if not name:
                connection.creation.destroy_test_db(old, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
