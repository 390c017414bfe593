"""Full paths of the assignments room; the name of each verb is the verb."""

from django.urls import path

from assignments.views import client, files, page, worker

app_name = "assignments"

urlpatterns = [
    path("dashboard/", client.Dashboard.as_view(), name="dashboard"),
    path("home/", worker.Home.as_view(), name="worker_home"),
    path("messages/", page.Threads.as_view(), name="threads"),
    path("find-work/", worker.FindWork.as_view(), name="find"),
    path("work/", worker.MyWork.as_view(), name="work"),
    path("schedule/", worker.Schedule.as_view(), name="schedule"),
    path("assignments/", client.List.as_view(), name="list"),
    path("assignments/new/", client.New.as_view(), name="new"),
    path("assignments/price-preview/", client.PricePreview.as_view(), name="price_preview"),
    path("assignments/<int:pk>/", page.Page.as_view(), name="page"),
    # tabs
    path("assignments/<int:pk>/applications/", client.Applications.as_view(), name="applications"),
    path("assignments/<int:pk>/details/", page.Details.as_view(), name="details"),
    path("assignments/<int:pk>/questions/", page.Questions.as_view(), name="questions"),
    path("assignments/<int:pk>/messages/", page.Messages.as_view(), name="messages"),
    path("assignments/<int:pk>/deliverables/", page.Deliverables.as_view(), name="deliverables"),
    path("assignments/<int:pk>/requests/", page.Requests.as_view(), name="requests"),
    path("assignments/<int:pk>/history/", page.History.as_view(), name="history"),
    # the client's verbs
    path("assignments/<int:pk>/edit/", client.Edit.as_view(), name="edit"),
    path("assignments/<int:pk>/edit-site/", client.EditSite.as_view(), name="edit_site"),
    path("assignments/<int:pk>/delete/", client.Delete.as_view(), name="delete"),
    path("assignments/<int:pk>/send/", client.Send.as_view(), name="send"),
    path("assignments/<int:pk>/invite/", client.Invite.as_view(), name="invite"),
    path("assignments/<int:pk>/copy/", client.Copy.as_view(), name="copy"),
    path("assignments/<int:pk>/assign-directly/", client.AssignDirectly.as_view(), name="assign_directly"),
    path(
        "assignments/<int:pk>/applications/<int:application>/",
        client.Application.as_view(),
        name="application",
    ),
    path(
        "assignments/<int:pk>/applications/<int:application>/assign/", client.Assign.as_view(), name="assign"
    ),
    path(
        "assignments/<int:pk>/applications/<int:application>/decline/",
        client.Decline.as_view(),
        name="decline",
    ),
    path("assignments/<int:pk>/questions/<int:question>/answer/", client.Answer.as_view(), name="answer"),
    path("assignments/<int:pk>/hold/", client.Hold.as_view(), name="hold"),
    path("assignments/<int:pk>/remove-hold/", client.RemoveHold.as_view(), name="remove_hold"),
    path("assignments/<int:pk>/unassign/", client.Unassign.as_view(), name="unassign"),
    path("assignments/<int:pk>/send-back/", client.SendBack.as_view(), name="send_back"),
    path("assignments/<int:pk>/rate-worker/", client.RateWorker.as_view(), name="rate_worker"),
    path("assignments/<int:pk>/follow/", client.Follow.as_view(), name="follow"),
    path("assignments/<int:pk>/attach/", client.Attach.as_view(), name="attach"),
    path(
        "assignments/<int:pk>/attachments/<int:attachment>/remove/",
        client.RemoveAttachment.as_view(),
        name="remove_attachment",
    ),
    path(
        "assignments/<int:pk>/deliverables/<int:deliverable>/reject/",
        client.RejectDeliverable.as_view(),
        name="reject_deliverable",
    ),
    path("assignments/<int:pk>/add-money/", client.AddMoney.as_view(), name="add_money"),
    path(
        "assignments/<int:pk>/money/<int:request_id>/approve/",
        client.ApproveMoney.as_view(),
        name="approve_money",
    ),
    path(
        "assignments/<int:pk>/money/<int:request_id>/decline/",
        client.DeclineMoney.as_view(),
        name="decline_money",
    ),
    # both sides
    path("assignments/<int:pk>/reschedule/", page.RequestReschedule.as_view(), name="request_reschedule"),
    path(
        "assignments/<int:pk>/reschedule/<int:request_id>/accept/",
        page.AcceptReschedule.as_view(),
        name="accept_reschedule",
    ),
    path(
        "assignments/<int:pk>/reschedule/<int:request_id>/decline/",
        page.DeclineReschedule.as_view(),
        name="decline_reschedule",
    ),
    path(
        "assignments/<int:pk>/reschedule/<int:request_id>/withdraw/",
        page.WithdrawReschedule.as_view(),
        name="withdraw_reschedule",
    ),
    # the worker's verbs
    path("assignments/<int:pk>/apply/", worker.Apply.as_view(), name="apply"),
    path("assignments/<int:pk>/counteroffer/", worker.Counteroffer.as_view(), name="counteroffer"),
    path("assignments/<int:pk>/withdraw/", worker.Withdraw.as_view(), name="withdraw"),
    path(
        "assignments/<int:pk>/decline-invitation/",
        worker.DeclineInvitation.as_view(),
        name="decline_invitation",
    ),
    path("assignments/<int:pk>/ask/", worker.Ask.as_view(), name="ask"),
    path("assignments/<int:pk>/visit/", worker.Visit.as_view(), name="visit"),
    path("assignments/<int:pk>/confirm/", worker.Confirm.as_view(), name="confirm"),
    path("assignments/<int:pk>/check-in/", worker.CheckIn.as_view(), name="check_in"),
    path("assignments/<int:pk>/check-out/", worker.CheckOut.as_view(), name="check_out"),
    path("assignments/<int:pk>/visits/<int:visit>/edit/", worker.EditCheckIn.as_view(), name="edit_check_in"),
    path("assignments/<int:pk>/deliver/<int:requirement>/", worker.Deliver.as_view(), name="deliver"),
    path(
        "assignments/<int:pk>/deliverables/<int:deliverable>/remove/",
        worker.RemoveDeliverable.as_view(),
        name="remove_deliverable",
    ),
    path("assignments/<int:pk>/fields/", worker.FillFields.as_view(), name="fill_fields"),
    path("assignments/<int:pk>/submit/", worker.Submit.as_view(), name="submit"),
    path("assignments/<int:pk>/back-out/", worker.BackOut.as_view(), name="back_out"),
    path("assignments/<int:pk>/request/<str:kind>/", worker.RequestMoney.as_view(), name="request_money"),
    path(
        "assignments/<int:pk>/money/<int:request_id>/withdraw/",
        worker.WithdrawMoney.as_view(),
        name="withdraw_money",
    ),
    path("assignments/<int:pk>/rate-client/", worker.RateClient.as_view(), name="rate_client"),
    # files, each asked of visibility at every download
    path("files/attachments/<uuid:uuid>/", files.attachment, name="attachment_file"),
    path("files/deliverables/<uuid:uuid>/", files.deliverable, name="deliverable_file"),
    path("files/receipts/<uuid:uuid>/", files.receipt, name="receipt_file"),
]
