"""The client's decisions about more money, each with its effect on the price before it is agreed (ux.md R4)."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

from assignments.actions import money
from assignments.actions.money import worth
from assignments.forms.client import AddMoneyForm
from assignments.forms.shared import ReasonForm
from assignments.models import MoneyRequest
from assignments.queries import Seen
from assignments.views.base import VerbPage, user_of
from assignments.views.client_drafting import Preview, previewed
from common.money import Money


def effect(view: Seen, more_minor: int) -> dict[str, Any]:
    """The price before and after, the difference, and the funds after it."""
    row, member = view.row, view.standing.member
    more = row.money(more_minor)
    after: Preview | None = previewed(row.worker_most + more, row.terms_days, member, row) if member else None
    difference: Money | None = after.cost.total - row.cost_most.total if after else None
    return {"before": row.cost_most, "effect": after, "more": more, "difference": difference}


class AddMoney(VerbPage):
    """Two steps on one page: what it will cost, then the same values again to agree."""

    verb = "add_money"
    title = "Add money"
    lead = "The worker is told. It is set aside from your funds at once."
    button = "Check the price"
    done = "The money is added. The worker was told."
    template_name = "assignments/client/add_money.html"

    def get_form(self, *data: Any) -> forms.BaseForm:
        return AddMoneyForm(*data[:1], row=self.view.row)

    def act(self, request: HttpRequest) -> HttpResponse:
        form = AddMoneyForm(request.POST, row=self.view.row)
        if form.is_valid():
            amount = worth(self.view.row.terms, form.ask())
            if form.cleaned_data.get("checked") != amount:
                self.more = amount
                return self.page(
                    request, AddMoneyForm({**request.POST.dict(), "checked": amount}, row=self.view.row)
                )
            self.more = amount
        return super().act(request)

    def run(self, form: Any) -> None:
        money.add_money(self.view.row.pk, form.ask(), actor=user_of(self.request))

    def context(self) -> dict[str, Any]:
        more = getattr(self, "more", 0)
        return effect(self.view, more) if more else {}

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:requests", pk=self.view.row.pk)


class MoneyVerb(VerbPage):
    """A decision about one request."""

    verb = "decide_money"
    template_name = "assignments/client/decide_money.html"

    def find(self) -> None:
        request_id = self.kwargs["request_id"]
        if not MoneyRequest.objects.filter(assignment=self.view.row, pk=request_id).exists():
            raise Http404
        self.asked = money.open_request(self.view, request_id)

    def context(self) -> dict[str, Any]:
        return {"asked": self.asked, **effect(self.view, self.asked.amount_minor)}

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:requests", pk=self.view.row.pk)


class ApproveMoney(MoneyVerb):
    title = "Approve the request"
    button = "Approve"
    done = "The request is approved. The worker was told."

    def run(self, form: Any) -> None:
        money.approve_money(self.view.row.pk, self.kwargs["request_id"], actor=user_of(self.request))


class DeclineMoney(MoneyVerb):
    title = "Decline the request"
    button = "Decline request"
    done = "The request is declined. The worker was told."
    danger = True

    def get_form(self, *data: Any) -> forms.BaseForm:
        return ReasonForm(*data[:1])

    def run(self, form: Any) -> None:
        money.decline_money(
            self.view.row.pk,
            self.kwargs["request_id"],
            actor=user_of(self.request),
            reason=form.cleaned_data["reason"],
        )
