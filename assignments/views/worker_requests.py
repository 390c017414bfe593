"""The worker asks for money, leaves, and rates (S11, S12, S19-S21; decisions.md D2, D6)."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect

from assignments import deadlines, leaving
from assignments.actions import assigning, money
from assignments.closeout_page import minutes_so_far
from assignments.forms.worker import BackOutForm, MoneyForm
from assignments.models import MoneyRequest
from assignments.presenting import price_words
from assignments.states import MoneyKind, RequestState
from assignments.views.base import VerbPage, user_of
from assignments.views.effects import EffectPage
from common.errors import Invalid
from common.photos import without_camera
from common.uploads import check_upload


class BackOut(VerbPage):
    verb, title, button, danger = "back_out", "Cancel my assignment", "Cancel my assignment", True
    done = "You are no longer assigned. The client was told."
    form_class = BackOutForm
    template_name = "assignments/worker/back_out.html"

    def context(self) -> dict[str, Any]:
        row = self.view.row
        from_at = row.start_at - deadlines.LATE_NOTICE if row.start_at else None
        return {"is_late": leaving.is_late_notice(row, self.view.now), "late_from": from_at}

    def run(self, form: BackOutForm) -> None:
        typed = form.cleaned_data
        assigning.back_out(
            self.view.row.pk, actor=user_of(self.request), reason=typed["reason"], note=typed["note"]
        )

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:work")


class RequestMoney(EffectPage):
    """A budget increase, an expense or a bonus."""

    template_name = "assignments/worker/request_money.html"
    effect_template = "assignments/worker/_effect.html"
    done = "Request sent. Until the client approves it, it is not part of your pay."
    WORDS = {  # noqa: RUF012 (read only)
        MoneyKind.INCREASE: (
            "Ask for a budget increase",
            "If the client does not answer, the agreed price stays.",
        ),
        MoneyKind.EXPENSE: (
            "Ask for an expense",
            "Paid back in addition to your pay once the client approves it.",
        ),
        MoneyKind.BONUS: ("Ask for a bonus", "Paid in addition to your pay once the client approves it."),
    }

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if kwargs["kind"] not in MoneyKind.values:
            raise Http404
        self.kind = MoneyKind(kwargs["kind"])
        self.verb = f"request_{self.kind}"  # type: ignore[misc]
        self.title, self.lead = self.WORDS[self.kind]  # type: ignore[misc]
        self.button = "Send request"  # type: ignore[misc]
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, *data: Any) -> forms.BaseForm:
        return MoneyForm(*data, row=self.view.row, kind=self.kind)

    def act(self, request: HttpRequest) -> HttpResponse:
        """While one is open the page only says so: nothing that is typed could be taken."""
        money.none_open(self.view, self.kind)
        return super().act(request)

    def context(self) -> dict[str, Any]:
        row = self.view.row
        return {
            **super().context(),
            "price": price_words(row.terms),
            "worked": minutes_so_far(row, self.view.now) if row.terms.billable_cap else None,
            "allowed": row.terms.billable_cap,
            "waiting": MoneyRequest.objects.filter(
                assignment=row, kind=self.kind, state=RequestState.OPEN
            ).first(),
        }

    def run(self, form: MoneyForm) -> None:
        receipt, checked = form.cleaned_data.get("receipt"), None
        if receipt is not None:
            try:
                receipt, checked = without_camera(receipt, check_upload(receipt))
            except Invalid as error:
                raise Invalid(error.sentence, "receipt") from error
        money.request_money(
            self.view.row.pk, form.ask(), actor=user_of(self.request), receipt=receipt, checked=checked
        )

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:requests", pk=self.view.row.pk)


class WithdrawMoney(VerbPage):
    verb, title, button, danger = "withdraw_money", "Withdraw request", "Withdraw request", True
    lead = "The client no longer decides about it. You may ask again."
    done = "Request withdrawn."
    template_name = "assignments/worker/withdraw_money.html"

    def find(self) -> None:
        row, pk = self.view.row, self.kwargs["request_id"]
        get_object_or_404(MoneyRequest, pk=pk, engagement=row.engagement)
        self.asked = money.open_request(self.view, pk)

    def context(self) -> dict[str, Any]:
        return {"asked": self.asked}

    def run(self, form: forms.BaseForm) -> None:
        money.withdraw_money(self.view.row.pk, self.kwargs["request_id"], actor=user_of(self.request))

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:requests", pk=self.view.row.pk)
