"""Whom the client lets apply without the requirements: found by name as for invitations, one at a time."""

from typing import Any

from django import forms

from assignments import candidates
from assignments.forms.picking import offer, words_field
from assignments.forms.rows import QuietForm
from assignments.models import Assignment


class OverrideForm(QuietForm):
    """The search and the found workers; `ids` are offered at first."""

    words = words_field()
    worker = forms.ModelChoiceField(
        candidates.chosen(0, []), label="Worker", empty_label=None, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label="Why",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Only your company reads it.",
    )

    def __init__(self, data: Any = None, *, row: Assignment, ids: list[str], **options: Any) -> None:
        super().__init__(data, initial={"worker": ids[0] if ids else None}, **options)
        kept = [data.get("worker", "")] if data is not None else ids
        words = data.get("words", "") if data is not None else ""
        field: Any = self.fields["worker"]
        self.found = offer(field, kept, words, client_id=row.client_id, near=row)
        self.has_workers = field.queryset.exists()
