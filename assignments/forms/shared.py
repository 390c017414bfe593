"""Forms that both sides use: reasons, a new schedule."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from assignments.models import Assignment
from assignments.states import ScheduleKind
from common.errors import Invalid
from common.localtime import parse_local


class ReasonForm(forms.Form):
    """One text that the other side will read."""

    def __init__(
        self, *data: Any, required: bool = True, field: str = "reason", label: str = "Reason"
    ) -> None:
        super().__init__(*data)
        self.fields[field] = forms.CharField(
            label=label,
            max_length=1_000,
            required=required,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="The other side will read it.",
        )


class ScheduleForm(forms.Form):
    """A date in the site's time zone: a hard start, an arrival window, or by when."""

    rule_fields = ("start_at", "window_end_at")
    """Fields by which the rules refuse; add_error leads them to the inputs."""

    schedule_kind = forms.ChoiceField(label="Kind of date", choices=ScheduleKind.choices)
    start_date = forms.DateField(
        label="Date", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    start_time = forms.TimeField(
        label="Start", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    end_date = forms.DateField(
        label="End date",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="For an arrival window or complete by.",
    )
    end_time = forms.TimeField(
        label="End", required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    note = forms.CharField(
        label="Note", max_length=1_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any = None, *, row: Assignment, note_required: bool = False) -> None:
        super().__init__(data, initial=_initial(row))
        self.row = row
        self.fields["note"].required = note_required
        self.fields["start_time"].help_text = f"In the site's time zone, {row.time_zone}."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._start = self._local("start", cleaned)
        self._end = self._local("end", cleaned)
        kind = cleaned.get("schedule_kind")
        if kind == ScheduleKind.FIXED:
            self._end = None
        elif kind and self._end is None and not self.errors:
            self.add_error("end_date", "Enter when it ends.")
        return cleaned

    def _local(self, which: str, cleaned: dict[str, Any]) -> datetime | None:
        day, time = cleaned.get(f"{which}_date"), cleaned.get(f"{which}_time")
        if not (day and time):
            return None
        try:
            return parse_local(day, time, self.row.time_zone)
        except Invalid as error:
            self.add_error(f"{which}_time", error.sentence)
            return None

    def schedule(self) -> tuple[str, datetime, datetime | None]:
        """(kind, start, end) in UTC; only after is_valid()."""
        if self._start is None:
            raise ValueError("the form is not valid")
        return self.cleaned_data["schedule_kind"], self._start, self._end

    def add_error(self, field: Any, error: Any) -> None:
        """Sentences of the rules speak of start_at and window_end_at; here they belong to these inputs."""
        super().add_error({"start_at": "start_date", "window_end_at": "end_date"}.get(field, field), error)


def _initial(row: Assignment) -> dict[str, Any]:
    zone = ZoneInfo(row.time_zone)
    start = row.start_at.astimezone(zone) if row.start_at else None
    end = row.window_end_at.astimezone(zone) if row.window_end_at else None
    return {
        "schedule_kind": row.schedule_kind,
        "start_date": start.date() if start else None,
        "start_time": start.time() if start else None,
        "end_date": end.date() if end else None,
        "end_time": end.time() if end else None,
    }
