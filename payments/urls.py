"""Full paths of the payments room: the Payment Center, and the verbs of an assignment that move money."""

from django.urls import path

from payments.views import automatic, center, disputes, in_dispute, invoices, precedents, verbs, worker

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
    # the worker's side
    path("payments/balance/", worker.Ledger.as_view(), name="balance"),
    path("payments/withdraw/", worker.Withdraw.as_view(), name="withdraw"),
    path("payments/withdrawals/<int:pk>/", worker.WithdrawalDone.as_view(), name="withdrawal"),
    path("payments/accounts/", worker.Accounts.as_view(), name="accounts"),
    path("payments/accounts/<int:pk>/remove/", worker.RemoveAccount.as_view(), name="remove_account"),
    path("payments/advances/<int:pk>/", verbs.AdvanceDone.as_view(), name="advance"),
    path("payments/fastfunds/", automatic.Automatic.as_view(), name="automatic"),
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
    path("disputes/files/<uuid:uuid>/", disputes.statement_file, name="statement_file"),
    path("precedents/", precedents.precedents, name="precedents"),
]
