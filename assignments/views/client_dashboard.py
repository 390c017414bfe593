"""The client's home: counts by stage, what needs attention, money, and the week on site (ux.md 6.2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from assignments import labels, overview
from assignments.models import Assignment
from assignments.next_action import Button, Next
from assignments.overview import Figures, Need
from assignments.presenting import schedule_words
from assignments.standing import Standing
from assignments.states import State
from assignments.views.base import user_of
from assignments.views.client_base import ClientPage
from common import clock, keyset
from common.templatetags.onsite import stage_word
from common.when import relative, zone

QUIET = frozenset({"confirmed"})
"""Labels that say that all is well: not worth a place in the queue."""
BAR_TOP, BAR_FOOT, BAR_STEP = 18, 104, 43


@dataclass(frozen=True, slots=True)
class Count:
    """One stage with its number, as a link to the list."""

    text: str
    css: str
    url: str
    number: int
    note: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the queue, ready to draw."""

    title: str
    number: str
    url: str
    sentence: str
    button_url: str
    button_text: str
    label_kind: str = ""
    label_text: str = ""
    label_icon: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One assignment on the board."""

    line: Line
    when: str
    labels: list[labels.Label]
    menu: list[Button]


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of the chart: two bars and the day's name, in the drawing's units."""

    x: int
    pale_y: int
    pale_height: int
    strong_y: int
    strong_height: int
    name: str
    scheduled: int
    checked_in: int

    @property
    def second_x(self) -> int:
        return self.x + 17

    @property
    def middle(self) -> int:
        return self.x + 16


class Dashboard(ClientPage):
    """List of what needs somebody, or the board of cards by `?view=board`."""

    def get(self, request: HttpRequest) -> HttpResponse:
        now, user = clock.now(), user_of(request)
        client = self.member.client
        found = overview.figures(client, now)
        is_board = request.GET.get("view") == "board"
        local = now.astimezone(zone(user.time_zone))
        context: dict[str, Any] = {
            "greeting": f"Good {_part_of_day(local.hour)}, {user.short_name}",
            "today": f"{local:%A}, {local:%B} {local.day}",
            "client": client,
            "handles_money": Standing("client", member=self.member).handles_money,
            "counts": counts(found, now),
            "is_board": is_board,
            "is_new": found.is_new,
            "open_count": sum(found.counts.values()),
            "is_calm": not found.troubled,
            "bars": bars(overview.week(client, now, user.time_zone)),
        }
        if is_board:
            chosen = request.GET.get("stage", "")
            context["columns"] = self._columns(now, found)
            context["chosen"] = chosen if chosen in found.counts else State.SENT.value
        elif not found.is_new:
            needs = overview.needs(self.member, now)
            context["needs"] = needs
            context["lines"] = [line(need, now) for need in needs.first]
        return render(request, "assignments/client/dashboard.html", context)

    def _columns(self, now: datetime, found: Figures) -> list[dict[str, Any]]:
        columns: list[dict[str, Any]] = []
        for state, rows in overview.board(self.member.client, now).items():
            word = stage_word(state, "client")
            columns.append({"state": state, "text": word.text, "css": word.css, "count": found.counts[state]})
            columns[-1]["rows"] = rows
        needs = {need.row.pk: need for need in self._steps(columns, now)}
        for column in columns:
            column["cards"] = [card(row, needs.get(row.pk), now) for row in column.pop("rows")]
            column["more"] = max(0, column["count"] - len(column["cards"]))
        return columns

    def _steps(self, columns: list[dict[str, Any]], now: datetime) -> list[Need]:
        return overview.steps(self.member, [row for column in columns for row in column["rows"]], now)


def counts(found: Figures, now: datetime) -> list[Count]:
    """The seven stages, each with the one fact that matters there."""
    waited = (
        relative(found.oldest_submitted_at, now).removesuffix(" ago") if found.oldest_submitted_at else ""
    )
    notes = {
        State.SENT: keyset.count_words(found.pending, "application", "applications") if found.pending else "",
        State.ASSIGNED: _some(found.late_assigned, "Late")
        or _some(found.not_confirmed, "Worker Not Confirmed"),
        State.IN_PROGRESS: _some(found.late_in_progress, "Late")
        or _some(found.late_deliverables, "Late Deliverables"),
        State.PENDING_APPROVAL: f"oldest {waited}" if waited else "",
        State.APPROVED: str(found.to_pay) if found.to_pay else "",
    }
    made = []
    for state in overview.STAGES:
        word = stage_word(state)
        url = f"/assignments/?stage={state.value}"
        made.append(Count(word.text, word.css, url, found.counts[state.value], notes.get(state, "")))
    return made


def _some(number: int, what: str) -> str:
    return f"{number} {what}" if number else ""


def line(need: Need, now: datetime) -> Line:
    """One thing to do: the fact, the place, the most pressing label, one button."""
    row, step = need.row, need.step
    facts = " ".join(
        part if part.endswith(".") else f"{part}." for part in (step.heading, step.reason) if part
    )
    label_kind, label_text, label_icon = _label(row, now)
    button = step.button or Button("Open", f"/assignments/{row.pk}/")
    return Line(
        title=row.title,
        number=row.number,
        url=f"/assignments/{row.pk}/",
        sentence=" · ".join(part for part in (facts, row.site_name) if part),
        button_url=button.url,
        button_text=button.label,
        label_kind=label_kind,
        label_text=label_text,
        label_icon=label_icon,
    )


def _label(row: Assignment, now: datetime) -> tuple[str, str, str]:
    found = next((label for label in labels.carried(row) if label.key not in QUIET), None)
    if found:
        return found.kind, found.text, found.icon
    if row.state == State.PENDING_APPROVAL and row.submitted_at:
        return "warn", f"Pending {relative(row.submitted_at, now).removesuffix(' ago')}", "hourglass"
    return "", "", ""


def card(row: Assignment, need: Need | None, now: datetime) -> Card:
    """A card is moved by the buttons in its menu, never by dragging."""
    step = need.step if need else Next("")
    acts = [button for button in (step.button, *step.secondary) if button]
    url = f"/assignments/{row.pk}/"
    made = Line(row.title, row.number, url, row.site_name, url, "Open")
    return Card(made, schedule_words(row), labels.carried(row)[:3], acts)


def bars(days: list[overview.Day]) -> list[Bar]:
    """The week as bars; the highest fills the drawing."""
    most = max((max(day.scheduled, day.checked_in) for day in days), default=0) or 1
    high = BAR_FOOT - BAR_TOP
    made = []
    for i, day in enumerate(days):
        pale, strong = (round(high * n / most) for n in (day.scheduled, day.checked_in))
        made.append(
            Bar(
                x=8 + BAR_STEP * i,
                pale_y=BAR_FOOT - pale,
                pale_height=pale,
                strong_y=BAR_FOOT - strong,
                strong_height=strong,
                name=f"{day.on:%a} {day.on.day}",
                scheduled=day.scheduled,
                checked_in=day.checked_in,
            )
        )
    return made


def _part_of_day(hour: int) -> str:
    return "morning" if 4 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"
