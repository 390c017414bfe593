"""Routing: who will see it, and who is invited by name."""

from typing import Any

from django import forms

from assignments.forms.drafting.parts import Part, picked
from assignments.forms.picking import offer, words_field, workers_field
from assignments.models import Assignment
from assignments.shortlist import ticked
from assignments.states import State
from workers.models import Worker


class RoutingPart(Part):
    is_marketplace = forms.BooleanField(
        label="Post to the marketplace: every worker can find it and apply", required=False, initial=True
    )
    worker_words = words_field()
    invite = workers_field("Invite by name")

    def offer_workers(self, data: Any) -> None:
        """The search by name is for drafts; what is Available already has a page of its own for it."""
        fields: dict[str, Any] = self.fields
        if self.row and self.row.state != State.DRAFT:
            del fields["invite"], fields["worker_words"]
            return
        kept = list(ticked(self.row)) if self.row else []
        mine = [str(worker.pk) for worker in kept]
        fields["invite"].initial = mine
        chosen = data.getlist("invite") if data is not None else mine
        words = data.get("worker_words", "") if data is not None else ""
        self.found = offer(
            fields["invite"], chosen, words, client_id=self.member.client_id, near=self.row, kept=kept
        )
        self.has_workers = bool(chosen) or bool(kept) or bool(self.found)

    def routing_columns(self) -> dict[str, Any]:
        return {"is_marketplace": self.cleaned_data["is_marketplace"]}

    def invitees(self) -> list[Worker] | None:
        """The ticked workers; None where the form does not ask."""
        return list(self.cleaned_data["invite"]) if "invite" in self.fields else None


def routing_start(row: Assignment | None) -> dict[str, Any]:
    """What stands in the inputs at first."""
    return picked(row, ("is_marketplace",)) if row else {}
