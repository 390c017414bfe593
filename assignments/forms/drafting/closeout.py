"""Deliverables and fields: what the worker gives and answers before the work can be submitted."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField

from assignments.forms.drafting.parts import picked
from assignments.forms.drafting.schedule import InstantPart, instants_start
from assignments.forms.rows import AskedForm, Rows, WantedForm
from assignments.forms.typed import ClockInput, DayInput
from assignments.models import Assignment, CustomField, DeliverableRequirement


class CloseoutPart(InstantPart):
    deliverables_date = forms.DateField(label="Deliverables due, date", required=False, widget=DayInput)
    deliverables_time = forms.TimeField(label="Deliverables due, time", required=False, widget=ClockInput)
    wanted: Rows
    asked: Rows

    def draw_lines(self, data: Any) -> None:
        """The lines as typed, or those of the row, and blank ones."""
        wanted = _wanted_of(self.row) if self.row else []
        asked = _asked_of(self.row) if self.row else []
        more_wanted, more_asked = (data is not None and name in data for name in ("wanted-add", "asked-add"))
        judged = self.is_judged
        self.wanted = Rows(WantedForm, "wanted", data, wanted, more=more_wanted, is_judged=judged)
        self.asked = Rows(AskedForm, "asked", data, asked, more=more_asked, is_judged=judged)

    def lines(self) -> Iterator[BoundField]:
        """The inputs of all lines, in the order of the page."""
        for line in (*self.wanted, *self.asked):
            yield from line

    def judge_closeout(self, cleaned: dict[str, Any]) -> None:
        """Only where the zone is known."""
        self.due_at = self.instant(cleaned, "deliverables", "for the deliverables")

    def closeout_columns(self) -> dict[str, Any]:
        return {"deliverables_due_at": self.due_at}


def closeout_start(row: Assignment | None) -> dict[str, Any]:
    """What stands in the inputs at first."""
    return instants_start(row, ("deliverables",)) if row else {}


def _wanted_of(row: Assignment) -> list[dict[str, Any]]:
    names = ("pk", "title", "kind", "count", "instructions")
    return [picked(item, names) for item in DeliverableRequirement.objects.filter(assignment=row)]


def _asked_of(row: Assignment) -> list[dict[str, Any]]:
    return [
        {**picked(item, ("pk", "label", "kind", "is_required")), "choices": ", ".join(item.choices)}
        for item in CustomField.objects.filter(assignment=row)
    ]
