"""A CSV upload, page by page: the file, its columns, a look at the rows, the making of the drafts (domain.md 3.3)."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from accounts.models import User
from assignments import policies
from assignments.actions import upload_facts, uploads
from assignments.actions.drafting import creator
from assignments.actions.uploads import Wish
from assignments.forms.uploads import ColumnsForm, UploadForm
from assignments.models import Assignment, Upload, UploadMapping, UploadRow
from assignments.presenting import price_words, schedule_words
from assignments.states import RowResult, UploadState
from assignments.uploading.columns import BY_KEY, FIELDS
from assignments.uploading.reading import LARGEST_BYTES, MOST_ROWS, SEPARATORS
from assignments.uploading.rules import Facts, judge
from assignments.views.base import refused, user_of
from assignments.views.client_base import ClientPage
from clients.models import Client
from common import tables
from common.errors import AlreadyDone, Invalid

SHOWN = 20
"""Rows of the preview, and as many more of those with problems."""
SAMPLES = 3
LISTED = 20
EXAMPLE: tuple[tuple[str, str, str], ...] = (
    ("title", "Replace the till printer", "Install an access point"),
    ("external_id", "WO-1001", "WO-1002"),
    (
        "description",
        "Swap the printer at till 4 and test a receipt.",
        "Mount, cable and label one access point.",
    ),
    ("industry", "Point of sale", "Networking and cabling"),
    ("site_name", "Store 12", "Store 31"),
    ("street", "12 State Street", "4 Canal Road"),
    ("city", "Albany", "Columbus"),
    ("region", "NY", "OH"),
    ("postcode", "12207", "43215"),
    ("start", "2027-03-02 09:00", "3/4/2027 1:30 PM"),
    ("duration", "2", "2:30"),
    ("pricing_type", "Flat", "Per hour"),
    ("price", "120.00", "55.00"),
    ("hours", "", "3"),
    ("skills", "point of sale", "cabling, Wi-Fi"),
    ("deliverables", "2", "3"),
)


class UploadPage(ClientPage):
    """For those who may create. `find` gives an upload of the own company."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            creator(user_of(request))
        return super().dispatch(request, *args, **kwargs)

    def find(self, pk: int) -> Upload:
        """Raises Http404 for a missing one, as for one of another company."""
        rows = Upload.objects.select_related("uploader", "template", "client")
        found = rows.filter(pk=pk, client=self.member.client).first()
        if found is None:
            raise Http404
        return found

    def may(self, upload: Upload) -> bool:
        return policies.steers(self.member, upload.uploader_id)


class Uploads(UploadPage):
    """Choose a file; below, the company's uploads so far."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, UploadForm(client=self.member.client))

    def page(self, request: HttpRequest, form: UploadForm, status: int = 200) -> HttpResponse:
        client = self.member.client
        context = {
            "form": form,
            "uploads": list(Upload.objects.filter(client=client).select_related("uploader")[:LISTED]),
            "mappings": list(UploadMapping.objects.filter(client=client)),
            "most_rows": MOST_ROWS,
            "tz": client.time_zone,
        }
        return render(request, "assignments/client/uploads.html", context, status=status)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = UploadForm(request.POST, request.FILES, client=self.member.client)
        if form.is_valid():
            try:
                upload = receive(form, user_of(request))
            except Invalid as error:
                refused(form, error)
            else:
                return redirect("assignments:upload_columns", pk=upload.pk)
        return self.page(request, form, status=422)


def receive(form: UploadForm, actor: User) -> Upload:
    """Hand the file over; only after is_valid()."""
    got = form.cleaned_data
    wish = Wish(
        got["label"],
        got["template"].pk if got.get("template") else None,
        got["mapping"].pk if got.get("mapping") else None,
    )
    return uploads.receive(got["file"].read(LARGEST_BYTES + 1), got["file"].name or "", wish, actor=actor)


class UploadColumns(UploadPage):
    """Which column fills which field."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        upload = self.find(pk)
        if upload.state not in (UploadState.UPLOADED, UploadState.MAPPED):
            return redirect("assignments:upload", pk=pk)
        return self.page(request, upload, ColumnsForm(upload=upload))

    def page(
        self, request: HttpRequest, upload: Upload, form: ColumnsForm, status: int = 200
    ) -> HttpResponse:
        samples = [row.cells for row in upload.rows.order_by("number")[:SAMPLES]]
        lines = [
            {
                "field": form[f"column-{i}"],
                "header": header,
                "samples": [cells[i] for cells in samples if cells[i]],
            }
            for i, header in enumerate(upload.headers)
        ]
        context = {
            "upload": upload,
            "form": form,
            "lines": lines,
            "read_as": read_as(upload),
            "hints": [one for one in FIELDS if one.hint],
            "may": self.may(upload),
        }
        return render(request, "assignments/client/upload_columns.html", context, status=status)

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        upload = self.find(pk)
        form = ColumnsForm(request.POST, upload=upload)
        if form.is_valid():
            try:
                uploads.match(
                    pk, form.columns(), actor=user_of(request), save_as=form.cleaned_data["save_as"]
                )
            except Invalid as error:
                refused(form, error)
            else:
                return redirect("assignments:upload", pk=pk)
        return self.page(request, upload, form, status=422)


