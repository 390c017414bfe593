"""Another amount for a money request: the client's offer, and the worker's answer to it (domain.md 4.7)."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect

from assignments.actions import counters
from assignments.forms.extra import CounterForm
from assignments.forms.shared import ReasonForm
from assignments.models import MoneyRequest
from assignments.views.base import VerbPage, user_of
from assignments.views.client_money import effect
from assignments.views.effects import EffectPage


def request_id(page: VerbPage) -> int:
    """The id in the address, if a request of this assignment has it. Raises Http404."""
    found: int = page.kwargs["request_id"]
    if not MoneyRequest.objects.filter(assignment=page.view.row, pk=found).exists():
        raise Http404
    return found


class CounterMoney(EffectPage):
    """The client offers less than was asked; the worker accepts or declines it."""

    verb = "counter_money"
    title = "Offer another amount"
    lead = "The worker accepts it or declines it. You can offer once; to give more, approve it and add money."
    button = "Send offer"
    done = "Your offer is sent. The worker was told."
    template_name = "assignments/client/counter_money.html"
    effect_template = "assignments/client/_effect.html"

    def find(self) -> None:
        self.asked = counters.to_counter(self.view, request_id(self))

    def get_form(self, *data: Any) -> forms.BaseForm:
        return CounterForm(*data[:1], row=self.view.row, asked=self.asked)

    def effect(self, form: Any) -> dict[str, Any]:
        more = self.more(form)
        return effect(self.view, more) if more else {}

    def context(self) -> dict[str, Any]:
        return {"asked": self.asked, **super().context()}

    def run(self, form: Any) -> None:
        counters.counter_money(
            self.view.row.pk, self.kwargs["request_id"], form.counter(), actor=user_of(self.request)
        )

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:requests", pk=self.view.row.pk)


class CounterVerb(VerbPage):
    """The worker's answer to an offer: both amounts, and what accepting makes of the pay."""

    verb = "decide_counter"
    template_name = "assignments/worker/decide_counter.html"

    def find(self) -> None:
        self.asked = counters.to_answer(self.view, request_id(self))

    def context(self) -> dict[str, Any]:
        row = self.view.row
        offered = row.money(self.asked.counter_minor or 0)
        after = row.worker_most + offered
        return {"asked": self.asked, "more": offered, "most": row.worker_most, "after": after}

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:requests", pk=self.view.row.pk)


class AcceptCounter(CounterVerb):
    title = "Accept the offered amount"
    lead = "It is in force at once, as an amendment of your agreement."
    button = "Accept"
    done = "The offered amount is part of your pay. The client was told."

    def run(self, form: Any) -> None:
        counters.accept_counter(self.view.row.pk, self.kwargs["request_id"], actor=user_of(self.request))


class DeclineCounter(CounterVerb):
    title = "Decline the offered amount"
    lead = "Your request is declined with it. You may ask again."
    button = "Decline offer"
    done = "You declined the offer. The client was told."
    danger = True

    def get_form(self, *data: Any) -> forms.BaseForm:
        return ReasonForm(*data[:1], required=False)

    def run(self, form: Any) -> None:
        counters.decline_counter(
            self.view.row.pk,
            self.kwargs["request_id"],
            actor=user_of(self.request),
            reason=form.cleaned_data["reason"],
        )
