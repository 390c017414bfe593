"""`make test`: the same suite in lanes (SQLite, PostgreSQL, Redis, browser) and a closing table of what ran.

A lane whose service is absent is reported as not run; with --require, ONSITE_REQUIRE_SERVICES=1 or
ONSITE_REQUIRE_BROWSER=1 that is a failure. Tests never touch an installation's own data: database names
begin with onsite_test, and the Redis server is one that this program starts.

A few tests that failed beside all others are run once more, alone, and named in the table (docs/adr/0020).
"""

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
LOCAL_POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
COVERAGE = ROOT / "var" / "coverage"
WORKERS = {"redis": "0"}
"""Test processes of a lane: none beside Redis, one server that tests may flush."""
USUAL_WORKERS = "2"
"""One for each of two cores: a third one was measured to make the SQLite lane slower, 388 s instead of 332 s."""
MAY_BE_RUN_AGAIN = 3
"""So many tests of a lane; more that fail together are no accident of a busy machine."""
CLOSING_LINE = re.compile(r"\d+ (passed|failed|error|skipped|deselected)|no tests ran")


class Absent(Exception):
    """What the lane needs is not there; the text says what."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a lane ended: passed, failed or not run, with pytest's closing words or the reason."""

    lane: str
    result: str
    words: str
    seconds: float = 0.0


Environment = dict[str, str]


def clean() -> Environment:
    """The environment without addresses of an installation."""
    mine = {
        "DATABASE_URL",
        "REDIS_URL",
        "ONSITE_TEST_DATABASE",
        "ONSITE_TEST_REDIS_URL",
        "ONSITE_TEST_SQLITE",
    }
    return {name: value for name, value in os.environ.items() if name not in mine}


@contextmanager
def sqlite_lane() -> Iterator[Environment]:
    yield clean()


@contextmanager
def postgres_lane() -> Iterator[Environment]:
    """Databases of this run alone on the server of DATABASE_URL or the local default; dropped afterwards."""
    named = os.environ.get("DATABASE_URL", "")
    url = named if named.startswith(("postgres://", "postgresql://", "psql://")) else LOCAL_POSTGRES
    prefix = f"onsite_test_{os.getpid()}"
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.Error as error:
        where = url.rsplit("@", 1)[-1]
        raise Absent(f"no PostgreSQL at {where} ({str(error).splitlines()[0]})") from None
    try:
        yield {**clean(), "DATABASE_URL": url, "ONSITE_TEST_DATABASE": prefix}
    finally:
        drop_databases(url, prefix)


def drop_databases(url: str, prefix: str) -> None:
    """Remove what an interrupted run left; only names that this run has given."""
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute("SELECT datname FROM pg_database").fetchall()
        for (name,) in found:
            if name == prefix or name.startswith(f"{prefix}_"):
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def redis_lane() -> Iterator[Environment]:
    """A Redis server of this run alone; without the program, a high number of REDIS_URL's server."""
    program = shutil.which("redis-server")
    if program is None:
        named = os.environ.get("REDIS_URL", "")
        if not named:
            raise Absent("no redis-server program and no REDIS_URL")
        yield {**clean(), "ONSITE_TEST_REDIS_URL": re.sub(r"(://[^/]+).*", r"\1/15", named)}
        return
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            wait_for_port(port)
            url = f"redis://127.0.0.1:{port}/0"
            yield {**clean(), "ONSITE_TEST_REDIS_URL": url, "ONSITE_TEST_SQLITE": f"{folder}/queue.sqlite3"}
        finally:
            server.terminate()
            server.wait()


