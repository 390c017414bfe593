"""The worker's home, lists and calendar (S42, D10; ux 6.7)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from assignments import labels, worklist
from assignments.labels import Label
from assignments.models import Application, Assignment
from assignments.next_action import Button, url
from assignments.presenting import schedule_note, schedule_words
from assignments.states import ON_SITE, State
from assignments.views.worker_base import WorkerView
from common import keyset, tables
from common.localtime import local
from common.money import Money
from common.templatetags.onsite import stage_word
from common.when import relative, weekday

SHOWN_NEEDS = 8


@dataclass(frozen=True, slots=True)
class Need:
    """One row of the queue, for components/_queue_row.html."""

    title: str
    number: str
    url: str
    sentence: str
    button_text: str
    button_url: str
    label_text: str = ""
    label_kind: str = ""
    label_icon: str = ""


class Home(WorkerView):
    """Where next, what waits, what comes."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = worklist.open_rows(self.worker, self.now)
        stop = next_stop(rows)
        needs = [self._need(row, step) for row, step in worklist.needs(self.worker, rows, self.now)]
        needs += [self._answer(question) for question in worklist.fresh_answers(self.worker, self.now)]
        site = worklist.site_of(stop) if stop else None
        step = worklist.step(self.worker, stop, self.now) if stop else None
        context = {
            "user": self.user,
            "worker": self.worker,
            "today": weekday(local(self.now, self.user.time_zone).date()),
            "stop": stop,
            "stop_when": schedule_words(stop) if stop else "",
            "stop_note": schedule_note(stop) if stop else "",
            "stop_step": step,
            "leads_to_visit": bool(stop and step and step.button and step.button.url == url(stop, "visit")),
            "site": site,
            "directions": way_to(site),
            "needs": needs[:SHOWN_NEEDS],
            "needs_count": len(needs),
            "is_new": not rows,
        }
        return render(request, "assignments/worker/home.html", context)

    def _need(self, row: Assignment, step: Any) -> Need:
        carried: list[Label] = labels.carried(row)
        shown = next((one for one in carried if one.kind in ("bad", "warn")), None)
        button = step.button or Button("Open", url(row))
        return Need(
            title=row.title,
            number=row.number,
            url=url(row),
            sentence=" · ".join(part for part in (step.heading, schedule_words(row), row.site_name) if part),
            button_text=button.label,
            button_url=button.url,
            label_text=shown.text if shown else "",
            label_kind=shown.kind if shown else "",
            label_icon=shown.icon if shown else "",
        )

    def _answer(self, question: Any) -> Need:
        row = question.assignment
        asked = f"Your question was answered {relative(question.answered_at, self.now)}"
        return Need(row.title, row.number, url(row), asked, "Read the answer", url(row, "questions"))


def next_stop(rows: list[Assignment]) -> Assignment | None:
    """Where the worker is or goes next: running work first, then the soonest start."""
    on_site = [row for row in rows if row.state in ON_SITE]
    running = [row for row in on_site if row.state == State.IN_PROGRESS]
    return next(iter(running or on_site), None)


def way_to(site: Any) -> str:
    """A link to the way there; empty without coordinates."""
    if site is None or site.lat is None or site.lon is None or not settings.MAP_DIRECTIONS_URL:
        return ""
    return str(settings.MAP_DIRECTIONS_URL).format(lat=site.lat, lon=site.lon)


@dataclass(frozen=True, slots=True)
class Item:
    """One row of My work; without `url` it is plain text: it does not open any more."""

    title: str
    number: str
    url: str = ""
    state: str = ""
    labels: tuple[Label, ...] = ()
    when: str = ""
    place: str = ""
    client: str = ""
    pay: Money | None = None
    sentence: str = ""
    accept_url: str = ""
    fault_url: str = ""


COLUMNS = ("Number", "Title", "Stage", "Labels", "When", "Site", "Client", "Pay", "Currency", "Next")


class MyWork(WorkerView):
    """The own work by stage, and the own history of work that was lost or left."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        counts = worklist.counts(self.worker, self.now)
        keys = [tab.key for tab in worklist.TABS]
        default = next((key for key in ("in_progress", "assigned", *keys) if counts.get(key)), "assigned")
        chosen = request.GET.get("stage", "")
        current = chosen if chosen in keys else default
        rows = worklist.rows_of(self.worker, current, self.now)
        soonest_first = current in ("assigned", "invited", "applied")
        if kind := tables.asked(request):
            name = f"my-work-{current.replace('_', '-')}"
            return tables.download(
                request, kind, name, COLUMNS, self._table(rows, current, not soonest_first)
            )
        part = keyset.page(
            rows,
            "start_at",
            request.GET,
            size=worklist.MANY,
            descending=not soonest_first,
        )
        offers = worklist.applications_for(self.worker, part.items) if current == "applied" else {}
        context = {
            "tabs": [(tab, worklist.number_words(counts.get(tab.key, 0))) for tab in worklist.TABS],
            "current": current,
            "current_text": next(tab.text for tab in worklist.TABS if tab.key == current),
            "items": [self._item(row, current, offers.get(row.pk)) for row in part.items],
            "page": keyset.pager(part, request.GET),
            "exports": tables.links(request),
        }
        return render(request, "assignments/worker/work.html", context)

    def _table(self, rows: Any, current: str, descending: bool) -> Iterator[Sequence[object]]:
        """The list as lines of a file: each row shows what its line on the page shows, and no more."""
        found = tables.read(keyset.ordered(rows, "start_at", descending=descending))
        while part := list(islice(found, tables.READ_AT_ONCE)):
            offers = worklist.applications_for(self.worker, part) if current == "applied" else {}
            for row in part:
                item = self._item(row, current, offers.get(row.pk))
                yield (
                    item.number,
                    item.title,
                    stage_word(item.state, "worker").text if item.state else "",
                    ", ".join(label.text for label in item.labels),
                    item.when,
                    item.place,
                    item.client,
                    item.pay.decimal() if item.pay else None,
                    item.pay.currency if item.pay else "",
                    item.sentence,
                )

    def _item(self, row: Any, current: str, offer: Application | None) -> Item:
        if current == "former":
            fault = row.left_fault_id
            fault_url = reverse("assignments:fault", args=[fault]) if fault else ""
            return Item(row.title, row.number, sentence=worklist.ended_words(row), fault_url=fault_url)
        if current == "standby":
            return self._standby_item(row)
        if not worklist.opens(self.worker, row):
            return Item(row.title, row.number, "", state=row.state)
        step = worklist.step(self.worker, row, self.now, offer)
        return Item(
            title=row.title,
            number=row.number,
            url=url(row),
            state=row.state,
            labels=tuple(labels.carried(row)),
            when=schedule_words(row),
            place=row.site_name,
            client=row.client.name,
            pay=offer.asks
            if offer
            else Money(row.pay_minor, row.currency)
            if row.pay_minor
            else row.worker_most,
            sentence=step.heading,
            accept_url=step.button.url if step.button and step.button.label == "Accept" else "",
        )

    def _standby_item(self, row: Any) -> Item:
        step = worklist.standby_step(self.worker, row, self.now)
        return Item(
            title=row.title,
            number=row.number,
            url=url(row),
            state=row.state,
            when=schedule_words(row),
            place=row.site_name,
            client=row.client.name,
            pay=row.worker_most,
            sentence=step.heading,
        )
