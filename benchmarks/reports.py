"""How fast reports are over a year of many rows: `python -m benchmarks.reports [--rows 1000000] [--rounds 5]`.

PostgreSQL only, on the server of DATABASE_URL, in a database of its own that is made and removed. One assignment is
made and paid by the real actions and copied by SQL: invoices, engagements and postings with it, over 200 companies,
2,000 workers, two currencies and the 730 days before. The company that looks has a twentieth of all rows, its worker
a twenty-fifth of these.

Each line is one report over one year, as the page makes it. Beside it stands the same question answered in Python over
the loaded rows, for the company's spend by month: the ratio is what the database saves.
"""

import argparse
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

COMPANIES, WORKERS, PROJECTS = 200, 2_000, 60


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reports", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    os.environ["ONSITE_TEST_DATABASE"] = "onsite_test_bench_reports"
    os.environ["ONSITE_LOG_LEVEL"] = "ERROR"
    os.environ.setdefault("ONSITE_STATEMENT_TIMEOUT_SECONDS", "1800")
    from benchmarks.upload import own_database  # noqa: PLC0415 - the settings are chosen only now

    with own_database() as vendor:
        if vendor != "postgresql":
            sys.stderr.write("Set DATABASE_URL to a PostgreSQL server.\n")
            return 2
        began = time.perf_counter()
        client, worker = seed(options.rows)
        sys.stdout.write(f"{options.rows:,} rows in {time.perf_counter() - began:.0f} s\n\n")
        measure(client, worker, options.rounds)
    return 0


def seed(rows: int) -> tuple[Any, Any]:
    """Fill the empty database; the company and the worker who look."""
    from benchmarks import reports_seed  # noqa: PLC0415

    return reports_seed.seed(rows, COMPANIES, WORKERS, PROJECTS)


def measure(client: Any, worker: Any, rounds: int) -> None:
    """Print the median of each report, with how many rows it counts."""
    from common import clock  # noqa: PLC0415
    from payments.models import Invoice  # noqa: PLC0415
    from payments.queries.client import today  # noqa: PLC0415
    from payments.reports import money, work  # noqa: PLC0415
    from payments.reports.periods import Period  # noqa: PLC0415

    now = clock.now()
    day = today(client, now)
    year = Period(day - timedelta(days=364), day)
    mine, all_of_them = Invoice.objects.filter(client=client), Invoice.objects.all()
    steps: dict[str, Callable[[], Any]] = {
        "spend by month": lambda: money.spend_by_month(client, year),
        "spend by customer": lambda: money.spend_by_customer(client, year),
        "spend by project": lambda: money.spend_by_project(client, year),
        "ageing of payables": lambda: money.payables(mine, now),
        "fill rate": lambda: work.fill(client, year),
        "on-time share": lambda: work.on_time(client, year),
        "time to approve": lambda: work.approvals(client, year),
        "approval age": lambda: work.waiting(client, now),
        "earnings by month": lambda: money.earnings_by_month(worker, year),
        "earnings by client": lambda: money.earnings_by_client(worker, year),
        "platform: fees by month": lambda: money.fees_by_month(year),
        "platform: ageing of payables": lambda: money.payables(all_of_them, now, of_all=True),
        "platform: ageing of receivables": lambda: money.receivables(all_of_them, now, of_all=True),
    }
    counted = mine.filter(issued_on__range=(year.first, year.last)).count()
    sys.stdout.write(f"The company has {counted:,} invoices in the year.\n\n")
    sys.stdout.write("| report | ms | lines |\n|---|---:|---:|\n")
    took: dict[str, float] = {}
    for name, step in steps.items():
        report = step()  # warm
        took[name] = statistics.median(seconds(step) for _ in range(rounds))
        lines = sum(len(block.lines) for block in report.blocks)
        sys.stdout.write(f"| {name} | {took[name] * 1000:,.0f} | {lines} |\n")
        sys.stdout.flush()
    by_hand = statistics.median(seconds(lambda: in_python(client, year)) for _ in range(max(rounds // 2, 1)))
    ratio = by_hand / took["spend by month"]
    sys.stdout.write(
        f"\nSpend by month over loaded rows: {by_hand * 1000:,.0f} ms, {ratio:.0f} times as long.\n"
    )


def in_python(client: Any, year: Any) -> dict[tuple[str, str], int]:
    """The naive way: every row is loaded and added up."""
    from payments.models import Invoice  # noqa: PLC0415

    found: dict[tuple[str, str], int] = defaultdict(int)
    rows = Invoice.objects.filter(client=client, issued_on__range=(year.first, year.last))
    for one in rows.exclude(state="withdrawn"):
        found[one.currency, f"{one.issued_on:%b %Y}"] += one.total_minor
    return found


def seconds(step: Callable[[], Any]) -> float:
    began = time.perf_counter()
    step()
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
