"""Find Work: the open assignments that a worker may apply for (S02; ux 6.6). Nothing private reaches the page."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.models import User
from accounts.requests import local_next
from assignments.actions import marks
from assignments.finding.asked import BEST, Origin
from assignments.finding.chart import Chart, Spot, chart
from assignments.finding.conditions import Matches
from assignments.finding.filled import filled_note
from assignments.finding.kept import COLUMNS, KeptPage, kept, kept_table
from assignments.finding.offers import Card, cards
from assignments.finding.pages import COUNTED, page
from assignments.finding.wider import wider
from assignments.forms.finding import FindForm
from assignments.matching import VERSION
from assignments.models import Assignment, MarkKind
from assignments.views.worker_base import WorkerView
from common import keyset, tables
from workers.models import Worker
from workers.queries import skilled

LIST_ONLY = "list"
MARKS = {
    "save": (marks.mark, MarkKind.SAVED, "Saved. It stands under Saved now."),
    "unsave": (marks.unmark, MarkKind.SAVED, "No longer saved."),
    "hide": (marks.mark, MarkKind.HIDDEN, "Hidden. You find it under Hidden, where you can show it again."),
    "unhide": (marks.unmark, MarkKind.HIDDEN, "Shown again in Find Work."),
}


class FindWork(WorkerView):
    def find(self, user: User) -> Worker | None:
        return skilled(user)

    def get(self, request: HttpRequest) -> HttpResponse:
        form = FindForm(request.GET, worker=self.worker)
        search = form.search()
        found = Matches(self.worker, search, self.now, self.user.time_zone)
        ids = page(found, request.GET)
        is_ranked = search.sort == BEST
        listed = cards(self.worker, ids.ids, search.origin, self.now, is_ranked=is_ranked)
        with_map = request.GET.get("view") != LIST_ONLY
        context = {
            "form": form,
            "search": search,
            "worker": self.worker,
            "own_skills": self.worker.skills.all(),
            "cards": listed,
            "page": keyset.pager(ids, request.GET, ids.summary),
            "chart": drawn(listed, search.origin) if with_map and listed else None,
            "with_map": with_map,
            "ranked": {"most": COUNTED, "version": VERSION} if is_ranked else None,
            "view_urls": _views(request),
            "save_url": f"{reverse('assignments:save_search')}?{form.query}" if not form.errors else "",
            "here": request.get_full_path(),
            "has_errors": bool(form.errors),
            **({} if listed else self._empty(form, found, request)),
        }
        return render(request, "assignments/worker/find.html", context)

    def _empty(self, form: FindForm, found: Matches, request: HttpRequest) -> dict[str, Any]:
        """For an empty list: how many there are a little further away, with the address that shows them."""
        further = None if form.errors else wider(found)
        if further is None:
            return {"clear_url": request.path if form.active else ""}
        kept_query = request.GET.copy()
        kept_query.pop(keyset.PARAMETER, None)
        kept_query["within"] = str(further.radius or "any")
        return {"wider": further, "wider_url": f"?{kept_query.urlencode()}"}


def drawn(listed: list[Card], origin: Origin | None) -> Chart | None:
    """The map of these cards, around the place that distances count from."""
    spots = [Spot(one.number_here, one.pk, one.title, one.town, one.lat, one.lon) for one in listed]
    return chart(spots, (origin.lat, origin.lon) if origin else None)


def _views(request: HttpRequest) -> dict[str, str]:
    """The same page with the map and without."""
    with_map, without = request.GET.copy(), request.GET.copy()
    with_map.pop("view", None)
    without["view"] = LIST_ONLY
    return {"map": f"?{with_map.urlencode()}", "list": f"?{without.urlencode()}"}


class Kept(WorkerView):
    """Saved or hidden work, newest mark first."""

    kind: MarkKind = MarkKind.SAVED
    template_name = "assignments/worker/find_kept.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if asked := tables.asked(request):
            rows = kept_table(self.worker, self.kind, self.now)
            return tables.download(request, asked, f"{self.kind}-work", COLUMNS, rows)
        found: KeptPage = kept(self.worker, self.kind, request.GET, self.now)
        context = {
            "kind": self.kind,
            "rows": found.rows,
            "page": keyset.pager(found.marks, request.GET),
            "exports": tables.links(request),
            "here": request.get_full_path(),
        }
        return render(request, self.template_name, context)


class Mark(WorkerView):
    """Save, hide, or take either back; then back to the list."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int, mark: str) -> HttpResponse:
        if mark not in MARKS:
            raise Http404
        act, kind, done = MARKS[mark]
        try:
            act(self.worker, pk, kind)
        except Assignment.DoesNotExist:
            raise Http404 from None
        messages.success(request, done)
        return redirect(local_next(request) or "assignments:find")


class Filled(WorkerView):
    """For a saved assignment that went to somebody else: when, and three like it. Else like a missing page (S14)."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        note = filled_note(self.worker, pk, self.now)
        if note is None:
            raise Http404
        return render(
            request,
            "assignments/worker/find_filled.html",
            {"note": note, "cards": note.similar, "here": request.get_full_path()},
        )
