"""How long a CSV file takes from the browser to its drafts: `python -m benchmarks.upload [--rows 10000] [--rounds 3]`.

It works in a database of its own under a test name, which it makes and removes: an SQLite file, or one of the server
that DATABASE_URL names. Every step is the portal's own: the pages by HTTP, the making by the sweep's function. The
stored rows are counted at the end; a status code proves nothing. The other side of the ratio is the same number of rows
written bare: assignment, site and history entry by bulk insert, fifty a transaction, without any rule.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

BAD_SHARE = 50
"""Every fiftieth row is bad: 2 %."""
STEPS = ("upload", "match", "look", "create")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.upload", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="onsite-bench-") as folder:
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
        os.environ["ONSITE_VAR"] = folder
        os.environ["ONSITE_TEST_SQLITE"] = str(Path(folder) / "bench.sqlite3")
        os.environ["ONSITE_TEST_DATABASE"] = "onsite_test_bench_upload"
        os.environ["ONSITE_LOG_LEVEL"] = "ERROR"
        with own_database() as vendor:
            report(vendor, options.rows, [one_round(options.rows, n) for n in range(options.rounds)])
    return 0


@contextmanager
def own_database() -> Iterator[str]:
    """A fresh database of this program; its vendor."""
    import django  # noqa: PLC0415 - the settings are chosen only now

    django.setup()
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import setup_test_environment, teardown_test_environment  # noqa: PLC0415

    setup_test_environment()
    old = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield connection.vendor
    finally:
        connection.creation.destroy_test_db(old, verbosity=0)
        teardown_test_environment()


def one_round(count: int, number: int) -> dict[str, float]:
    """Seconds of each step for one file, and of the bare writing of as many rows."""
    from django.core.cache import cache  # noqa: PLC0415
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from assignments import batch_sweeps  # noqa: PLC0415
    from assignments.models import Upload  # noqa: PLC0415
    from tests.factories import company, member  # noqa: PLC0415
    from tests.faults.seeding_upload import csv_of  # noqa: PLC0415

    cache.clear()
    owner = member(company(f"Bench {number}"), f"Berta Bench {number}")
    browser = Client()
    browser.force_login(owner)
    data, took = csv_of(count), {}
    file = SimpleUploadedFile("bench.csv", data)
    with timed(took, "upload"):
        answer = browser.post("/assignments/uploads/", {"file": file})
    upload = Upload.objects.latest("pk")
    assert answer.status_code == 302, answer.content[:2_000]
    columns = {f"column-{place}": key for key, place in upload.columns.items()}
    with timed(took, "match"):
        browser.post(f"/assignments/uploads/{upload.pk}/columns/", columns)
    with timed(took, "look"):
        browser.get(f"/assignments/uploads/{upload.pk}/")
    with timed(took, "create"):
        browser.post(f"/assignments/uploads/{upload.pk}/create/")
        while batch_sweeps.create_uploads():
            pass
    verify(upload.pk, count)
    with timed(took, "bare"):
        bare(owner, count)
    return took


@contextmanager
def timed(took: dict[str, float], name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    took[name] = time.perf_counter() - start


def verify(pk: int, count: int) -> None:
    """What is stored: every good row once, every bad one with its reason, all of it with site and history."""
    from assignments.models import Assignment, Site, Upload  # noqa: PLC0415
    from timeline.models import Entry  # noqa: PLC0415

    upload = Upload.objects.get(pk=pk)
    bad = count // BAD_SHARE
    made = Assignment.objects.filter(upload_row__upload=upload)
    found = {
        "state": upload.state,
        "counted": (upload.good, upload.bad),
        "drafts": made.count(),
        "own numbers": made.values("external_id").distinct().count(),
        "of the company": Assignment.objects.filter(client=upload.client).count(),
        "sites": Site.objects.filter(assignment__in=made).count(),
        "skills": made.filter(skills__name="cabling").count(),
        "photos": made.filter(requirements__count=2).count(),
        "entries": Entry.objects.filter(kind="assignment.created", subject_id__in=made.values("pk")).count(),
        "reasons": upload.rows.filter(result="bad").exclude(problems=[]).count(),
    }
    good = count - bad
    wanted = {
        "state": "done", "counted": (good, bad), "drafts": good, "own numbers": good, "of the company": good,
        "sites": good, "skills": good, "photos": good, "entries": good, "reasons": bad,
    }  # fmt: skip
    assert found == wanted, (found, wanted)


def bare(owner: object, count: int) -> None:
    """The same number of drafts as rows alone, with nothing asked, judged or told."""
    from django.db import transaction  # noqa: PLC0415

    from assignments.models import Assignment, Site  # noqa: PLC0415
    from clients.models import Member  # noqa: PLC0415
    from common import clock  # noqa: PLC0415
    from timeline.models import Entry  # noqa: PLC0415

    client, now = Member.objects.get(user=owner).client, clock.now()
    for start in range(0, count, 50):
        with transaction.atomic():
            rows = Assignment.objects.bulk_create(
                Assignment(
                    client=client, owner=owner, created_by=owner, title=f"Bare {n}", price_minor=10_000, city="Albany",
                    state_since=now, start_at=now + timedelta(days=9), version=1,
                )
                for n in range(start, min(start + 50, count))
            )  # fmt: skip
            Site.objects.bulk_create(Site(assignment=row, street="1 State Street") for row in rows)
            Entry.objects.bulk_create(
                Entry(
                    kind="assignment.created", subject_type="assignment", subject_id=row.pk, sequence=1, actor=owner,
                    role="client", at=now, visibility="client",
                )
                for row in rows
            )  # fmt: skip


def report(vendor: str, count: int, rounds: list[dict[str, float]]) -> None:
    """The median of each step, and how far the making is from bare writing."""

    def middle(name: str) -> float:
        return statistics.median(took[name] for took in rounds)

    bad, plain = count // BAD_SHARE, middle("bare")
    total = statistics.median(sum(took[name] for name in STEPS) for took in rounds)
    print(
        f"{vendor}: {count:,} rows, {bad:,} of them bad; median of {len(rounds)} rounds, stored rows verified"
    )
    for name, seconds in [*((name, middle(name)) for name in STEPS), ("all", total), ("bare", plain)]:
        print(f"  {name:<8} {seconds:7.2f} s  {count / seconds:9,.0f} rows/s")
    print(f"  create runs at {plain / middle('create'):.2f}x of bare writing")


if __name__ == "__main__":
    sys.exit(main())
