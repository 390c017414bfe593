"""Schedule: a hard start, an arrival window or complete by, on the clocks of the site."""

from datetime import date, datetime, time
from typing import Any

from django import forms

from assignments.forms.drafting.parts import Part, picked
from assignments.forms.typed import ClockInput, DayInput, HoursField
from assignments.models import Assignment
from assignments.states import ScheduleKind
from common.clock import now
from common.errors import Invalid
from common.localtime import local, parse_local

COLUMN_OF = {"start": "start_at", "end": "window_end_at", "deliverables": "deliverables_due_at"}
"""Pairs of a date and a time input, and the instant that they mean."""


class InstantPart(Part):
    """Reads pairs of a date and a time input on the clocks of the site."""

    zone: str

    def instant(self, cleaned: dict[str, Any], which: str, words: str) -> datetime | None:
        """The instant in UTC of one pair; None when it is empty or was refused. `words` name it in sentences."""
        on: date | None = cleaned.get(f"{which}_date")
        at: time | None = cleaned.get(f"{which}_time")
        if at is not None and on is None and f"{which}_date" not in self.errors:
            self.add_error(f"{which}_date", f"Enter the date {words}.")
        if on is not None and at is None and f"{which}_time" not in self.errors:
            self.add_error(f"{which}_time", f"Enter the time {words}.")
        if on is None or at is None:
            return None
        so_far = self._so_far(which)
        if so_far and local(so_far, self.zone).replace(second=0, microsecond=0) == datetime.combine(on, at):
            return so_far
        if not 2000 <= on.year <= 2200:
            self.add_error(f"{which}_date", "Enter a year between 2000 and 2200.")
            return None
        try:
            return parse_local(on, at, self.zone)
        except Invalid as error:
            self.add_error(f"{which}_time", error.sentence)
            return None

    def _so_far(self, which: str) -> datetime | None:
        """The instant that the inputs started with: untouched inputs give it back to the second."""
        found: datetime | None = getattr(self.row, COLUMN_OF[which]) if self.row else None
        return found


class SchedulePart(InstantPart):
    schedule_kind = forms.ChoiceField(
        label="Kind of date",
        choices=ScheduleKind.choices,
        widget=forms.RadioSelect,
        initial=ScheduleKind.FIXED,
    )
    start_date = forms.DateField(label="Start date", required=False, widget=DayInput)
    start_time = forms.TimeField(label="Start time", required=False, widget=ClockInput)
    end_date = forms.DateField(
        label="End date", required=False, widget=DayInput, help_text="Of the arrival window, or complete by."
    )
    end_time = forms.TimeField(label="End time", required=False, widget=ClockInput)
    duration = HoursField(
        label="Planned hours on site", required=False, initial=120, help_text="For example 2.5."
    )
    confirm_hours = forms.IntegerField(
        label="Worker confirms, hours before the start",
        required=False,
        min_value=1,
        max_value=168,
        help_text="Empty: no confirmation is asked.",
    )
    checkin_required = forms.BooleanField(
        label="Check-in and check-out required", required=False, initial=True
    )

    def judge_schedule(self, cleaned: dict[str, Any]) -> None:
        """Only where the zone is known. Complete by without a start begins now."""
        kind = cleaned.get("schedule_kind")
        self.start_at = self.instant(cleaned, "start", "of the start")
        self.end_at = None if kind == ScheduleKind.FIXED else self.instant(cleaned, "end", "of the end")
        if kind == ScheduleKind.COMPLETE_BY and self.start_at is None and self.end_at is not None:
            self.start_at = now().replace(second=0, microsecond=0)

    def schedule_columns(self) -> dict[str, Any]:
        got = self.cleaned_data
        return {
            "schedule_kind": got["schedule_kind"],
            "start_at": self.start_at,
            "window_end_at": self.end_at,
            "duration_minutes": got["duration"] or 0,
            "confirm_hours": got["confirm_hours"],
            "checkin_required": got["checkin_required"],
        }


def unused_schedule(cleaned: dict[str, Any]) -> frozenset[str]:
    """A hard start has no end."""
    is_fixed = cleaned.get("schedule_kind") == ScheduleKind.FIXED
    return frozenset({"end_date", "end_time"}) if is_fixed else frozenset()


def schedule_start(row: Assignment | None) -> dict[str, Any]:
    """What stands in the inputs at first."""
    if row is None:
        return {}
    plain = picked(row, ("schedule_kind", "confirm_hours", "checkin_required"))
    return {**plain, "duration": row.duration_minutes, **instants_start(row, ("start", "end"))}


def instants_start(row: Assignment, pairs: tuple[str, ...]) -> dict[str, Any]:
    """The pairs of inputs for the instants that the row has."""
    start: dict[str, Any] = {}
    for which in pairs:
        moment = getattr(row, COLUMN_OF[which])
        if moment:
            there = local(moment, row.time_zone)
            start |= {f"{which}_date": there.date(), f"{which}_time": there.time()}
    return start
