"""Requirements: which of the company's sets the worker has to meet before applying."""

from typing import Any

from django import forms

from assignments.actions import requiring
from assignments.forms.drafting.parts import Part
from assignments.models import Assignment
from clients.models import Member, RequirementSet


class RequirementsPart(Part):
    sets = forms.MultipleChoiceField(
        label="Requirement sets",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Copied when you save: a later change of a set changes nothing here.",
    )

    def offer_sets(self) -> None:
        """The sets in use, and those that the assignment asks already, whatever became of them."""
        rows = RequirementSet.objects.filter(client=self.member.client_id, is_active=True)
        names = [*rows.values_list("name", flat=True), *(requiring.chosen(self.row) if self.row else ())]
        field: Any = self.fields["sets"]
        field.choices = [(name, name) for name in dict.fromkeys(names)]
        self.has_sets = bool(field.choices)

    def set_names(self) -> list[str]:
        """The ticked sets; only after is_valid()."""
        return list(self.cleaned_data["sets"])


def requirements_start(member: Member, row: Assignment | None) -> dict[str, Any]:
    """What stands in the inputs at first: a new assignment starts with the company's usual sets."""
    return {"sets": requiring.chosen(row) if row else requiring.defaults(member.client_id)}
