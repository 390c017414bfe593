"""Whom the client asks to stand by: one worker of those who offered, or of those found by a search."""

from typing import Any

from django import forms

from assignments import candidates
from assignments.actions.standbys import terms_for
from assignments.models import Application, Assignment
from assignments.requirements import lacks
from assignments.states import ApplicationState
from common.money import Money
from workers.models import Worker


class StandbyForm(forms.Form):
    """Who offered stands first, with the price of the offer; `words` adds workers by name, skill or town."""

    worker = forms.ModelChoiceField(
        candidates.chosen(0, []),
        label="Who stands by",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a worker.", "invalid_choice": "Choose a worker of this list."},
    )
    promote_unconfirmed = forms.BooleanField(
        label="Let the standby step in if the schedule is not confirmed by the deadline",
        required=False,
        help_text="The worker who did not confirm is then removed without any effect on the card, and told.",
    )

    def __init__(self, data: Any = None, *, row: Assignment, words: str) -> None:
        super().__init__(data)
        offers = Application.objects.filter(
            assignment=row, state__in=(ApplicationState.PENDING, ApplicationState.CLOSED)
        ).exclude(worker=row.worker_id)
        ids = list(offers.values_list("worker_id", flat=True))
        found = candidates.find(row.client_id, words, near=row) if words else []
        ids += [one.worker.pk for one in found if one.worker.pk != row.worker_id]
        rows = candidates.chosen(row.client_id, ids)
        missing = lacks(row, list(rows))
        self.found, self.has_workers = len(found), bool(missing)
        field = self.fields["worker"]
        field.queryset = rows  # type: ignore[attr-defined]
        field.label_from_instance = lambda worker: _words(row, worker, missing[worker.pk])  # type: ignore[attr-defined]
        if row.confirm_hours is None:
            del self.fields["promote_unconfirmed"]


def _words(row: Assignment, worker: Worker, missing: list[str]) -> str:
    terms, expenses = terms_for(row, worker)
    asks = terms.budget + Money(expenses, terms.currency)
    parts = [str(worker), worker.area, f"at most {asks}"]
    if missing:
        parts.append(f"cannot step in, lacks {'; '.join(missing)}")
    return " · ".join(part for part in parts if part)
