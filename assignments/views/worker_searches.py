"""Saved searches of Find Work: list, save, change, delete. Running one is a link to the list."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from assignments.actions import searches
from assignments.forms.finding import FindForm, SavedSearchForm
from assignments.models import MailRhythm, SavedSearch
from assignments.views.base import refused
from assignments.views.worker_base import WorkerView
from common.errors import Invalid

CHOICES = [(rhythm.value, str(rhythm.label)) for rhythm in MailRhythm]


@dataclass(frozen=True, slots=True)
class Line:
    """One saved search in words. `is_broken`: a filter of it no longer works, so it sends no mail."""

    search: SavedSearch
    filters: str
    is_broken: bool


class Searches(WorkerView):
    def get(self, request: HttpRequest) -> HttpResponse:
        rows = SavedSearch.objects.filter(worker=self.worker).order_by("name", "id")
        lines = []
        for row in rows:
            form = FindForm(QueryDict(row.query), worker=self.worker)
            words = ", ".join(one.words for one in form.active)
            lines.append(Line(row, words or "All work in your radius", bool(form.errors)))
        context = {"lines": lines, "zone": self.user.time_zone}
        return render(request, "assignments/worker/searches.html", context)


class SaveSearch(WorkerView):
    """The search comes in the address and is read by its own form; what that form does not know is dropped."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = SavedSearchForm(choices=CHOICES, initial={"mail": MailRhythm.DAILY, "name": self._suggested()})
        return self._page(request, form)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SavedSearchForm(request.POST, choices=CHOICES)
        if form.is_valid() and self._done(form):
            messages.success(request, f"Saved as “{form.cleaned_data['name']}”.")
            return redirect("assignments:searches")
        return self._page(request, form, status=422)

    def _done(self, form: SavedSearchForm) -> bool:
        try:
            searches.save(
                self.worker, form.cleaned_data["name"], self._found.query, form.cleaned_data["mail"]
            )
        except Invalid as error:
            refused(form, error)
            return False
        return True

    @property
    def _found(self) -> FindForm:
        return FindForm(self.request.GET, worker=self.worker)

    def _suggested(self) -> str:
        return ", ".join(one.words for one in self._found.active)[:60]

    def _page(self, request: HttpRequest, form: SavedSearchForm, status: int = 200) -> HttpResponse:
        found = self._found
        context: dict[str, Any] = {
            "form": form,
            "filters": [one.words for one in found.active],
            "zone": self.user.time_zone,
            "query": found.query,
        }
        return render(request, "assignments/worker/search.html", context, status=status)


class EditSearch(WorkerView):
    """Rename, choose another rhythm, or delete."""

    def get(self, request: HttpRequest, search_id: int) -> HttpResponse:
        row = self._row(search_id)
        return self._page(
            request, row, SavedSearchForm(choices=CHOICES, initial={"name": row.name, "mail": row.mail})
        )

    def post(self, request: HttpRequest, search_id: int) -> HttpResponse:
        row = self._row(search_id)
        if "delete" in request.POST:
            searches.delete(self.worker, row.pk)
            messages.success(request, f"“{row.name}” is deleted.")
            return redirect("assignments:searches")
        form = SavedSearchForm(request.POST, choices=CHOICES)
        if form.is_valid():
            try:
                searches.change(self.worker, row.pk, form.cleaned_data["name"], form.cleaned_data["mail"])
            except Invalid as error:
                refused(form, error)
            else:
                messages.success(request, "Saved.")
                return redirect("assignments:searches")
        return self._page(request, row, form, status=422)

    def _row(self, pk: int) -> SavedSearch:
        row = SavedSearch.objects.filter(worker=self.worker, pk=pk).first()
        if row is None:
            raise Http404
        return row

    def _page(
        self, request: HttpRequest, row: SavedSearch, form: SavedSearchForm, status: int = 200
    ) -> HttpResponse:
        found = FindForm(QueryDict(row.query), worker=self.worker)
        context = {
            "form": form,
            "saved": row,
            "filters": [one.words for one in found.active],
            "zone": self.user.time_zone,
            "query": row.query,
        }
        return render(request, "assignments/worker/search.html", context, status=status)
