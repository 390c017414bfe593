"""The worker's schedule: by day, week and month, as links; the address says which (ux.md 6.7)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from assignments import agenda, labels
from assignments.labels import Label
from assignments.models import Assignment
from assignments.presenting import schedule_words
from assignments.states import ScheduleKind
from assignments.views.worker_base import WorkerView
from common.localtime import local
from common.when import clock_time, weekday, zone, zone_word
from workers.models import TimeOff

LIST_DAYS = 14
VIEWS = (("day", "Days"), ("week", "Week"), ("month", "Month"))


@dataclass(frozen=True, slots=True)
class Stop:
    """One planned day as it is shown. `part`: "Day 2 of 3" of work on several days."""

    row: Assignment
    start: str
    end: str
    own: str
    place: str
    part: str
    labels: tuple[Label, ...]
    overlaps: tuple[Assignment, ...]
    is_off: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One date with its stops."""

    on: date
    title: str
    is_today: bool
    is_inside: bool
    stops: tuple[Stop, ...]
    off: TimeOff | None


class Schedule(WorkerView):
    """Days and times are those at the sites; the own ones are added where they differ."""

    def get(self, request: HttpRequest) -> HttpResponse:
        self.today = local(self.now, self.user.time_zone).date()
        asked = request.GET.get("view", "")
        view = asked if asked in dict(VIEWS) else "day"
        at = _day(request.GET.get("from", "")) or self.today
        first, last = _reach(view, at)
        shown_first, shown_last = _whole_weeks(first, last) if view == "month" else (first, last)
        days = [self._shown(one, first, last) for one in agenda.days(self.worker, shown_first, shown_last)]
        moved = "" if at == self.today else f"&from={at}"
        context = {
            "view": view,
            "views": [(key, text, f"?view={key}{moved}") for key, text in VIEWS],
            "days": days,
            "filled": [one for one in days if one.stops or one.off],
            "weeks": [days[n : n + 7] for n in range(0, len(days), 7)],
            "weekdays": [f"{date(2024, 1, 1) + timedelta(days=n):%A}" for n in range(7)],
            "first": weekday(first, today=self.today),
            "last": weekday(last, today=self.today),
            "title": f"{first:%B %Y}" if view == "month" else "",
            "is_now": first <= self.today <= last and (view != "day" or first == self.today),
            "zone": self.user.time_zone,
            "page": self._pager(view, first, last),
        }
        return render(request, "assignments/worker/schedule.html", context)

    def _pager(self, view: str, first: date, last: date) -> dict[str, str]:
        before = first - timedelta(days=LIST_DAYS if view == "day" else 1)
        words = {"day": f"{LIST_DAYS} days", "week": "Week", "month": f"{first:%B %Y}"}[view]
        return {
            "prev_url": f"?view={view}&from={before}",
            "next_url": f"?view={view}&from={last + timedelta(days=1)}",
            "summary": words,
        }

    def _shown(self, one: agenda.DayOf, first: date, last: date) -> Shown:
        stops = tuple(self._stop(entry) for entry in one.entries)
        title = weekday(one.on, today=self.today)
        return Shown(one.on, title, one.on == self.today, first <= one.on <= last, stops, one.off)

    def _stop(self, entry: agenda.Entry) -> Stop:
        row, span = entry.row, entry.span
        start, own = local(span.start_at, row.time_zone), local(span.start_at, self.user.time_zone)
        is_fixed = span.number > 1 or row.schedule_kind == ScheduleKind.FIXED
        there = span.start_at.astimezone(zone(row.time_zone))
        return Stop(
            row=row,
            start=f"{clock_time(there)} {zone_word(there)}" if is_fixed else schedule_words(row),
            end=clock_time(local(span.end_at, row.time_zone)) if is_fixed else "",
            own="" if own == start else f"{weekday(own.date())}, {clock_time(own)} for you",
            place=row.site_name,
            part=f"Day {span.number} of {span.of}" if span.of > 1 else "",
            labels=tuple(labels.carried(row)),
            overlaps=entry.overlaps,
            is_off=entry.is_off,
        )


def _reach(view: str, at: date) -> tuple[date, date]:
    """The first and the last date of what is shown."""
    if view == "week":
        monday = at - timedelta(days=at.weekday())
        return monday, monday + timedelta(days=6)
    if view == "month":
        return at.replace(day=1), at.replace(day=monthrange(at.year, at.month)[1])
    return at, at + timedelta(days=LIST_DAYS - 1)


def _whole_weeks(first: date, last: date) -> tuple[date, date]:
    """From the Monday before to the Sunday after."""
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None
