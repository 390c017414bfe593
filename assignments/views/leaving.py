"""The client removes the worker: which reasons hold now, and what it does to the price and the money set aside."""

from typing import Any

from django import forms

from assignments import leaving
from assignments.actions import assigning
from assignments.forms.leaving import UnassignForm, effect
from assignments.states import OWN_FAULT, State
from assignments.views.base import VerbPage, user_of
from common.money import Money
from ledger.reserve import reserved


class Unassign(VerbPage):
    verb = "unassign"
    title = "Remove the worker"
    lead = "The worker loses the page and its files at once, and is told the reason and your note."
    button = "Remove worker"
    done = "The worker is removed."
    danger = True
    template_name = "assignments/client/unassign.html"

    def find(self) -> None:
        row = self.view.row
        held = reserved("assignment", row.pk)
        self.held = held.total if held else Money.zero(row.currency)
        self.prices = leaving.prices(row, self.held)
        self.reasons = leaving.choices(row, self.view.now)

    def get_form(self, *data: Any) -> forms.BaseForm:
        asked = self.request.GET.get("reason", "")
        return UnassignForm(
            *data[:1],
            reasons=self.reasons,
            prices=self.prices,
            engagement_id=self.view.row.engagement_id,
            reason=asked if asked in dict(self.reasons) else "",
        )

    def context(self) -> dict[str, Any]:
        row, standby = self.view.row, leaving.replacement(self.view.row)
        return {
            "held": self.held,
            "only_price": effect(self.prices[0]) if len(self.prices) == 1 else "",
            "opens_later": leaving.opens_later(row, self.view.now),
            "counts": any(key in OWN_FAULT for key, _ in self.reasons),
            "is_late": leaving.is_late_notice(row, self.view.now),
            "waits": row.state == State.ON_HOLD and row.hold_lifted_at,
            "standby": standby,
            "standby_total": standby.cost(row.fee_bps).total if standby else None,
        }

    def run(self, form: Any) -> None:
        got = form.cleaned_data
        assigning.unassign(
            self.view.row.pk,
            actor=user_of(self.request),
            reason=got["reason"],
            note=got["note"],
            original_budget=form.original_budget,
            engagement_id=got["engagement"],
        )
