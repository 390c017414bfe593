"""`make faults`: the full counts of every fault test on both databases, and docs/faults.md with what they counted.

Each row of config/fault_table.py is a pytest run of its own on each database: the tests that are marked with the row
(`@pytest.mark.row(id="R3")`), with the slow forms. A row whose tests fail is not met, a row without a figure was not
run. `--rows R1,R2` runs these and keeps the figures of the others, with their dates.
"""

import argparse
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import django
import psycopg

from config import fault_table
from config.fault_table import NOT_MET, NOT_RUN, POSTGRES, SQLITE, Figure, Key
from config.lanes import (
    LOCAL_POSTGRES,
    ROOT,
    Absent,
    Environment,
    files_with,
    postgres_lane,
    redis_lane,
    sqlite_lane,
    tee,
)

PAGE = ROOT / "docs" / "faults.md"
FIGURES = "ONSITE_FIGURES"
REDIS = "ONSITE_TEST_REDIS_URL"
NOTHING_COLLECTED = 5
"""What pytest returns when no test fits."""
INTRO = """# What faults were tried, and what came out

Written by `{command}` on {day}, commit {commit}; a row that was measured before says when and at which commit.
Commits of November 2026 that the history does not name were joined into 1d1be0d when they landed.
{machine}

Each row is measured by tests that are marked with it (`pytest -m 'row(id="R1")' -rP` shows one by itself), with real
connections or real processes. The control is the naive way, in the tests only: it must fail the same questions, or the
test would prove nothing. A row without a figure was not run; a row whose tests fail is not met, and the command fails.

"""


@contextmanager
def databases() -> Iterator[dict[str, Environment]]:
    """The environment of each database that is there, with a Redis server of this run if it is installed."""
    with ExitStack() as open_lanes, tempfile.TemporaryDirectory() as folder:
        redis: Environment = {}
        try:
            redis = open_lanes.enter_context(redis_lane())
        except Absent as absent:
            print(f"Redis: {absent}", flush=True)
        own = {name: redis[name] for name in (REDIS,) if name in redis}
        # a file is kept from row to row, so that its tables are made once
        found = {
            SQLITE: {
                **open_lanes.enter_context(sqlite_lane()),
                "ONSITE_TEST_SQLITE": f"{folder}/faults.sqlite3",
            }
        }
        try:
            found[POSTGRES] = open_lanes.enter_context(postgres_lane())
        except Absent as absent:
            print(f"PostgreSQL: {absent}", flush=True)
        yield {name: {**environment, **own} for name, environment in found.items()}


def run_row(row: str, environment: Environment, figures: Path) -> bool:
    """All tests of a row on one database. Returns whether nothing failed; running nothing fails nothing."""
    files = files_with(f'row(id="{row}")')
    if not files:
        return True
    ours = {**environment, FIGURES: str(figures)}
    redis = {name: ours.pop(name) for name in (REDIS,) if name in ours}
    command = [sys.executable, "-m", "pytest", "-q", "--reuse-db", "-p", "no:cacheprovider", "-n", "0"]
    codes = []
    for marks, more in (("not redis", {}), ("redis", redis)):
        chosen = ["-m", f'row(id="{row}") and {marks} and not browser', *files]
        codes.append(tee([*command, *chosen], {**ours, **more})[0])
    return set(codes) <= {0, NOTHING_COLLECTED}


def measure(rows: list[str], command: str) -> int:
    """Run the rows one after the other, and write the page after each: hours of work do not hang on the last one.

    Returns 1 when a row is not met or told nothing, else 0.
    """
    code = 0
    with tempfile.TemporaryDirectory() as folder, databases() as lanes:
        for row in rows:
            figures, failed, at = Path(folder) / f"{row}.jsonl", set[Key](), commit()
            figures.touch()
            for database, environment in lanes.items():
                print(f"\n=== {row} on {database} ===", flush=True)
                if not run_row(row, environment, figures):
                    failed.add((row, database))
            told = fault_table.figures(figures.read_text(encoding="utf-8").splitlines())
            code |= write([row], told, failed, command=command, at=at, now=datetime.now(UTC))
    return code


def machine() -> str:
    """The machine and the versions, as one sentence."""
    cores, memory = os.cpu_count(), os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = [
        f"Python {platform.python_version()}",
        f"Django {django.get_version()}",
        f"SQLite {sqlite3.sqlite_version}",
        postgres_version(),
        redis_version(),
    ]
    return (
        f"Machine: {cores} cores, {memory:.0f} GiB, {platform.system()}; {', '.join(filter(None, versions))}."
    )


def postgres_version() -> str:
    named = os.environ.get("DATABASE_URL", "")
    try:
        with psycopg.connect(
            named if named.startswith("postgres") else LOCAL_POSTGRES, connect_timeout=3
        ) as server:
            return f"PostgreSQL {server.info.parameter_status('server_version')}"
    except psycopg.Error:
        return ""


def redis_version() -> str:
    program = shutil.which("redis-server")
    if program is None:
        return ""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    return next((f"Redis {word.removeprefix('v=')}" for word in said.split() if word.startswith("v=")), "")


def commit() -> str:
    """The commit that was measured, and whether files were changed since."""

    def git(*arguments: str) -> str:
        made = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
        return made.stdout.strip()

    found = git("rev-parse", "--short=10", "HEAD") or "unknown"
    return f"{found} with local changes" if git("status", "--porcelain", "--", ":!docs/faults.md") else found


def write(
    rows: list[str], told: list[Figure], failed: set[Key], *, command: str, at: str, now: datetime
) -> int:
    """Write the page, `at`: the commit that was measured; 1 when a row that ran is not met or told nothing, else 0."""
    found = fault_table.results(rows, told, failed)
    old = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    day = f"{now:%Y-%m-%d}"
    lines = fault_table.table(found, told, f"{day}, {at}", old)
    head = INTRO.format(command=command, day=day, commit=at, machine=machine())
    PAGE.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    for (row, database), result in found.items():
        print(f"{row:<4} {database:<11} {result.strip('*')}")
    return int(bool({NOT_MET, NOT_RUN} & set(found.values())))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="faults", description="Measure every fault; write docs/faults.md.")
    parser.add_argument(
        "--rows", default="", metavar="R1,R2", help="only these; the others keep their figures"
    )
    options = parser.parse_args(arguments)
    try:
        rows = fault_table.wanted(options.rows.split(","))
    except ValueError as wrong:
        parser.error(str(wrong))
    command = f"make faults ROWS={','.join(rows)}" if options.rows else "make faults"
    return measure(rows, command)


if __name__ == "__main__":
    sys.exit(main())
