"""Deliverables and fields: what the worker gives and answers before the work can be submitted."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django import forms
from django.forms import BoundField

from assignments.actions.asking import asked_of, groups_of, wanted_of
from assignments.forms.drafting.schedule import InstantPart, instants_start
from assignments.forms.rows import AskedForm, GroupForm, Rows, WantedForm
from assignments.forms.typed import ClockInput, DayInput
from assignments.models import Assignment

MOST_GROUPS = 20


class CloseoutPart(InstantPart):
    deliverables_date = forms.DateField(label="Deliverables due, date", required=False, widget=DayInput)
    deliverables_time = forms.TimeField(label="Deliverables due, time", required=False, widget=ClockInput)
    wanted: Rows
    asked: Rows
    groups: Rows

    def draw_lines(self, data: Any) -> None:
        """The lines as typed, or those of the row, and blank ones."""
        wanted = _wanted_of(self.row) if self.row else []
        asked = _asked_of(self.row) if self.row else []
        groups = _groups_of(self.row) if self.row else []
        more_wanted, more_asked, more_groups = (
            data is not None and name in data for name in ("wanted-add", "asked-add", "groups-add")
        )
        judged = self.is_judged
        self.wanted = Rows(WantedForm, "wanted", data, wanted, more=more_wanted, is_judged=judged)
        self.asked = Rows(AskedForm, "asked", data, asked, more=more_asked, is_judged=judged)
        self.groups = Rows(
            GroupForm, "groups", data, groups, more=more_groups, is_judged=judged, blank=1, most=MOST_GROUPS
        )

    def lines(self) -> Iterator[BoundField]:
        """The inputs of all lines, in the order of the page."""
        for line in (*self.wanted, *self.asked, *self.groups):
            yield from line

    def judge_groups(self) -> bool:
        """Two groups of one name would be one group."""
        seen: set[str] = set()
        for line in self.groups:
            title = " ".join((line.cleaned_data.get("title") or "").split()).casefold()
            if title and title in seen:
                line.add_error("title", "This group is in the list already. Enter another name.")
                return False
            seen.add(title)
        return True

    def judge_closeout(self, cleaned: dict[str, Any]) -> None:
        """Only where the zone is known."""
        self.due_at = self.instant(cleaned, "deliverables", "for the deliverables")

    def closeout_columns(self) -> dict[str, Any]:
        return {"deliverables_due_at": self.due_at}


def closeout_start(row: Assignment | None) -> dict[str, Any]:
    """What stands in the inputs at first."""
    return instants_start(row, ("deliverables",)) if row else {}


def _wanted_of(row: Assignment) -> list[dict[str, Any]]:
    return [asdict(one) for one in wanted_of(row, keeps_ids=True)]


def _asked_of(row: Assignment) -> list[dict[str, Any]]:
    found = [asdict(one) for one in asked_of(row, keeps_ids=True)]
    return [{**one, "choices": ", ".join(one["choices"])} for one in found]


def _groups_of(row: Assignment) -> list[dict[str, Any]]:
    found = [asdict(one) for one in groups_of(row, keeps_ids=True)]
    return [{**one, "is_survey": "survey" if one["is_survey"] else ""} for one in found]
