"""Automatic FastFunds: the worker's setting, and the switch of one assignment (domain.md 5.5)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from assignments.views.base import attempt
from common.money import Money
from payments import actions, automatic, queries
from payments.actions.fastfunds import percent
from payments.dispute_forms import AutomaticForm, SwitchForm
from payments.views.base import MoneyVerb, WorkerPage, user_of

EXAMPLE_MINOR = 35_000


class Automatic(WorkerPage):
    """What it costs in money, then a tick that nobody set beforehand."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, AutomaticForm(initial={"agreed_bps": automatic.fee_bps()}))

    def post(self, request: HttpRequest) -> HttpResponse:
        user = user_of(request)
        if request.POST.get("step") == "off":
            actions.set_automatic(actor=user, is_on=False, agreed_bps=automatic.fee_bps())
            messages.success(request, "Automatic FastFunds is off.")
            return redirect("payments:automatic")
        form = AutomaticForm(request.POST)
        if form.is_valid():
            bps = form.cleaned_data["agreed_bps"]
            if attempt(
                request,
                form,
                lambda: actions.set_automatic(actor=user, is_on=True, agreed_bps=bps),
                "Automatic FastFunds is on.",
            ):
                return redirect("payments:automatic")
        return self.page(request, form, status=422)

    def page(self, request: HttpRequest, form: AutomaticForm, status: int = 200) -> HttpResponse:
        currency = queries.currency_of(self.worker)
        pay = Money(EXAMPLE_MINOR, currency)
        fee = automatic.fee_of(pay)
        word = automatic.of(self.worker)
        context: dict[str, Any] = {
            "form": form,
            "word": word,
            "is_outdated": word is not None and word.agreed_bps < automatic.fee_bps(),
            "percent": percent(automatic.fee_bps()),
            "example": {"pay": pay, "fee": fee, "net": pay - fee},
            "tz": user_of(request).time_zone,
        }
        return render(request, "payments/automatic.html", context, status=status)


class SwitchHere(MoneyVerb):
    """Off for this assignment, or on again."""

    verb = "skip_fastfunds"
    title = "FastFunds for this assignment"

    @property
    def is_off(self) -> bool:
        return automatic.skipped(self.view.row)

    @property
    def lead(self) -> str:  # type: ignore[override]
        if self.is_off:
            return "FastFunds is taken automatically here too, as your setting says. The fee is not refunded."
        return "FastFunds is not taken automatically here. You can still use it after the approval."

    @property
    def button(self) -> str:  # type: ignore[override]
        return "Switch on here too" if self.is_off else "Switch off for this one"

    @property
    def done(self) -> str:  # type: ignore[override]
        return (
            "Automatic FastFunds is off for this assignment."
            if self.is_off
            else "Automatic FastFunds is on for this assignment."
        )

    def get_form(self, *data: Any) -> forms.BaseForm:
        form = SwitchForm(*data[:1])
        form.initial["to"] = "on" if self.is_off else "off"
        return form

    def act(self, request: HttpRequest) -> HttpResponse:
        """The form says which way, so that a doubled click does not switch it back."""
        to_off = request.POST.get("to", "on" if self.is_off else "off") == "off"
        if to_off == self.is_off:
            messages.info(request, "This is done already.")
            return self.after()
        actions.skip_automatic(self.view.row.pk, actor=user_of(request), is_off=to_off)
        messages.success(request, self.done)
        return self.after()
