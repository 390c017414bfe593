"""The client's list of assignments: filters, sorting and pages in the URL, and the same as CSV (ux.md 6.3)."""

import csv
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from assignments import labels, listing
from assignments.filters import AssignmentFilter, number_in
from assignments.listing import Order
from assignments.models import Assignment
from assignments.presenting import schedule_words
from assignments.queries import with_facts
from assignments.views.client_base import ClientPage
from common import clock
from common.templatetags.onsite import stage_word
from common.when import zone

EXPORTED = 5_000
"""Rows of one export."""
HEADS = (("number", "Number"), ("title", "Title"), ("start", "Start"), ("changed", "Changed"))
CSV_HEADS = (
    "Number",
    "Title",
    "Stage",
    "Labels",
    "Start",
    "Time zone",
    "Site",
    "Worker",
    "Owner",
    "Customer",
    "Project",
    "Your number",
    "Currency",
    "Worker pay at most",
    "You pay at most",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list as ready words (decisions.md D27)."""

    pk: int
    number: str
    title: str
    state: str
    labels: list[labels.Label]
    worker: str
    site: str
    start: str
    pay: str
    total: str


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort link: `aria` is the direction in force, "" for other columns."""

    text: str
    url: str
    aria: str


class List(ClientPage):
    """GET only; an exact A-number in the search box leads to its page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        number = number_in(request.GET.get("q", ""))
        mine = Assignment.objects.filter(client=self.member.client)
        if number is not None and mine.filter(pk=number).exists():
            return redirect("assignments:page", pk=number)
        found = AssignmentFilter(request.GET, mine, member=self.member)
        by = listing.order(request.GET.get("sort", ""))
        now = clock.now()
        if request.GET.get("format") == "csv":
            return export(with_facts(by.applied(found.qs), now, "client"))
        page = listing.page(with_facts(_beside(found.qs), now, "client"), by, request.GET.get("page", ""))
        is_whole = not (page.before or page.after)
        count = len(page.rows) if is_whole else listing.counted(found.qs)
        context = {
            "filter": found,
            "form": found.form,
            "rows": [ready(row) for row in page.rows],
            "sorts": {key: _sort(request, key, text, by) for key, text in HEADS},
            "page": _pager(request, page, count),
            "csv_url": _with(request, page="", format="csv"),
            "is_empty": not page.rows and not found.is_active,
            "sort": by.name,
        }
        return render(request, "assignments/client/list.html", context)


def _beside(rows: "QuerySet[Assignment]") -> "QuerySet[Assignment]":
    return rows.select_related("owner", "worker__user")


def ready(row: Assignment) -> Row:
    """The words of one line."""
    return Row(
        pk=row.pk,
        number=row.number,
        title=row.title,
        state=row.state,
        labels=labels.carried(row),
        worker=str(row.worker) if row.worker else "",
        site=row.site_name,
        start=schedule_words(row),
        pay=str(row.worker_most),
        total=str(row.cost_most.total),
    )


def _with(request: HttpRequest, **changes: str) -> str:
    """The present address with some parameters changed; an empty one is left out."""
    kept = {key: str(value) for key, value in request.GET.dict().items() if value and key != "format"}
    kept.update(changes)
    return "?" + urlencode({key: value for key, value in kept.items() if value})


def _sort(request: HttpRequest, key: str, text: str, by: Order) -> Sort:
    is_here = by.key == key
    turned = key if is_here and by.is_descending else f"-{key}"
    first = turned if is_here else (f"-{key}" if key in ("number", "changed") else key)
    aria = ("descending" if by.is_descending else "ascending") if is_here else ""
    return Sort(text, _with(request, sort=first, page=""), aria)


def _pager(request: HttpRequest, page: listing.Page, count: int) -> dict[str, str]:
    words = (
        f"More than {listing.COUNTED:,} assignments" if count > listing.COUNTED else f"{count:,} assignments"
    )
    return {
        "summary": "1 assignment" if count == 1 else words,
        "prev_url": _with(request, page=page.before) if page.before else "",
        "next_url": _with(request, page=page.after) if page.after else "",
    }


def export(rows: "QuerySet[Assignment]") -> HttpResponse:
    """What is shown, as CSV; no cell can start a formula in a spreadsheet."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="assignments.csv"'
    response["Cache-Control"] = "private, no-store"
    out = csv.writer(response)
    out.writerow(CSV_HEADS)
    for row in rows.select_related("owner", "worker__user", "customer", "project")[:EXPORTED]:
        out.writerow([safe(cell) for cell in _cells(row)])
    return response


def _cells(row: Assignment) -> list[Any]:
    return [
        row.number,
        row.title,
        stage_word(row.state, "client").text,
        ", ".join(label.text for label in labels.carried(row)),
        _iso(row.start_at, row.time_zone),
        row.time_zone,
        row.site_name,
        row.worker or "",
        row.owner,
        row.customer or "",
        row.project or "",
        row.external_id,
        row.currency,
        row.worker_most.decimal(),
        row.cost_most.total.decimal(),
    ]


def _iso(moment: datetime | None, tz_name: str) -> str:
    return moment.astimezone(zone(tz_name)).isoformat(timespec="minutes") if moment else ""


def safe(cell: Any) -> str:
    """The cell's text; a quote stands before what a spreadsheet would take for a formula."""
    text = str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
