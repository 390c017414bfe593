"""What a Team Agent does for an employee: verbs before assignment with `?for=ID`, and the list of the people's work."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, Final

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from assignments.models import Application, Assignment
from assignments.presenting import schedule_words
from assignments.queries import Seen
from assignments.standing import standing
from assignments.states import ApplicationState, State
from assignments.views.base import VerbPage, load, user_of
from assignments.views.worker_base import WorkerView
from assignments.visibility import open_to_agent, open_to_worker, sight
from common import keyset, tables
from workers.models import Worker
from workers.vendors import employees

SIZE: Final = 30
BOOKED: Final = (State.ASSIGNED, State.IN_PROGRESS, State.ON_HOLD, State.PENDING_APPROVAL)


class ActingPage(VerbPage):
    """A verb that a Team Agent may do for an employee: with `?for=ID` all is read and judged as it is for that one."""

    def see(self, request: HttpRequest, pk: int) -> Seen:
        view = load(request, pk)
        wanted = request.GET.get("for", "")
        if not wanted:
            return view
        if not (wanted.isascii() and wanted.isdigit() and len(wanted) <= 18):
            raise Http404
        found = standing(user_of(request), view.row, int(wanted))
        if found.worker is None:
            raise Http404
        return replace(view, standing=found, sight=sight(found, view.row))

    @property
    def acting_for(self) -> int | None:
        """The employee's id; None for somebody who acts for oneself."""
        found = self.view.standing
        return found.worker.pk if found.agent and found.worker else None

    @cached_property
    def team(self) -> list[Worker]:
        """For whom the viewer may act here, by name; nobody for most."""
        found = self.view.standing
        me = found.agent or found.worker
        return list(employees(me.pk).select_related("user").order_by("user__name", "pk")) if me else []

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "team": self.team,
            "acting_for": self.view.standing.worker if self.acting_for else None,
        }


COLUMNS: Final = {
    "work": ("Number", "Title", "Client", "Person", "When", "Stage"),
    "applied": ("Number", "Title", "Client", "Person", "Asked", "Currency"),
}


class TeamWork(WorkerView):
    """What a Team Agent's people applied for, and what is assigned to them."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        ids = list(employees(self.worker.pk).values_list("pk", flat=True))
        if not ids:
            raise Http404
        current = "applied" if request.GET.get("list") == "applied" else "work"
        if kind := tables.asked(request):
            lines = self._applied_table(ids) if current == "applied" else self._work_table()
            return tables.download(request, kind, f"team-{current}", COLUMNS[current], lines)
        if current == "applied":
            offers = keyset.page(self._offers(ids), "applied_at", request.GET, size=SIZE, descending=True)
            parts: dict[str, Any] = {"rows": offers.items, "page": keyset.pager(offers, request.GET)}
        else:
            work = keyset.page(self._work(), "start_at", request.GET, size=SIZE)
            rows = [(row, schedule_words(row)) for row in work.items]
            parts = {"rows": rows, "page": keyset.pager(work, request.GET)}
        context = {"current": current, "exports": tables.links(request), **parts}
        return render(request, "assignments/worker/team_work.html", context)

    def _work(self) -> "QuerySet[Assignment]":
        """Booked and running work first to come; what waits for money or is paid is in each one's own lists."""
        rows = Assignment.objects.filter(open_to_agent(self.worker.pk), state__in=BOOKED)
        return rows.select_related("client", "worker__user")

    def _work_table(self) -> Iterator[Sequence[object]]:
        for row in keyset.ordered(self._work(), "start_at")[: tables.MOST + 1]:
            stage = str(State(row.state).label)
            yield (row.number, row.title, row.client.name, str(row.worker), schedule_words(row), stage)

    def _applied_table(self, ids: list[int]) -> Iterator[Sequence[object]]:
        for one in keyset.ordered(self._offers(ids), "applied_at", descending=True)[: tables.MOST + 1]:
            row, asks = one.assignment, one.asks
            yield (row.number, row.title, row.client.name, str(one.worker), asks.decimal(), asks.currency)

    def _offers(self, ids: list[int]) -> "QuerySet[Application]":
        """Offers that wait, on work that the agent may see too."""
        return Application.objects.filter(
            worker__in=ids,
            state=ApplicationState.PENDING,
            assignment__in=Assignment.objects.filter(open_to_worker(self.worker.pk), state=State.SENT),
        ).select_related("assignment__client", "worker__user")
