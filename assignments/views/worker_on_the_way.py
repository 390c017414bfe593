"""On the way, and late: what the worker tells before the check-in."""

from typing import Any

from django import forms

from assignments.actions import on_the_way
from assignments.forms.on_the_way import DelayForm, SetOutForm
from assignments.views.base import user_of
from assignments.views.worker_visit import SiteVerb


class SetOut(SiteVerb):
    verb, title, button = "set_out", "I am on my way", "Tell the client"
    lead = "The client sees on the assignment that you are on the way, until you check in."
    done = "The client knows that you are on the way."

    def get_form(self, *data: Any) -> forms.BaseForm:
        return SetOutForm(*data[:1], row=self.view.row)

    def run(self, form: forms.BaseForm) -> None:
        eta_at = form.cleaned_data["eta_at"]
        on_the_way.set_out(self.view.row.pk, actor=user_of(self.request), eta_at=eta_at)


class ReportDelay(SiteVerb):
    verb, title, button = "report_delay", "Report a delay", "Tell the client"
    lead = (
        "The agreed start stays, and being late still counts. If you need another date, ask for one instead."
    )
    done = "The client knows of the delay."

    def get_form(self, *data: Any) -> forms.BaseForm:
        return DelayForm(*data[:1], row=self.view.row)

    def run(self, form: forms.BaseForm) -> None:
        typed = form.cleaned_data
        on_the_way.report_delay(
            self.view.row.pk, actor=user_of(self.request), eta_at=typed["eta_at"], reason=typed["reason"]
        )
