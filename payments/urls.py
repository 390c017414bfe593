"""Full paths of the payments room: the Payment Center, and the verbs of an assignment that move money."""

from django.urls import path

from payments.views import (
    accounts,
    center,
    disputes,
    hooks,
    invoices,
    online,
    tax,
    verbs,
    withdrawing,
    worker,
)

app_name = "payments"

urlpatterns = [
    path("payments/", center.Center.as_view(), name="center"),
    # the client's side
    path("payments/invoices/", center.Invoices.as_view(), name="invoices"),
    path("payments/pay/", center.Pay.as_view(), name="pay"),
    path("payments/runs/<int:pk>/", center.Run.as_view(), name="run"),
    path("payments/ledger/", center.Ledger.as_view(), name="ledger"),
    path("payments/funds/", center.Funds.as_view(), name="funds"),
    path("payments/deposits/<int:pk>/", center.DepositDone.as_view(), name="deposit"),
    path("payments/funds/online/", online.Collect.as_view(), name="collect"),
    # the worker's side
    path("payments/balance/", worker.Ledger.as_view(), name="balance"),
    path("payments/withdraw/", withdrawing.Withdraw.as_view(), name="withdraw"),
    path("payments/withdrawals/<int:pk>/", withdrawing.WithdrawalDone.as_view(), name="withdrawal"),
    path("payments/auto-withdraw/", withdrawing.AutoWithdraw.as_view(), name="auto_withdraw"),
    path("payments/accounts/", accounts.Accounts.as_view(), name="accounts"),
    path("payments/accounts/<int:pk>/confirm/", accounts.ConfirmAccount.as_view(), name="confirm_account"),
    path("payments/accounts/<int:pk>/remove/", accounts.RemoveAccount.as_view(), name="remove_account"),
    path("payments/tax/", tax.Tax.as_view(), name="tax"),
    path("payments/tax/<int:year>/", tax.TaxYear.as_view(), name="tax_year"),
    path("payments/advances/<int:pk>/", verbs.AdvanceDone.as_view(), name="advance"),
    # the payment provider calls here
    path("hooks/provider/", hooks.ProviderHook.as_view(), name="provider_hook"),
    # both sides, each in the own figures
    path("payments/invoices/<str:number>/", invoices.Page.as_view(), name="invoice"),
    path("payments/invoices/<str:number>/pdf/", invoices.Document.as_view(), name="invoice_pdf"),
    # verbs of one assignment
    path("assignments/<int:pk>/approve/", verbs.Approve.as_view(), name="approve"),
    path("assignments/<int:pk>/cancel/", verbs.Cancel.as_view(), name="cancel"),
    path("assignments/<int:pk>/stop-payment/", verbs.StopPayment.as_view(), name="stop_payment"),
    path("assignments/<int:pk>/fastfunds/", verbs.FastFunds.as_view(), name="fastfunds"),
    path("assignments/<int:pk>/escalate/", disputes.Escalate.as_view(), name="escalate"),
    path("assignments/<int:pk>/dispute/", disputes.DisputePage.as_view(), name="dispute"),
    path("assignments/<int:pk>/dispute/answer/", disputes.AnswerDispute.as_view(), name="answer_dispute"),
    path(
        "assignments/<int:pk>/dispute/withdraw/", disputes.WithdrawDispute.as_view(), name="withdraw_dispute"
    ),
]
