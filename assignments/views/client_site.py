"""While the work goes on: hold, send back, ask for a file again, rate, follow."""

from contextlib import suppress
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect

from assignments import review
from assignments.actions import closeout, deliverables, holds, talk
from assignments.forms.client import HoldForm
from assignments.forms.review import SendBackForm
from assignments.forms.shared import ReasonForm, ScheduleForm
from assignments.models import CustomField, Deliverable
from assignments.next_action import url
from assignments.policies import refusal
from assignments.views.base import VerbPage, load, user_of
from assignments.views.client_base import ClientPage
from common.errors import AlreadyDone


class Hold(VerbPage):
    verb = "hold"
    title = "Put on hold"
    lead = "The worker is told. On hold nobody can check in, check out or submit, and nothing counts as late."
    button = "Put on hold"
    done = "It is on hold. The worker was told."
    form_class = HoldForm

    def get_form(self, *data: Any) -> forms.BaseForm:
        return HoldForm(*data[:1])

    def run(self, form: Any) -> None:
        holds.hold(self.view.row.pk, actor=user_of(self.request), **form.cleaned_data)


class RemoveHold(VerbPage):
    verb = "remove_hold"
    title = "Remove the hold"
    lead = (
        "The worker gets this date to accept. Declining it ends the worker's part; it is then offered again."
    )
    button = "Send new date"
    done = "The new date was sent. It stays on hold until the worker answers."

    def get_form(self, *data: Any) -> forms.BaseForm:
        return ScheduleForm(*data[:1], row=self.view.row)

    def run(self, form: Any) -> None:
        holds.remove_hold(
            self.view.row.pk,
            actor=user_of(self.request),
            schedule=form.schedule(),
            note=form.cleaned_data["note"],
        )


class SendBack(VerbPage):
    verb = "send_back"
    title = "Not Satisfied"
    lead = "It goes back to In Progress. The worker reads your words and submits it again."
    button = "Send back"
    done = "It is sent back. The worker was told."
    danger = True
    template_name = "assignments/client/send_back.html"

    def get_form(self, *data: Any) -> forms.BaseForm:
        row = self.view.row
        return SendBackForm(
            *data[:1],
            kept=review.kept_files(row),
            has_hours=row.checkin_required,
            has_fields=CustomField.objects.filter(assignment=row).exists(),
            submitted=closeout.final_pay(row),
        )

    def run(self, form: Any) -> None:
        closeout.send_back(
            self.view.row.pk,
            actor=user_of(self.request),
            reason=form.cleaned_data["reason"],
            remarks=form.remarks(),
            proposed=form.proposal(),
        )


class AcceptDeliverable(VerbPage):
    verb, title, button = "accept_deliverable", "Accept a file", "Accept file"
    lead = "It then stays as it is: the worker cannot take it back, and it is not asked again."
    done = "File accepted."
    template_name = "assignments/client/accept_deliverable.html"

    def run(self, form: Any) -> None:
        deliverables.accept_deliverable(
            self.view.row.pk, self.kwargs["deliverable"], actor=user_of(self.request)
        )

    def find(self) -> None:
        self.file = client_file(self)

    def context(self) -> dict[str, Any]:
        return {"file": self.file}

    def after(self) -> HttpResponseRedirect:
        """Back to the page that approves, where the press came from it."""
        if self.request.POST.get("back") == "approve":
            return redirect(url(self.view.row, "approve"))
        return redirect("assignments:deliverables", pk=self.view.row.pk)


def client_file(page: VerbPage) -> Deliverable:
    """The file that the address names, of the present worker. Raises Http404, or Conflict for one taken back."""
    row, file_id = page.view.row, page.kwargs["deliverable"]
    if not Deliverable.objects.filter(engagement=row.engagement, pk=file_id).exists():
        raise Http404
    return deliverables.kept_file(page.view, file_id)


class RejectDeliverable(VerbPage):
    verb = "reject_deliverable"
    title = "Ask for a file again"
    lead = "Its place is open again. The worker reads your reason."
    button = "Ask again"
    done = "The worker was asked for the file again."
    template_name = "assignments/client/reject_deliverable.html"

    def get_form(self, *data: Any) -> forms.BaseForm:
        return ReasonForm(*data[:1], label="What is wrong with it")

    def run(self, form: Any) -> None:
        deliverables.reject_deliverable(
            self.view.row.pk,
            self.kwargs["deliverable"],
            actor=user_of(self.request),
            reason=form.cleaned_data["reason"],
        )

    def find(self) -> None:
        file_id = self.kwargs["deliverable"]
        if not Deliverable.objects.filter(engagement=self.view.row.engagement, pk=file_id).exists():
            raise Http404
        self.file = deliverables.waiting_file(self.view, file_id)

    def context(self) -> dict[str, Any]:
        return {"file": self.file}

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:deliverables", pk=self.view.row.pk)


class Follow(ClientPage):
    """Switch following on and off. POST only."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        view = load(request, pk)
        stopped = refusal(view.standing, "follow", view.row, view.now)
        if stopped:
            raise stopped
        verb = talk.unfollow if view.standing.follows else talk.follow
        with suppress(AlreadyDone):
            verb(pk, actor=user_of(request))
        return redirect("assignments:page", pk=pk)