def read_as(upload: Upload) -> str:
    """ "Read as UTF-8, separated by commas"."""
    return f"Read as {upload.encoding}, separated by {SEPARATORS[upload.separator]}"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the preview with what is wrong with it."""

    label: str
    text: str
    sentences: list[str]


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of the preview: its cells, what is wrong with the row as a whole, and the draft in words."""

    number: int
    cells: list[Cell]
    sentences: list[str]
    words: list[str]

    @property
    def is_bad(self) -> bool:
        return not self.words


class UploadOne(UploadPage):
    """The upload as it stands: a look at its rows, then its progress, then what came of it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        upload = self.find(pk)
        if upload.state == UploadState.UPLOADED:
            return redirect("assignments:upload_columns", pk=pk)
        context = {
            "upload": upload,
            "read_as": read_as(upload),
            "may": self.may(upload),
            "tz": self.member.client.time_zone,
        }
        if upload.state == UploadState.MAPPED:
            context |= self.preview(upload)
        return render(request, "assignments/client/upload.html", context)

    def preview(self, upload: Upload) -> dict[str, Any]:
        facts = upload_facts.load(upload)
        keys = sorted(upload.columns, key=lambda key: int(upload.columns[key]))
        first = list(upload.rows.order_by("number")[:SHOWN])
        last = first[-1].number if first else 0
        bad = list(upload.rows.filter(result=RowResult.BAD, number__gt=last).order_by("number")[:SHOWN])
        same = Upload.objects.filter(
            client=upload.client, sha256=upload.sha256, state__in=[UploadState.RUNNING, UploadState.DONE]
        )
        return {
            "first": [shown(row, upload, keys, facts) for row in first],
            "more_bad": [shown(row, upload, keys, facts) for row in bad],
            "labels": [BY_KEY[key].label for key in keys],
            "before": same.exclude(pk=upload.pk).first(),
        }


def shown(row: UploadRow, upload: Upload, keys: list[str], facts: Facts) -> Shown:
    """One row in words, by the judgement that was kept."""
    said: dict[str, list[str]] = {}
    for field, sentence in row.problems:
        said.setdefault(field if field in upload.columns else "", []).append(sentence)
    cells = [Cell(BY_KEY[key].label, row.cells[upload.columns[key]], said.get(key, [])) for key in keys]
    words = [] if row.problems else draft_words(row, upload, facts)
    return Shown(row.number, cells, said.get("", []), words)


def draft_words(row: UploadRow, upload: Upload, facts: Facts) -> list[str]:
    """How the draft will read: when, where, for how much, whose."""
    content = judge(row.number, row.cells, row.surplus, upload.columns, facts).content
    if content is None:
        return ["Its facts changed since: match the columns again."]
    return described(Assignment(**base_columns(upload.client), **dict(content.columns)))


def base_columns(client: Client) -> dict[str, Any]:
    """What every draft of the company starts with, unless its content says otherwise."""
    return {"currency": client.currency, "client": client}


def described(draft: Assignment) -> list[str]:
    price = price_words(draft.terms) if draft.price_minor else "No price yet"
    return [
        draft.title,
        schedule_words(draft),
        draft.site_name or "No place yet",
        price,
        f"Owner {draft.owner}",
    ]


class StartUpload(UploadPage):
    """The button of the preview."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        self.find(pk)
        try:
            uploads.start(pk, actor=user_of(request))
        except AlreadyDone as error:
            messages.info(request, error.sentence)
        return redirect("assignments:upload", pk=pk)


class CancelUpload(UploadPage):
    """Stop it, at any step before the end."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        self.find(pk)
        try:
            uploads.cancel(pk, actor=user_of(request))
        except AlreadyDone as error:
            messages.info(request, error.sentence)
        return redirect("assignments:upload", pk=pk)


class BadRows(UploadPage):
    """The rows that became no draft, with why, as a CSV that can be mended and uploaded again."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        upload = self.find(pk)
        rows = upload.rows.filter(result=RowResult.BAD).order_by("number").iterator(chunk_size=500)
        table = ([*(row.cells or [""] * len(upload.headers)), row.number, told(row, upload)] for row in rows)
        header = [*upload.headers, "Row in the file", "What to change"]
        return tables.download(request, "csv", f"rows-to-mend-{upload.pk}", header, table)


def told(row: UploadRow, upload: Upload) -> str:
    """Every problem with the field it is about."""
    return " ".join(
        f"{BY_KEY[field].label}: {sentence}" if field in BY_KEY else sentence
        for field, sentence in row.problems
    )


class ExampleFile(UploadPage):
    """A small file to begin with."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        header = [BY_KEY[key].label for key, *_ in EXAMPLE]
        rows = [[line[i] for line in EXAMPLE] for i in (1, 2)]
        return tables.download(request, "csv", "assignments-example", header, rows)


class DeleteMapping(UploadPage):
    """Forget a saved matching."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        uploads.delete_mapping(pk, actor=user_of(request))
        messages.success(request, "The matching is deleted.")
        return redirect("assignments:uploads")
