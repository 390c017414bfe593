"""Adding funds by the payment provider, where one is set up."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from assignments.views.base import refused
from common.errors import Invalid
from payments import actions, policies
from payments.gateway.provider import configured
from payments.payout_forms import CollectForm
from payments.views.base import ClientPage, fresh_key, user_of


class Collect(ClientPage):
    """An amount, and the deposit's page."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and configured() is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        policies.require_payer(user_of(request))
        return self.page(request, self.form(initial={"key": fresh_key()}))

    def form(self, *data: Any, **more: Any) -> CollectForm:
        return CollectForm(*data, currency=self.member.client.currency, **more)

    def page(self, request: HttpRequest, form: CollectForm, status: int = 200) -> HttpResponse:
        return render(request, "payments/collect.html", {"form": form}, status=status)

    def post(self, request: HttpRequest) -> HttpResponse:
        policies.require_payer(user_of(request))
        form = self.form(request.POST)
        if form.is_valid():
            try:
                made = actions.collect_deposit(
                    actor=user_of(request),
                    amount=form.cleaned_data["amount"],
                    key=form.cleaned_data["key"],
                    provider=configured(),
                )
            except Invalid as error:
                refused(form, error)
            else:
                return redirect("payments:deposit", pk=made.pk)
        return self.page(request, form, status=422)
