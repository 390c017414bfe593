"""A CSV upload, as its people steer it: receive the file, match its columns, start, stop (domain.md 3.3).

What happens by itself after the start is in upload_rows.py. Only drafts are made; nothing is ever sent from a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts.actor import Actor
from accounts.models import User
from assignments import batches, policies
from assignments.actions import upload_facts
from assignments.actions.drafting import creator
from assignments.models import Template, Upload, UploadMapping, UploadRow
from assignments.states import RowResult, UploadState
from assignments.uploading import columns as fields
from assignments.uploading.reading import Sheet, read
from assignments.uploading.rules import judge
from common import clock, limits
from common.errors import AlreadyDone, Invalid, NotAllowed, WrongState
from common.uploads import safe_name
from timeline.models import Entry

WRITTEN_AT_ONCE = 500
UPLOADS, UPLOADS_WITHIN = 20, timedelta(hours=1)
"""So many files a person may upload in that time."""
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Wish:
    """What is said beside the file: a template for what rows leave empty, a label by which its drafts are found."""

    label: str = ""
    template_id: int | None = None
    mapping_id: int | None = None


def receive(data: bytes, file_name: str, wish: Wish, *, actor: User) -> Upload:
    """Keep the rows of a file. Its columns are matched by the saved matching, else by the words of the first row.

    Raises NotAllowed, TooMany, Unreadable (Invalid at `file`) for a file that cannot be read, Invalid for a template
    or matching that is not the company's.
    """
    client = creator(actor).client
    limits.spend("upload", actor.pk, times=UPLOADS, within=UPLOADS_WITHIN)
    sheet = read(data)
    template = _own(Template.objects.filter(client=client), wish.template_id, "template")
    saved = _own(UploadMapping.objects.filter(client=client), wish.mapping_id, "mapping")
    known = fields.by_headers(saved.columns, sheet.headers) if saved else fields.guess(sheet.headers)
    now = clock.now()
    with transaction.atomic():
        upload = Upload.objects.create(
            client=client,
            uploader=actor,
            label=" ".join(wish.label.split())[:60],
            template=template,
            state_since=now,
            created_at=now,
            file_name=safe_name(file_name, ".csv"),
            sha256=sha256(data).hexdigest(),
            encoding=sheet.encoding,
            separator=sheet.separator,
            headers=sheet.headers,
            columns=known,
            total=len(sheet.lines),
        )
        _keep(upload, sheet)
        batches.record("upload.received", upload, actor=actor, file=upload.file_name, rows=upload.total)
    return upload


def _own(rows: Any, pk: int | None, field: str) -> Any:
    if pk is None:
        return None
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Invalid("Choose one from the list.", field)
    return found


def _keep(upload: Upload, sheet: Sheet) -> None:
    rows = (
        UploadRow(upload=upload, number=line.number, cells=line.cells, surplus=line.surplus)
        for line in sheet.lines
    )
    UploadRow.objects.bulk_create(rows, batch_size=WRITTEN_AT_ONCE)


def match(pk: int, columns: Mapping[str, int], *, actor: User, save_as: str = "") -> Upload:
    """Say which column fills which field, and judge every row by it. `save_as` keeps the matching for other files.

    Raises Invalid when nothing can give a title or a column is named twice, WrongState once it was started.
    """
    with transaction.atomic():
        upload = _opened(pk, actor)
        if upload.state not in (UploadState.UPLOADED, UploadState.MAPPED):
            raise WrongState("The columns cannot be changed any more.")
        _check(upload, columns)
        facts = upload_facts.load(upload)
        rows = list(upload.rows.all())
        first = upload_facts.external_ids(((row.number, row.cells) for row in rows), columns)
        facts = replace(upload_facts.with_numbers(facts, upload.client_id, first), first_rows=first)
        upload.match(clock.now())
        upload.columns = dict(columns)
        changed = []
        for row in rows:
            problems = [
                list(one) for one in judge(row.number, row.cells, row.surplus, columns, facts).problems
            ]
            if row.problems != problems:
                row.problems, row.result = problems, RowResult.BAD if problems else RowResult.WAITING
                changed.append(row)
        UploadRow.objects.bulk_update(changed, ["result", "problems"], batch_size=WRITTEN_AT_ONCE)
        upload.bad = sum(row.result == RowResult.BAD for row in rows)
        upload.good = upload.total - upload.bad
        upload.save()
        if save_as.strip():
            save_mapping(upload, save_as, actor)
    return upload


def _check(upload: Upload, columns: Mapping[str, int]) -> None:
    unknown = [
        key
        for key, place in columns.items()
        if key not in fields.BY_KEY or not 0 <= place < len(upload.headers)
    ]
    if unknown or len(set(columns.values())) != len(columns):
        raise Invalid("Match each column to one field.")
    template = upload.template
    if "title" not in columns and "template" not in columns and not (template and template.title):
        raise Invalid("Match a column to Title: every draft needs one.")


def save_mapping(upload: Upload, name: str, actor: User) -> None:
    """Keep the matching under a name; the same name again is replaced."""
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        raise Invalid(f"Enter a name of at most {LONGEST_NAME} characters.", "save_as")
    mine = UploadMapping.objects.filter(client_id=upload.client_id)
    row = mine.filter(name__iexact=name).first() or UploadMapping(client_id=upload.client_id, name=name)
    row.columns = fields.named(upload.columns, upload.headers)
    row.saved_by, row.saved_at = actor, clock.now()
    row.save()


def delete_mapping(pk: int, *, actor: User) -> None:
    """Forget a saved matching of the own company. One that is gone already is fine."""
    client = creator(actor).client
    UploadMapping.objects.filter(client=client, pk=pk).delete()


def start(pk: int, *, actor: User) -> Upload:
    """Let the sweep make the drafts. Raises WrongState when there is nothing to make, AlreadyDone when it runs."""
    with transaction.atomic():
        upload = _opened(pk, actor)
        if upload.state in (UploadState.RUNNING, UploadState.DONE):
            raise AlreadyDone("The drafts are being made already.")
        if upload.state != UploadState.MAPPED:
            raise WrongState("This upload was stopped, or its columns are not matched yet.")
        if not upload.good:
            raise WrongState("No row of this file can become a draft. Mend the file and upload it again.")
        upload.start(clock.now())
        wanted, upload.good = upload.good, 0
        upload.save()
        batches.record("upload.started", upload, actor=actor, rows=wanted)
    return upload


def cancel(pk: int, *, actor: User) -> Upload:
    """Stop it. Drafts that were made stay. Raises AlreadyDone when it is over."""
    with transaction.atomic():
        upload = _opened(pk, actor)
        if upload.state == UploadState.CANCELLED:
            raise AlreadyDone("This upload was stopped already.")
        if upload.state == UploadState.DONE:
            raise WrongState("This upload is done. Its drafts can be deleted from the list.")
        stop(upload, actor)
    return upload


def stop(upload: Upload, actor: Actor, why: str = "") -> None:
    """The same for a locked row; Onsite gives a reason. The uploader hears of it where somebody else did it."""
    upload.cancel(clock.now(), why)
    upload.save()
    made = upload.rows.filter(result=RowResult.MADE).count()
    entry = batches.record("upload.cancelled", upload, actor=actor, drafts=made, why=why)
    tell(entry, upload, drafts=made, why=why)


def tell(entry: Entry, upload: Upload, **context: object) -> None:
    """Bell and mail to the uploader (domain.md 7.2)."""
    url = reverse("assignments:upload", args=[upload.pk])
    batches.tell(entry, [upload.uploader], url=url, context=context)


def _opened(pk: int, actor: User) -> Upload:
    """The upload, locked, for somebody who may steer it. Raises Upload.DoesNotExist for a foreign one, NotAllowed."""
    member = creator(actor)
    rows = Upload.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "client", "uploader", "template"
    )
    upload = rows.get(pk=pk, client=member.client)
    if not policies.steers(member, upload.uploader_id):
        raise NotAllowed("Only the person who uploaded this file, a manager or an administrator can do this.")
    return upload