def wait_for_port(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise Absent("redis-server did not start within 10 seconds")


@contextmanager
def browser_lane() -> Iterator[Environment]:
    """Chromium against a live server on a database file: its threads write as they do in real life."""
    chromium = os.environ.get("ONSITE_CHROMIUM", "/usr/bin/chromium")
    if not os.access(chromium, os.X_OK):
        raise Absent(f"no Chromium at {chromium} (ONSITE_CHROMIUM names another)")
    with tempfile.TemporaryDirectory() as folder:
        # Playwright's event loop lives in the test's thread, where Django would refuse to use the database.
        live = {"ONSITE_TEST_SQLITE": f"{folder}/browser.sqlite3", "DJANGO_ALLOW_ASYNC_UNSAFE": "1"}
        yield {**clean(), "ONSITE_CHROMIUM": chromium, **live}


# What touches no database, is about the words of pages, or starts portals of its own, says the same everywhere and runs
# in the first lane only. PostgreSQL hears each address, story, action, race and constraint.
LANES: dict[str, tuple[Callable[[], AbstractContextManager[Environment]], str]] = {
    "sqlite": (sqlite_lane, "not browser and not postgres and not redis"),
    "postgres": (postgres_lane, "not browser and not redis and not one_database"),
    "redis": (redis_lane, "redis"),
    "browser": (browser_lane, "browser"),
}


def files_with(words: str) -> list[str]:
    """The test files in which these words stand. To collect all others takes longer than many a lane does."""
    found = (ROOT / "tests").rglob("test_*.py")
    return sorted(str(path.relative_to(ROOT)) for path in found if words in path.read_text(encoding="utf-8"))


def run_lane(
    name: str, *, long: bool = False, coverage: bool = False, more: list[str] | None = None
) -> Outcome:
    """One pytest run; its lines pass through. Anything but exit 0 is a failure, an empty collection too."""
    needs, marks = LANES[name]
    workers = WORKERS.get(name, USUAL_WORKERS)
    expression = marks if long else f"({marks}) and not slow"
    command = [sys.executable, "-m", "pytest", "-q", "-m", expression, "-n", workers]
    if workers != "0":  # a few long tests at the end of a lane shall not leave a core idle
        command += ["--dist", "worksteal"]
    more = more or []
    if name == marks and not any(one.startswith("tests") for one in more):  # the lane of one marker
        command += files_with(f"mark.{name}")
    command += more
    began = time.monotonic()
    try:
        with needs() as environment, tempfile.TemporaryDirectory() as cache:
            command += ["-o", f"cache_dir={cache}"]
            if coverage:
                environment["COVERAGE_FILE"] = str(COVERAGE / f"data.{name}")
                command += ["--cov", "--cov-report="]
            if long:
                environment["ONSITE_TEST_DRAW"] = "1"
            print(f"\n=== lane {name} ===", flush=True)
            code, words = tee(command, environment)
            # of a second run with coverage only its own lines would be left
            unsteady = (
                run_again(command, expression, environment, Path(cache)) if code == 1 and not coverage else []
            )
            if unsteady:
                code, words = 0, f"{words}; UNSTEADY, passed alone: {', '.join(unsteady)}"
    except Absent as absent:
        return Outcome(name, "not run", str(absent))
    if code == 5:
        words = "no test was collected"
    return Outcome(name, "passed" if code == 0 else "failed", words, time.monotonic() - began)


def run_again(command: list[str], expression: str, environment: Environment, cache: Path) -> list[str]:
    """Run what failed once more, with nothing beside it; the names if all of it passes now, else none.

    Rows of docs/faults.md are never run again: one lost row in a thousand is their finding.
    """
    names = still_failed(cache)
    if not 1 <= len(names) <= MAY_BE_RUN_AGAIN:
        return []
    print(f"\n=== again, alone: {', '.join(names)} ===", flush=True)
    code, _ = tee([*command, "--last-failed", "-m", f"({expression}) and not row", "-n", "0"], environment)
    return names if code == 0 and not still_failed(cache) else []


def still_failed(cache: Path) -> list[str]:
    """The tests that pytest's cache remembers as failed; one passed since is forgotten."""
    remembered = cache / "v" / "cache" / "lastfailed"
    return sorted(json.loads(remembered.read_text(encoding="utf-8"))) if remembered.exists() else []


def tee(command: list[str], environment: Environment) -> tuple[int, str]:
    """Run with its output shown; gives the exit code and the last line that counts tests."""
    words = ""
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None  # noqa: S101  (Popen with PIPE always has it)
        for line in process.stdout:
            print(line, end="", flush=True)
            if CLOSING_LINE.search(line):
                words = line.strip(" =\n")
    return process.returncode, words or "no closing line"


def required(named: list[str]) -> set[str]:
    """Lanes that must run: by option, or by the two environment variables."""
    lanes = set(named)
    if os.environ.get("ONSITE_REQUIRE_SERVICES") == "1":
        lanes |= {"postgres", "redis"}
    if os.environ.get("ONSITE_REQUIRE_BROWSER") == "1":
        lanes.add("browser")
    return lanes


def close(outcomes: list[Outcome], must: set[str]) -> int:
    """Print the table and the last line; 1 when a lane failed or a required one did not run."""
    print("\nLane      Result   Time    What pytest said, or why it did not run")
    for one in outcomes:
        needed = " (required)" if one.result == "not run" and one.lane in must else ""
        print(f"{one.lane:<9} {one.result:<8} {one.seconds:5.0f} s  {one.words}{needed}")
    counts = {
        result: [one.lane for one in outcomes if one.result == result] for result in ("passed", "failed")
    }
    absent = [one.lane for one in outcomes if one.result == "not run"]
    print(f"Lanes: {len(counts['passed'])} passed, {len(counts['failed'])} failed, {len(absent)} not run")
    return 1 if counts["failed"] or must & set(absent) else 0


def report_coverage() -> int:
    files = [str(path) for path in sorted(COVERAGE.glob("data.*"))]
    environment = {**os.environ, "COVERAGE_FILE": str(COVERAGE / "combined")}
    coverage = [sys.executable, "-m", "coverage"]
    combined = subprocess.call([*coverage, "combine", "--keep", *files], cwd=ROOT, env=environment)
    return combined or subprocess.call([*coverage, "report"], cwd=ROOT, env=environment)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="lanes", description="Run the test suite in lanes.", epilog="What follows -- is for pytest."
    )
    parser.add_argument("lanes", nargs="*", metavar="lane", help=f"of {', '.join(LANES)}; all by default")
    parser.add_argument(
        "--require", action="append", default=[], choices=list(LANES), help="fail if it cannot run"
    )
    parser.add_argument("--long", action="store_true", help="with the tests marked slow")
    parser.add_argument("--coverage", action="store_true", help="measure and report lines and branches")
    given = sys.argv[1:] if arguments is None else arguments
    cut = given.index("--") if "--" in given else len(given)
    options, more = parser.parse_args(given[:cut]), given[cut + 1 :]
    if unknown := set(options.lanes) - set(LANES):
        parser.error(f"there is no lane {', '.join(sorted(unknown))}")
    if options.coverage:
        shutil.rmtree(COVERAGE, ignore_errors=True)
        COVERAGE.mkdir(parents=True)
    chosen = options.lanes or list(LANES)
    outcomes = [run_lane(name, long=options.long, coverage=options.coverage, more=more) for name in chosen]
    measured = report_coverage() if options.coverage else 0
    return close(outcomes, required(options.require)) or measured


if __name__ == "__main__":
    sys.exit(main())
