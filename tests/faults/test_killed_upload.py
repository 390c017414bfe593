"""kill -9 in the middle of an upload: it goes on where it stopped, and each good row becomes one draft.

The broken control makes a draft and marks its row in two transactions: the same interruption doubles a draft there.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest
from django.db import connection

from assignments import batch_sweeps
from assignments.actions import drafting, upload_rows, uploads
from assignments.actions.content import Content
from assignments.actions.uploads import Wish
from assignments.models import Assignment, Upload, UploadRow
from assignments.states import RowResult, UploadState
from tests.factories import People
from tests.faults.seeding_upload import csv_of
from tests.faults.test_killed_worker import ROOT, Books, run
from tests.support.installed import Installed

COUNT, BAD, KILLS = 400, 8, 3
SWEEPS = 6
"""One sweep works for some seconds and leaves the rest to the next: so many are enough on a slow machine."""


class Killed(BaseException):
    """As a killed process: nothing of ours catches it."""


def sweeping(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", "sweep"]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="brings an embedded database of its own; once is enough"
)
def test_r9_a_killed_upload_makes_each_row_once(tmp_path: Path, installed: Installed) -> None:
    installed(tmp_path)
    environment = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")
    }
    environment |= {"DJANGO_SETTINGS_MODULE": "config.settings.dev", "ONSITE_VAR": str(tmp_path)}
    run(environment, "-m", "tests.faults.seeding_upload", str(COUNT))
    books, dice = Books(tmp_path / "onsite.sqlite3"), Random(11)
    drafts = "SELECT count(*) FROM assignments_assignment"
    assert books.one(drafts) == 0

    hits = 0
    for _ in range(KILLS):
        before = books.one(drafts)
        alive = sweeping(environment)
        give_up = time.monotonic() + 60
        while books.one(drafts) == before and time.monotonic() < give_up:
            time.sleep(0.01)
        time.sleep(dice.uniform(0.01, 0.2))
        alive.send_signal(signal.SIGKILL)
        alive.wait(10)
        hits += books.one(drafts) < COUNT - BAD  # only a kill with work pending proves anything
    assert hits >= 2, f"only {hits} kills hit while work was pending"

    unfinished = "SELECT count(*) FROM assignments_upload WHERE state != 'done'"
    for _ in range(SWEEPS):
        run(environment, "manage.py", "sweep")
        if not books.one(unfinished):
            break
    made = COUNT - BAD
    rows = "SELECT count(*) FROM assignments_uploadrow WHERE result = "
    assert {
        "drafts": books.one(drafts),
        "own numbers": books.one("SELECT count(DISTINCT external_id) FROM assignments_assignment"),
        "rows made": books.one(f"{rows}'made' AND assignment_id IS NOT NULL"),
        "rows bad": books.one(f"{rows}'bad'"),
        "entries": books.one("SELECT count(*) FROM timeline_entry WHERE kind = 'assignment.created'"),
        "streets": books.one("SELECT count(*) FROM assignments_site"),
        "done": books.one(
            f"SELECT count(*) FROM assignments_upload WHERE state = 'done' AND good = {made} AND bad = {BAD}"  # noqa: S608
        ),
        "told": books.one("SELECT count(*) FROM notifications_notice WHERE kind = 'upload.finished'"),
    } == {
        "drafts": made, "own numbers": made, "rows made": made, "rows bad": BAD, "entries": made, "streets": made,
        "done": 1, "told": 1,
    }  # fmt: skip


def started(people: People, count: int) -> Upload:
    upload = uploads.receive(csv_of(count), "faults.csv", Wish(), actor=people.owner)
    uploads.match(upload.pk, upload.columns, actor=people.owner)
    return uploads.start(upload.pk, actor=people.owner)


def test_r9_a_kill_between_a_draft_and_its_mark_changes_nothing(people: People, monkeypatch) -> None:
    upload = started(people, 7)

    def killing(content: Content, **more: object) -> Assignment:
        row = drafting.create(content, **more)
        if row.external_id == "W-3":
            raise Killed
        return row

    with monkeypatch.context() as patch:
        patch.setattr(upload_rows, "create", killing)
        with pytest.raises(Killed):
            upload_rows.work(upload.pk, seconds=9)
    assert Assignment.objects.count() == 0, "its batch is undone"
    batch_sweeps.create_uploads()
    assert sorted(Assignment.objects.values_list("external_id", flat=True)) == [f"W-{n}" for n in range(1, 8)]
    assert Upload.objects.get().state == UploadState.DONE


def test_r9_the_broken_control_doubles_a_draft(people: People) -> None:
    """Draft first, mark later: the same kill leaves a draft whose row still waits."""
    upload = started(people, 7)

    def naive(kill_at: int) -> None:
        for row in UploadRow.objects.filter(upload=upload, result=RowResult.WAITING).order_by("number"):
            draft = drafting.create(Content({"title": row.cells[1]}), actor=people.owner)
            if row.number == kill_at:
                raise Killed
            UploadRow.objects.filter(pk=row.pk).update(result=RowResult.MADE, assignment=draft)

    with pytest.raises(Killed):
        naive(kill_at=4)
    naive(kill_at=0)
    assert Assignment.objects.filter(title="Swap till 3").count() == 2
