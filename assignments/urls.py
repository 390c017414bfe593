"""Full paths of the assignments room; the name of each verb is the verb."""

from django.urls import path

from assignments.views import (
    client,
    client_bulk,
    client_saved_views,
    client_templates,
    client_upload,
    company_card,
    files,
    page,
    rating,
    scorecards,
    sheets,
    worker,
    worker_routing,
)

app_name = "assignments"

urlpatterns = [
    path("dashboard/", client.Dashboard.as_view(), name="dashboard"),
    path("home/", worker.Home.as_view(), name="worker_home"),
    path("messages/", page.Threads.as_view(), name="threads"),
    path("find-work/", worker.FindWork.as_view(), name="find"),
    path("find-work/saved/", worker.Kept.as_view(), name="saved_work"),
    path("find-work/hidden/", worker.Kept.as_view(kind="hidden"), name="hidden_work"),
    path("find-work/searches/", worker.Searches.as_view(), name="searches"),
    path("find-work/searches/new/", worker.SaveSearch.as_view(), name="save_search"),
    path("find-work/searches/<int:search_id>/", worker.EditSearch.as_view(), name="search"),
    path("find-work/<int:pk>/filled/", worker.Filled.as_view(), name="filled"),
    path("find-work/<int:pk>/<slug:mark>/", worker.Mark.as_view(), name="mark"),
    path("work/", worker.MyWork.as_view(), name="work"),
    path("vendor/work/", worker.TeamWork.as_view(), name="team_work"),
    path("schedule/", worker.Schedule.as_view(), name="schedule"),
    path("profile/scorecard/", scorecards.OwnCard.as_view(), name="scorecard"),
    path("profile/scorecard/<slug:figure>/", scorecards.OwnFigure.as_view(), name="scorecard_figure"),
    path("workers/<int:worker_id>/scorecard/", scorecards.WorkerCard.as_view(), name="worker_scorecard"),
    path(
        "workers/<int:worker_id>/scorecard/<slug:figure>/",
        scorecards.WorkerFigure.as_view(),
        name="worker_scorecard_figure",
    ),
    path("company/card/", company_card.Card.as_view(), name="company_card"),
    path("company/card/<slug:figure>/", company_card.Figure.as_view(), name="company_figure"),
    path("assignments/", client.List.as_view(), name="list"),
    path("assignments/new/", client.New.as_view(), name="new"),
    # drafts by the file, by template, by rule
    path("assignments/uploads/", client_upload.Uploads.as_view(), name="uploads"),
    path("assignments/uploads/example.csv", client_upload.ExampleFile.as_view(), name="upload_example"),
    path("assignments/uploads/<int:pk>/", client_upload.UploadOne.as_view(), name="upload"),
    path(
        "assignments/uploads/<int:pk>/columns/", client_upload.UploadColumns.as_view(), name="upload_columns"
    ),
    path("assignments/uploads/<int:pk>/create/", client_upload.StartUpload.as_view(), name="upload_create"),
    path("assignments/uploads/<int:pk>/stop/", client_upload.CancelUpload.as_view(), name="upload_stop"),
    path(
        "assignments/uploads/<int:pk>/rows-to-mend.csv",
        client_upload.BadRows.as_view(),
        name="upload_bad_rows",
    ),
    path(
        "assignments/uploads/matchings/<int:pk>/delete/",
        client_upload.DeleteMapping.as_view(),
        name="delete_mapping",
    ),
    path("assignments/templates/", client_templates.Templates.as_view(), name="templates"),
    path("assignments/templates/<int:pk>/", client_templates.TemplateOne.as_view(), name="template"),
    path("assignments/templates/<int:pk>/start/", client_templates.StartFrom.as_view(), name="start_from"),
    path("assignments/templates/<int:pk>/repeat/", client_templates.Repeat.as_view(), name="repeat"),
    path(
        "assignments/templates/<int:pk>/delete/",
        client_templates.DeleteTemplate.as_view(),
        name="delete_template",
    ),
    path("assignments/repetitions/<int:pk>/", client_templates.RecurrenceOne.as_view(), name="recurrence"),
    path(
        "assignments/repetitions/<int:pk>/pause/",
        client_templates.PauseRecurrence.as_view(),
        name="pause_recurrence",
    ),
    path(
        "assignments/repetitions/<int:pk>/resume/",
        client_templates.ResumeRecurrence.as_view(),
        name="resume_recurrence",
    ),
    path(
        "assignments/repetitions/<int:pk>/end/",
        client_templates.EndRecurrence.as_view(),
        name="end_recurrence",
    ),
    path(
        "assignments/<int:pk>/save-template/", client_templates.SaveTemplate.as_view(), name="save_template"
    ),
    path("assignments/bulk/", client_bulk.Bulk.as_view(), name="bulk"),
    path("assignments/bulk/<uuid:run>/", client_bulk.Result.as_view(), name="bulk_run"),
    path("assignments/views/new/", client_saved_views.New.as_view(), name="save_view"),
    path("assignments/views/<int:pk>/", client_saved_views.Edit.as_view(), name="saved_view"),
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
    path("assignments/<int:pk>/override/", client.Override.as_view(), name="override"),
    path(
        "assignments/<int:pk>/override/<int:worker_id>/withdraw/",
        client.WithdrawOverride.as_view(),
        name="withdraw_override",
    ),
    path("assignments/<int:pk>/waves/<int:route>/cancel/", client.CancelWave.as_view(), name="cancel_wave"),
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
    path("assignments/<int:pk>/rate-worker/", rating.RateWorker.as_view(), name="rate_worker"),
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
    path("assignments/<int:pk>/promise/", sheets.PayPromise.as_view(), name="promise"),
    path("assignments/<int:pk>/sheet/", sheets.Sheet.as_view(), name="sheet"),
    path("assignments/<int:pk>/sheet/<int:turn>/", sheets.Sheet.as_view(), name="sheet_turn"),
    path("assignments/<int:pk>/sheet/<int:turn>/pdf/", sheets.SheetPaper.as_view(), name="sheet_pdf"),
    path("assignments/<int:pk>/scope/", sheets.ProposeScope.as_view(), name="propose_scope"),
    path(
        "assignments/<int:pk>/scope/<int:proposal>/accept/", sheets.AcceptScope.as_view(), name="accept_scope"
    ),
    path(
        "assignments/<int:pk>/scope/<int:proposal>/decline/",
        sheets.DeclineScope.as_view(),
        name="decline_scope",
    ),
    path(
        "assignments/<int:pk>/scope/<int:proposal>/withdraw/",
        sheets.WithdrawScope.as_view(),
        name="withdraw_scope",
    ),
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
    path("assignments/<int:pk>/accept/", worker_routing.Accept.as_view(), name="accept"),
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
    path("assignments/<int:pk>/rate-client/", rating.RateClient.as_view(), name="rate_client"),
    # files, each asked of visibility at every download
    path("files/attachments/<uuid:uuid>/", files.attachment, name="attachment_file"),
    path("files/deliverables/<uuid:uuid>/", files.deliverable, name="deliverable_file"),
    path("files/receipts/<uuid:uuid>/", files.receipt, name="receipt_file"),
]
