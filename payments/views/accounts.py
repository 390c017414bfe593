"""The worker's bank accounts: added, proved by two small payments, removed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from assignments.views.base import attempt
from payments import actions, notices, queries
from payments.actions.bank_accounts import amounts_of
from payments.models import PayoutAccount
from payments.payout_forms import AccountForm, AmountsForm
from payments.states import AccountState
from payments.views.base import WorkerPage, user_of


class Accounts(WorkerPage):
    """The worker's bank accounts: at most two."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, AccountForm())

    def page(self, request: HttpRequest, form: AccountForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "accounts": queries.accounts_of(self.worker), "states": AccountState}
        return render(request, "payments/accounts.html", context, status=status)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AccountForm(request.POST)
        if form.is_valid():
            add = lambda: actions.add_account(actor=user_of(request), **form.cleaned_data)  # noqa: E731
            if attempt(request, form, add, "Bank account added. Two small payments go to it next."):
                return redirect("payments:accounts")
        return self.page(request, form, status=422)


class OwnAccount(WorkerPage):
    """A page of one account of the worker; anybody else's is a missing one."""

    def mine(self, pk: int) -> PayoutAccount:
        found = PayoutAccount.objects.filter(pk=pk, worker=self.worker, removed_at__isnull=True).first()
        if found is None:
            raise Http404
        return found


class ConfirmAccount(OwnAccount):
    """Enter the two amounts; three tries."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        account = self.mine(pk)
        if account.state == AccountState.VERIFIED:
            return redirect("payments:accounts")
        return self.page(request, account, AmountsForm(currency=account.currency))

    def page(
        self, request: HttpRequest, account: PayoutAccount, form: AmountsForm, status: int = 200
    ) -> HttpResponse:
        is_open = account.state == AccountState.SENT
        demo = notices.demo_amounts(account, amounts_of(account)) if is_open else ""
        context = {"account": account, "form": form, "is_open": is_open, "demo": demo, "states": AccountState}
        return render(request, "payments/confirm_account.html", context, status=status)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        account = self.mine(pk)
        form = AmountsForm(request.POST, currency=account.currency)
        if not form.is_valid():
            return self.page(request, account, form, status=422)
        if actions.confirm_account(pk, actor=user_of(request), amounts=form.amounts):
            messages.success(request, f"{account} is verified. You can withdraw to it.")
            return redirect("payments:accounts")
        account = self.mine(pk)
        if account.tries_left:
            tries = "1 try is" if account.tries_left == 1 else f"{account.tries_left} tries are"
            form.add_error(None, f"Enter the two amounts as your bank shows them. {tries} left.")
        return self.page(request, account, form, status=422)


class RemoveAccount(WorkerPage):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect("payments:accounts")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        mine = PayoutAccount.objects.filter(pk=pk, worker=self.worker)
        if not mine.exists():
            raise Http404
        actions.remove_account(pk, actor=user_of(request))
        return redirect("payments:accounts")
