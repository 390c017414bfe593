"""Choosing workers by a search that works without script: what was ticked stays, what was found is added."""

from typing import Any

from django import forms

from assignments import candidates
from assignments.forms.rows import QuietForm
from assignments.models import Assignment
from workers.models import Worker


def offer(
    field: forms.ModelMultipleChoiceField,
    ids: list[str],
    words: str,
    *,
    client_id: int,
    near: Assignment | None,
) -> int | None:
    """Let the field offer the ticked workers and those found by the words. How many were found; None: no search."""
    kept = {int(one) for one in ids if one.isascii() and one.isdigit() and len(one) <= 18}
    found = candidates.find(client_id, words.strip(), near=near) if words.strip() else []
    field.queryset = candidates.chosen(client_id, kept | {one.worker.pk for one in found})
    notes = {one.worker.pk: one.note for one in found}

    def words_of(worker: Worker) -> str:
        return " · ".join(part for part in (str(worker), notes.get(worker.pk, worker.area)) if part)

    field.label_from_instance = words_of  # type: ignore[method-assign, assignment]
    return len(found) if words.strip() else None


def words_field() -> forms.CharField:
    return forms.CharField(
        label="Find workers", max_length=80, required=False, help_text="By name, skill or town."
    )


def workers_field(label: str) -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(
        candidates.chosen(0, []), label=label, required=False, widget=forms.CheckboxSelectMultiple
    )


class WorkersForm(QuietForm):
    """The search and the workers ticked so far."""

    words = words_field()
    workers = workers_field("Workers to invite")

    def __init__(
        self, data: Any = None, *, client_id: int, near: Assignment, ids: list[str], **options: Any
    ) -> None:
        super().__init__(data, initial={"workers": ids}, **options)
        ticked = data.getlist("workers") if data is not None else ids
        words = data.get("words", "") if data is not None else ""
        self.found = offer(self.fields["workers"], ticked, words, client_id=client_id, near=near)  # type: ignore[arg-type]
        self.has_workers = bool(ticked) or bool(self.found)
