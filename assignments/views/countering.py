"""Answering a date with another date, from both sides."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

from assignments.actions import countering
from assignments.forms.shared import ScheduleForm
from assignments.models import RescheduleRequest
from assignments.presenting import schedule_words
from assignments.views.base import VerbPage, user_of
from assignments.views.page import reschedule_id


class CounterReschedule(VerbPage):
    """Shows the date that was asked, and asks for another one."""

    verb = "counter_reschedule"
    title = "Propose another date"
    lead = "The other side accepts, declines or proposes again. Until then the agreed date stays."
    button = "Propose this date"
    done = "Your date was sent."
    template_name = "assignments/decide_reschedule.html"

    def find(self) -> None:
        self.asked = countering.to_counter(self.view, reschedule_id(self))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        mine = RescheduleRequest.objects.filter(
            assignment=self.view.row, answers=kwargs["request_id"], asked_by=user_of(request)
        )
        if mine.exists():
            messages.info(request, "This is done already.")
            return self.after()
        return super().post(request, **kwargs)

    def get_form(self, *data: Any) -> forms.BaseForm:
        return ScheduleForm(*data[:1], row=self.view.row, note_required=True)

    def context(self) -> dict[str, Any]:
        return {"asked": self.asked, "old_schedule": schedule_words(self.view.row)}

    def run(self, form: Any) -> None:
        countering.counter_reschedule(
            self.view.row.pk,
            self.asked.pk,
            actor=user_of(self.request),
            schedule=form.schedule(),
            note=form.cleaned_data["note"],
        )

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:requests", pk=self.view.row.pk)
