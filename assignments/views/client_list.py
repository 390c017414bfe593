"""The client's list of assignments: filters, sorting and pages in the URL, and the same as a file (ux.md 6.3)."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString

from accounts.models import User
from assignments import bulk, labels, listing
from assignments.filters import AssignmentFilter, number_in
from assignments.listing import Order
from assignments.models import Assignment
from assignments.presenting import schedule_words
from assignments.queries import with_facts
from assignments.views import client_export
from assignments.views.client_base import ClientPage
from common import clock, keyset, lines, tables
from common.templatetags.onsite import labels_cell, stage

HEADS = (("number", "Number"), ("title", "Title"), ("start", "Start"), ("changed", "Changed"))


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
    total: str

    @property
    def cells(self) -> dict[str, object]:
        """What templates/assignments/client/_row.html asks for."""
        return {
            "pk": self.pk,
            "url": f"/assignments/{self.pk}/",
            "number": self.number,
            "title": self.title,
            "labels": labels_cell(self.labels),
            "stage": stage(self.state, "client"),
            "worker": self.worker or "–",
            "site": self.site or "–",
            "start": self.start,
            "total": self.total,
        }


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort link: `aria` is the direction in force, "" for other columns."""

    text: str
    url: str
    aria: str


class List(ClientPage):
    """GET only; an exact A-number in the search box leads to its page."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        number = number_in(request.GET.get("q", ""))
        mine = Assignment.objects.filter(client=self.member.client)
        if number is not None and mine.filter(pk=number).exists():
            return redirect("assignments:page", pk=number)
        found = AssignmentFilter(request.GET, mine, member=self.member)
        by = listing.order(request.GET.get("sort", ""))
        now = clock.now()
        if kind := tables.asked(request):
            all_rows = with_facts(by.applied(found.qs), now, "client")
            return tables.download(
                request, kind, "assignments", client_export.HEADER, client_export.lines(all_rows)
            )
        part = listing.page(shown(found.qs), by, request.GET)
        labels.put_on(part.items, now, "client")
        count = len(part.items) if part.is_whole else keyset.counted(found.qs)
        rows, may_act = [ready(row) for row in part.items], bulk.may_act(self.member)
        context = {
            "filter": found,
            "form": found.form,
            "rows": rows,
            "lines": drawn(rows, may_act=may_act),
            "sorts": {key: _sort(request, key, text, by) for key, text in HEADS},
            "page": keyset.pager(part, request.GET, keyset.count_words(count, "assignment", "assignments")),
            "exports": tables.links(request),
            "is_empty": not part.items and not found.is_active,
            "upload": found.upload_row,
            "sort": by.name,
            "client": self.member.client,
            "may_act": may_act,
            "views": found.picks.views,
            "query": found.query,
            "is_saved": any(view.query == found.query for view in found.picks.views),
        }
        return render(request, "assignments/client/list.html", context)


SHOWN = (
    "title", "state", "is_virtual", "city", "region", "schedule_kind", "start_at", "window_end_at", "time_zone",
    "pricing_type", "currency", "price_minor", "max_minutes", "max_units", "extra_price_minor", "extra_max_minutes",
    "expenses_minor", "bonus_minor", "fee_bps", "updated_at", "checkin_required", "first_check_in_at", "late_from_at",
    "files_late_from_at", "confirmed_at", "confirm_due_at", "disputed_at", "paid_at", "past_due_at", "sent_back_at",
)  # fmt: skip
"""What a line, its labels and the orders need; an assignment has three times as many columns."""


def shown(rows: "QuerySet[Assignment]") -> "QuerySet[Assignment]":
    """The rows with what `ready` and the labels read of them."""
    return rows.only(*SHOWN).annotate(worker_name=User.shown_as("worker__user"))


def ready(row: Assignment) -> Row:
    """The words of one line."""
    return Row(
        pk=row.pk,
        number=row.number,
        title=row.title,
        state=row.state,
        labels=labels.carried(row),
        worker=row.worker_name or "",  # type: ignore[attr-defined]
        site=row.site_name,
        start=schedule_words(row),
        total=str(row.cost_most.total),
    )


def drawn(rows: list[Row], *, may_act: bool) -> SafeString:
    """The lines as they stand in the table. `may_act`: each can be chosen for a bulk action."""
    return lines.drawn("assignments/client/_row.html", (row.cells for row in rows), may_act=may_act)


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
