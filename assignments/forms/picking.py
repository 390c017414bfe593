"""Choosing workers by a search that works without script: what was ticked stays, what was found is added."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from assignments import candidates
from assignments.forms.rows import QuietForm
from assignments.models import Assignment
from assignments.shortlist import named, sort_out
from workers.models import Worker


def offer(
    field: forms.ModelMultipleChoiceField,
    ids: list[str],
    words: str,
    *,
    client_id: int,
    near: Assignment | None,
    kept: Iterable[Worker] = (),
) -> int | None:
    """Let the field offer the ticked workers and those found by the words. How many were found; None: no search.

    `kept` stand with the draft already: they are offered even when they cannot be invited any more, with why.
    """
    asked = {int(one) for one in ids if one.isascii() and one.isdigit() and len(one) <= 18}
    found = candidates.find(client_id, words.strip(), near=near) if words.strip() else []
    _, left_out = sort_out(client_id, kept)
    out = {one.worker.pk: f"not invited: {one.reason}" for one in left_out}
    able = candidates.chosen(client_id, asked | {one.worker.pk for one in found})
    offered = {*able.values_list("pk", flat=True), *out} if out else None
    field.queryset = able if offered is None else named(offered)
    notes = {one.worker.pk: one.note for one in found} | out

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
    """The search and the workers ticked so far; at first those of `ids`, and `kept`, who stand with the draft."""

    words = words_field()
    workers = workers_field("Workers to invite")

    def __init__(
        self,
        data: Any = None,
        *,
        client_id: int,
        near: Assignment,
        ids: Sequence[str] = (),
        kept: Sequence[Worker] = (),
        **options: Any,
    ) -> None:
        first = [*ids, *(str(worker.pk) for worker in kept)]
        super().__init__(data, initial={"workers": first}, **options)
        ticked = data.getlist("workers") if data is not None else first
        words = data.get("words", "") if data is not None else ""
        self.found = offer(
            self.fields["workers"],  # type: ignore[arg-type]
            ticked,
            words,
            client_id=client_id,
            near=near,
            kept=kept,
        )
        self.has_workers = bool(ticked) or bool(kept) or bool(self.found)
