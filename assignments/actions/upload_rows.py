"""The rows of a started upload become drafts: by the sweep, some at a time, each exactly once.

A batch is one transaction: the upload is locked, each waiting row is judged once more, its draft is made by the same
action as a person's, and the row is marked. A killed worker loses at most the batch that it had open.
"""

import logging
import time
from datetime import timedelta
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import InterfaceError, OperationalError, connection, transaction

from assignments import batches
from assignments.actions import upload_facts
from assignments.actions.drafting import create, creator
from assignments.actions.uploads import stop, tell
from assignments.models import Upload, UploadRow
from assignments.states import RowResult, UploadState
from assignments.uploading.columns import Columns
from assignments.uploading.rules import Facts, judge
from common import clock
from common.actor import SYSTEM
from common.errors import Invalid, NotAllowed

log = logging.getLogger(__name__)

BATCH: Final = 50
"""Rows of one transaction: short enough that nobody waits for its locks."""
KEPT_FOR: Final = timedelta(days=30)
LEFT_FOR: Final = timedelta(days=7)
NOT_MADE: Final = "This draft could not be made. Create it by hand."


def work(pk: int, *, seconds: float) -> int:
    """Make drafts of a running upload for about so long. Returns how many rows were settled."""
    upload = Upload.objects.select_related("client", "uploader", "template").filter(pk=pk).first()
    if upload is None or upload.state != UploadState.RUNNING:
        return 0
    facts = upload_facts.load(upload)
    until = time.monotonic() + seconds
    done = 0
    while settled := _batch(pk, facts):
        done += settled
        if time.monotonic() >= until:
            break
    return done


def _batch(pk: int, facts: Facts) -> int:
    """One batch. Returns how many rows it settled: 0 when none waits, or another worker has the upload."""
    with transaction.atomic():
        upload = _claimed(pk)
        if upload is None:
            return 0
        rows = list(upload.rows.filter(result=RowResult.WAITING).order_by("number")[:BATCH])
        if not rows:
            _finish(upload)
            return 0
        try:
            creator(upload.uploader)
        except NotAllowed:
            _give_up(upload)
            return 0
        place = upload.columns.get("external_id")
        numbers = [" ".join(row.cells[place].split()) for row in rows] if place is not None else []
        known = upload_facts.with_numbers(facts, upload.client_id, numbers)
        for row in rows:
            _settle(row, upload, known)
        UploadRow.objects.bulk_update(rows, ["result", "problems", "cells", "assignment"])
        upload.good += sum(row.result == RowResult.MADE for row in rows)
        upload.bad += sum(row.result == RowResult.BAD for row in rows)
        upload.failures, upload.parked_until = 0, None
        upload.save(update_fields=["good", "bad", "failures", "parked_until"])
    return len(rows)


def _claimed(pk: int) -> Upload | None:
    """The upload, locked, while it runs and nobody else works on it."""
    skip = connection.features.has_select_for_update_skip_locked
    rows = Upload.objects.select_for_update(no_key=True, of=("self",), skip_locked=skip).select_related(
        "client", "uploader"
    )
    return rows.filter(pk=pk, state=UploadState.RUNNING).first()


def _settle(row: UploadRow, upload: Upload, facts: Facts) -> None:
    """Make the draft of one row, or note why not. Only a database that is away goes on to the caller."""
    columns: Columns = upload.columns
    try:
        judged = judge(row.number, row.cells, row.surplus, columns, facts)
        if judged.content is None:
            row.result, row.problems = RowResult.BAD, [list(one) for one in judged.problems]
            return
        with transaction.atomic():
            row.assignment = create(judged.content, actor=upload.uploader, key=_key(row))
        row.result, row.cells = RowResult.MADE, []
    except (OperationalError, InterfaceError):
        raise
    except Invalid as error:
        row.result, row.problems = RowResult.BAD, [["", error.sentence]]
    except Exception:
        log.exception("row %s of upload %s could not be made", row.number, upload.pk)
        row.result, row.problems = RowResult.BAD, [["", NOT_MADE]]


def _key(row: UploadRow) -> UUID:
    """One assignment a row, whatever happens: the database holds this key once in a company."""
    return uuid5(NAMESPACE_URL, f"onsite:upload:{row.upload_id}:{row.number}")


def _finish(upload: Upload) -> None:
    upload.finish(clock.now())
    upload.save(update_fields=["state", "state_since", "finished_at"])
    entry = batches.record("upload.finished", upload, actor=SYSTEM, drafts=upload.good, bad=upload.bad)
    tell(entry, upload, drafts=upload.good, bad=upload.bad)


def _give_up(upload: Upload) -> None:
    """The uploader left the company, or may no longer create."""
    stop(upload, SYSTEM, "Your role no longer lets you create assignments.")


def tidy() -> int:
    """Throw away typed cells that nobody needs any more. Returns how many uploads were tidied."""
    now, count = clock.now(), 0
    left = Upload.objects.filter(
        state__in=[UploadState.UPLOADED, UploadState.MAPPED], state_since__lt=now - LEFT_FOR
    )
    for pk in list(left.values_list("pk", flat=True)):
        with transaction.atomic():
            upload = (
                Upload.objects.select_for_update(no_key=True, of=("self",))
                .select_related("client", "uploader")
                .get(pk=pk)
            )
            if upload.state in (UploadState.UPLOADED, UploadState.MAPPED):
                stop(upload, SYSTEM, "It was left for a week.")
    over = Upload.objects.filter(emptied_at__isnull=True, finished_at__lt=now - KEPT_FOR)
    for pk in list(over.values_list("pk", flat=True)):
        with transaction.atomic():
            UploadRow.objects.filter(upload_id=pk).update(cells=[])
            count += Upload.objects.filter(pk=pk).update(emptied_at=now)
    return count
