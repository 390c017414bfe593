"""How fast Find Work is over many rows, on the database of DATABASE_URL (SQLite under ONSITE_VAR without one).

    ONSITE_VAR=/tmp/bench DEBUG=0 python -m benchmarks.find --rows 1000000 --open 30

The database must be empty, or one that an earlier run has filled. Each line is one page as a worker gets it: the
median and the slowest of the rounds in milliseconds over the whole request, its queries, and the rows that the
database read for the page's ids (PostgreSQL counts them; SQLite: thousands of steps of its engine).
"""
# ruff: noqa: E402 (Django is set up first)

import argparse
import json
import os
import re
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
os.environ.setdefault("ONSITE_NO_DEMO", "1")
os.environ.setdefault("ONSITE_STATEMENT_TIMEOUT_SECONDS", "3600")

import django

django.setup()

from django.conf import settings
from django.db import connection
from django.http import QueryDict
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext, setup_test_environment

from assignments.finding.conditions import Matches
from assignments.finding.pages import page
from assignments.forms.finding import FindForm
from assignments.models import Assignment, Findable
from benchmarks.find_seed import seed
from common import clock
from workers.models import Worker

CASES: dict[str, str] = {
    "first page": "",
    "first page, any distance": "within=any",
    "deep page": "DEEP",
    "deep page, any distance": "within=any&DEEP",
    "text, common word": "within=any&q=replace",
    "text, two common words": "within=any&q=replace+switch",
    "text, seldom word": "within=any&q=zeppelin",
    "text within 50 mi": "q=replace",
    "nearest": "sort=nearest",
    "nearest, any distance": "within=any&sort=nearest",
    "best match": "sort=best",
    "best match, any distance": "within=any&sort=best",
    "highest pay": "within=any&sort=pay",
    "highest pay per hour, 50 mi": "sort=rate",
    "pay floor": "within=any&pay=940",
    "one skill": "within=any&skill=Drones",
    "only what I qualify for": "qualified=on",
    "the same, any distance": "within=any&qualified=on",
    "nothing found": "q=nothinglikeit&within=any",
}


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    given.add_argument("--rows", type=int, default=200_000)
    given.add_argument("--open", type=int, default=30, help="per cent that is on the marketplace")
    given.add_argument("--rounds", type=int, default=7)
    asked = given.parse_args()
    settings.ALLOWED_HOSTS = ["testserver"]
    setup_test_environment(debug=False)  # pages then say what they were made of
    worker = seed(asked.rows, asked.open)
    browser = Browser()
    browser.force_login(worker.user)
    print(
        f"{connection.vendor}: {Assignment.objects.count():,} assignments, {Findable.objects.count():,} to be found"
    )
    print(f"{'':32}{'median ms':>10}{'slowest':>10}{'queries':>9}{'read':>9}")
    for name, asked_for in CASES.items():
        query = _deep(browser, asked_for) if "DEEP" in asked_for else asked_for
        times = [_timed(browser, query) for _ in range(asked.rounds + 1)][1:]
        with CaptureQueriesContext(connection) as found:
            _timed(browser, query)
        read = _read(worker, query)
        print(f"{name:32}{statistics.median(times):10.1f}{max(times):10.1f}{len(found):9}{read:9,}")
        sys.stdout.flush()


def _timed(browser: Browser, query: str) -> float:
    """Milliseconds of one page. The page must be whole: 20 cards, or an empty one that says so."""
    began = time.perf_counter()
    response = browser.get(f"/find-work/?{query}")
    took = (time.perf_counter() - began) * 1_000
    shown = len(response.context["cards"])
    assert response.status_code == 200, response.status_code
    assert shown == 20 or b"No work matches" in response.content or "Drones" in query, (query, shown)
    return took


def _deep(browser: Browser, query: str) -> str:
    """The address of the fiftieth page."""
    rest = query.replace("DEEP", "").rstrip("&")
    address = f"?{rest}"
    for _ in range(49):
        address = browser.get(f"/find-work/{address}").context["page"]["next_url"]
        assert address, "too few rows for a deep page"
    return str(address).removeprefix("?")


def _read(worker: Worker, query: str) -> int:
    """What the database read to find the ids of the page."""

    def ids() -> None:
        params = QueryDict(query)
        search = FindForm(params, worker=worker).search()
        page(Matches(worker, search, clock.now(), worker.user.time_zone), params)

    return _rows_read(ids) if connection.vendor == "postgresql" else _steps(ids)


def _rows_read(work: Callable[[], None]) -> int:
    """Rows that scans of tables and indexes gave, summed over the statements of the work."""
    with CaptureQueriesContext(connection) as found:
        work()
    total = 0
    for query in found.captured_queries:
        if not re.match(r"\s*SELECT", query["sql"]):
            continue
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + query["sql"].replace("%", "%%"), [])
            plan = cursor.fetchone()[0]
        total += _scanned((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])
    return total


def _scanned(node: dict[str, Any]) -> int:
    own = 0
    if "Scan" in node["Node Type"]:
        passed = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        own = round(passed * node["Actual Loops"])
    return own + sum(_scanned(child) for child in node.get("Plans", ()))


def _steps(work: Callable[[], None]) -> int:
    """Thousands of steps of SQLite's engine."""
    counted = [0]

    def step() -> int:
        counted[0] += 1
        return 0

    connection.ensure_connection()
    connection.connection.set_progress_handler(step, 1_000)
    work()
    connection.connection.set_progress_handler(None, 0)
    return counted[0]


if __name__ == "__main__":
    main()
