"""The client proposes another scope: the agreed one stands in the inputs, and what differs is the proposal."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django import forms

from assignments.actions.scope import Scope, scope_of
from assignments.forms.rows import Rows, WantedForm
from assignments.forms.typed import HoursField
from assignments.models import Assignment
from common.templatetags.onsite import first_input_id, sentences


class ScopeForm(forms.Form):
    """Texts, planned hours, deliverables, and why. `is_judged` is off while rows are added."""

    description = forms.CharField(
        label="Description of work", max_length=10_000, widget=forms.Textarea(attrs={"rows": 8})
    )
    special_instructions = forms.CharField(
        label="Instructions for the worker",
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    duration = HoursField(label="Planned hours on site", help_text="For example 2.5.")
    note = forms.CharField(
        label="Why it should change",
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The worker will read it.",
    )

    def __init__(self, data: Any = None, *, row: Assignment) -> None:
        now = scope_of(row)
        more = data is not None and "wanted-add" in data
        super().__init__(
            None if more else data,
            initial={
                "description": now.description,
                "special_instructions": now.special_instructions,
                "duration": now.duration_minutes,
            },
        )
        if more:  # rows are added: all is drawn again as typed, and not judged
            self.initial.update((name, data.get(name, "")) for name in self.fields)
        lines = [asdict(one) for one in now.deliverables]
        self.wanted = Rows(WantedForm, "wanted", data, lines, more=more, is_judged=not more)
        self.only_adds_rows = more

    def is_valid(self) -> bool:
        is_right = super().is_valid()
        return self.wanted.is_valid() and is_right and not self.only_adds_rows

    def summary(self) -> Iterator[tuple[str, str]]:
        """(id of the input, sentence) of every error, in the order of the page; "" for those of no input."""
        for error in self.non_field_errors():
            yield "", str(error)
        lines = [one for line in self.wanted for one in line]
        for one in [
            self["description"],
            self["special_instructions"],
            self["duration"],
            *lines,
            self["note"],
        ]:
            for sentence in sentences(one):
                yield first_input_id(one), sentence

    def scope(self) -> Scope:
        """What is proposed; only after is_valid()."""
        got = self.cleaned_data
        return Scope(got["description"], got["special_instructions"], got["duration"], self.wanted.items())
