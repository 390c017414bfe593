"""Full paths of the payments room: the Payment Center, and the verbs of an assignment that move money."""

from django.urls import path

from payments.views import (
    accounts,
    automatic,
    center,
    credits,
    disputes,
    funds,
    hooks,
    in_dispute,
    invoices,
    online,
    precedents,
    proof,
    reports,
    statements,
    tax,
    verbs,
    verify,
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
    path("payments/funds/statement/", funds.FundsStatementPage.as_view(), name="funds_statement"),
    path("payments/bundle/", statements.Bundle.as_view(), name="bundle"),
    path("payments/statements/", statements.Statements.as_view(), name="statements"),
    path("payments/statements/<str:number>/", statements.StatementPage.as_view(), name="statement"),
    path(
        "payments/statements/<str:number>/print/", statements.StatementPrint.as_view(), name="statement_print"
    ),
    path(
        "payments/statements/<str:number>/pdf/", statements.StatementDocument.as_view(), name="statement_pdf"
    ),
    path("payments/statements/<str:number>/dissolve/", statements.Dissolve.as_view(), name="dissolve"),
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
    path("payments/fastfunds/", automatic.Automatic.as_view(), name="automatic"),
    # the payment provider calls here
    path("hooks/provider/", hooks.ProviderHook.as_view(), name="provider_hook"),
    # both sides, each in the own figures
    path("payments/invoices/<str:number>/", invoices.Page.as_view(), name="invoice"),
    path("payments/invoices/<str:number>/pdf/", invoices.Document.as_view(), name="invoice_pdf"),
    path("payments/invoices/<str:number>/print/", invoices.Print.as_view(), name="invoice_print"),
    path("payments/credit-notes/<str:number>/", credits.Page.as_view(), name="credit_note"),
    path("payments/credit-notes/<str:number>/pdf/", credits.Document.as_view(), name="credit_note_pdf"),
    # reports: money, work, and those of the platform for its staff
    path("payments/reports/", reports.Reports.as_view(), name="reports"),
    path("payments/reports/work/", reports.WorkReports.as_view(), name="work_reports"),
    path("payments/reports/platform/", reports.PlatformReports.as_view(), name="platform_reports"),
    # what proves the work, and the page without sign-in that checks it
    path("assignments/<int:pk>/proof/", proof.Proof.as_view(), name="proof"),
    path("assignments/<int:pk>/proof/<uuid:uuid>/", proof.ProofFile.as_view(), name="proof_file"),
    path("verify/", verify.Verify.as_view(), name="verify"),
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
    path("assignments/<int:pk>/fastfunds/switch/", automatic.SwitchHere.as_view(), name="skip_fastfunds"),
    path("assignments/<int:pk>/dispute/figure/", in_dispute.GiveFigure.as_view(), name="give_figure"),
    path("assignments/<int:pk>/dispute/appeal/", in_dispute.AppealDispute.as_view(), name="appeal_dispute"),
    path("assignments/<int:pk>/dispute/waive/", in_dispute.WaiveAppeal.as_view(), name="waive_appeal"),
    path(
        "assignments/<int:pk>/dispute/settle/", in_dispute.OfferSettlement.as_view(), name="offer_settlement"
    ),
    path(
        "assignments/<int:pk>/dispute/settle/<int:offer>/accept/",
        in_dispute.AcceptSettlement.as_view(),
        name="accept_settlement",
    ),
    path(
        "assignments/<int:pk>/dispute/settle/<int:offer>/decline/",
        in_dispute.DeclineSettlement.as_view(),
        name="decline_settlement",
    ),
    path(
        "assignments/<int:pk>/dispute/settle/<int:offer>/withdraw/",
        in_dispute.WithdrawSettlement.as_view(),
        name="withdraw_settlement",
    ),
    path("disputes/files/<uuid:uuid>/", disputes.dispute_file, name="dispute_file"),
    path("precedents/", precedents.precedents, name="precedents"),
]
