"""Further days: each with its date, time and length, on the clocks of the site; told from the first start on."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.forms import BoundField

from assignments.forms.drafting.schedule import SchedulePart
from assignments.forms.rows import LineForm, Rows
from assignments.forms.typed import ClockInput, DayInput, HoursField
from assignments.models import Assignment
from assignments.models.days import LONGEST, MOST_DAYS
from assignments.planned import DayPlan, Span, spans
from assignments.states import ScheduleKind
from common.errors import Invalid
from common.localtime import local, parse_local

BLANK = 2
MINUTE = timedelta(minutes=1)


class DayForm(LineForm):
    """One further day. An emptied line is removed."""

    day = forms.DateField(label="Date", required=False, widget=DayInput)
    clock = forms.TimeField(label="Start", required=False, widget=ClockInput)
    hours = HoursField(label="Planned hours", required=False)

    @property
    def is_filled(self) -> bool:
        return self.cleaned_data.get("day") is not None or self.cleaned_data.get("clock") is not None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("day") is None and cleaned.get("clock") is not None and "day" not in self.errors:
            self.add_error("day", "Enter the date of this day.")
        if cleaned.get("day") is not None and cleaned.get("clock") is None and "clock" not in self.errors:
            self.add_error("clock", "Enter when this day starts.")
        return cleaned

    def plan(self, first: datetime, zone: str, length: int) -> DayPlan:
        """How this day follows the first start; `length`: minutes where none is typed. Raises Invalid at the input."""
        got = self.cleaned_data
        if not 2000 <= got["day"].year <= 2200:
            raise Invalid("Enter a year between 2000 and 2200.", "day")
        start_at = parse_local(got["day"], got["clock"], zone, field="clock")
        after = local(start_at, zone) - local(first, zone)
        if after < MINUTE:
            raise Invalid("Enter a day after the first start.", "day")
        if after > LONGEST:
            raise Invalid(f"Enter a day at most {LONGEST.days} days after the first.", "day")
        minutes = got["hours"] or length
        if minutes < 1:
            raise Invalid("Enter the planned hours.", "hours")
        return DayPlan(after // MINUTE, minutes)

    def item(self) -> DayPlan:
        """The plan that DaysPart made of the line."""
        made: DayPlan = self.cleaned_data["plan"]
        return made


class DaysPart(SchedulePart):
    """The schedule with its further days."""

    days: Rows

    def draw_days(self, data: Any) -> None:
        """The lines as typed, or those of the row, and blank ones."""
        start = _start(self.row) if self.row else []
        more = data is not None and "days-add" in data
        self.days = Rows(
            DayForm, "days", data, start, more=more, is_judged=self.is_judged, blank=BLANK, most=MOST_DAYS
        )

    def judge_days(self, cleaned: dict[str, Any]) -> None:
        """Once the first start is known: each line becomes a plan, or says why not."""
        if not self.days.is_valid():
            return
        filled: list[DayForm] = [line for line in self.days if isinstance(line, DayForm) and line.is_filled]
        if filled and cleaned.get("schedule_kind") == ScheduleKind.COMPLETE_BY:
            filled[0].add_error("day", "Complete by has no further days. Empty them, or choose a hard start.")
            return
        if filled and self.start_at is None:
            if not {"start_date", "start_time"} & set(self.errors):
                self.add_error("start_date", "Enter the first start, before further days.")
            return
        seen: set[int] = set()
        for line in filled:
            try:
                plan = line.plan(self.start_at, self.zone, cleaned.get("duration") or 0)  # type: ignore[arg-type]
                if plan.after_minutes in seen:
                    raise Invalid("This day is entered twice.", "day")
            except Invalid as error:
                line.add_error(error.field or "day", error.sentence)
            else:
                seen.add(plan.after_minutes)
                line.cleaned_data["plan"] = plan

    def day_lines(self) -> Iterator[BoundField]:
        """The inputs of all lines, in the order of the page."""
        for line in self.days:
            yield from line

    def day_plans(self) -> list[DayPlan]:
        """What the lines say; only after is_valid()."""
        return sorted(self.days.items(), key=lambda one: one.after_minutes)


def _start(row: Assignment) -> list[dict[str, Any]]:
    return [_line(row, one) for one in spans(row)[1:]]


def _line(row: Assignment, one: Span) -> dict[str, Any]:
    there = local(one.start_at, row.time_zone)
    minutes = int((one.end_at - one.start_at).total_seconds()) // 60
    return {"day": there.date(), "clock": there.time(), "hours": minutes}
