"""The worker's money to the bank: the withdrawal by check page, and automatic withdrawal (ux.md 6.11)."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from assignments.views.base import attempt, refused
from common.errors import Invalid
from common.money import Money
from ledger.accounts import balance
from ledger.errors import InsufficientFunds
from ledger.purposes import BALANCE, WORKER
from payments import actions, queries
from payments.forms import hidden
from payments.models import PayoutAccount, Withdrawal
from payments.payout_forms import AutoWithdrawalForm, WithdrawForm
from payments.states import AccountState
from payments.views.base import WorkerPage, fresh_key, user_of


class PaysOut(WorkerPage):
    """A page that needs a verified account in the worker's currency, and tax data."""

    @property
    def currency(self) -> str:
        return queries.currency_of(self.worker)

    def accounts(self) -> list[PayoutAccount]:
        """The accounts that money may go to."""
        usable = queries.accounts_of(self.worker).filter(state=AccountState.VERIFIED)
        return list(usable.filter(currency=self.currency))

    def needed(self) -> dict[str, Any]:
        """What stands between the worker and the money."""
        lacks_tax = settings.ONSITE_TAX_FORM and queries.tax_form_of(self.worker) is None
        unverified = queries.accounts_of(self.worker).exclude(state=AccountState.VERIFIED)
        return {"lacks_tax": lacks_tax, "unverified": list(unverified)}


class Withdraw(PaysOut):
    """Account and amount, check, done (ux.md R5)."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, self.form(initial={"key": fresh_key()}))

    def form(self, *data: Any, **more: Any) -> WithdrawForm:
        self.available = balance(WORKER, self.worker.pk, BALANCE, self.currency)
        return WithdrawForm(*data, accounts=self.accounts(), available=self.available, **more)

    def page(self, request: HttpRequest, form: Any, status: int = 200, **parts: Any) -> HttpResponse:
        context = {"form": form, "available": self.available, "accounts": self.accounts(), **parts}
        return render(request, "payments/withdraw.html", {**context, **self.needed()}, status=status)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(request, form, status=422)
        cleaned = form.cleaned_data
        known = Withdrawal.objects.filter(key=cleaned["key"], worker=self.worker).first()
        if known is None and not self._fits(form):
            return self.page(request, form, status=422)
        if request.POST.get("step") != "withdraw":
            account = next(one for one in self.accounts() if one.pk == cleaned["account"])
            checking = {
                "account": account,
                "amount": cleaned["amount"],
                "after": self.available - cleaned["amount"],
            }
            return self.page(request, hidden(form), checking=checking)
        try:
            made = actions.withdraw(
                actor=user_of(request),
                account_id=cleaned["account"],
                amount=cleaned["amount"],
                key=cleaned["key"],
            )
        except (Invalid, InsufficientFunds) as error:
            refused(form, error)
            return self.page(request, form, status=422)
        except actions.NoTaxData as error:
            messages.info(request, error.sentence)
            return redirect("payments:tax")
        return redirect("payments:withdrawal", pk=made.pk)

    def _fits(self, form: Any) -> bool:
        amount = form.cleaned_data["amount"]
        if amount.minor <= 0:
            form.add_error("amount", "Enter an amount above zero.")
        elif amount > self.available:
            form.add_error("amount", f"Enter at most {self.available}: more is not in your balance.")
        return not form.errors


class WithdrawalDone(WorkerPage):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = Withdrawal.objects.select_related("account").filter(pk=pk, worker=self.worker).first()
        if found is None:
            raise Http404
        return render(request, "payments/withdrawal.html", {"made": found, "tz": user_of(request).time_zone})


class AutoWithdraw(PaysOut):
    """One account and a threshold; off until the worker turns it on (domain.md 5.5)."""

    def form(self, *data: Any) -> AutoWithdrawalForm:
        least = Money(settings.ONSITE_AUTO_WITHDRAW_MIN_MINOR, self.currency)
        rule = queries.auto_withdrawal_of(self.worker)
        initial: dict[str, Any] = {"threshold": str(least.decimal())}
        if rule is not None and rule.currency == self.currency:
            initial = {"account": rule.account_id, "threshold": str(rule.threshold.decimal())}
        return AutoWithdrawalForm(
            *data, accounts=self.accounts(), currency=self.currency, least=least, initial=initial
        )

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, self.form())

    def page(self, request: HttpRequest, form: AutoWithdrawalForm, status: int = 200) -> HttpResponse:
        rule = queries.auto_withdrawal_of(self.worker)
        context = {"form": form, "rule": rule, "accounts": self.accounts(), **self.needed()}
        return render(request, "payments/auto_withdraw.html", context, status=status)

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.POST.get("step") == "off":
            actions.stop_auto_withdrawal(actor=user_of(request))
            messages.success(request, "Automatic withdrawal is off.")
            return redirect("payments:balance")
        form = self.form(request.POST)
        if form.is_valid():
            cleaned = form.cleaned_data

            def turn_on() -> object:
                return actions.set_auto_withdrawal(
                    actor=user_of(request), account_id=cleaned["account"], threshold=cleaned["threshold"]
                )

            if attempt(request, form, turn_on, "Automatic withdrawal is on."):
                return redirect("payments:balance")
        return self.page(request, form, status=422)
