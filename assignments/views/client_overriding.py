"""Requirements waived for one worker: give it, see to whom it was given, take it back (domain.md 3.4)."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

from assignments.actions import overriding
from assignments.actions.door import did_it
from assignments.forms.overriding import OverrideForm
from assignments.models import RequirementOverride
from assignments.requirements import asked_words
from assignments.views.base import VerbPage, user_of
from common.errors import WrongState


class Override(VerbPage):
    verb = "override"
    title = "Let a worker apply without the requirements"
    button = "Let this worker apply"
    done = "The worker may apply and was told."
    template_name = "assignments/client/override.html"

    def get_form(self, *data: Any) -> forms.BaseForm:
        return OverrideForm(
            *data[:1],
            row=self.view.row,
            ids=self.request.GET.getlist("worker")[:1],
            is_judged="find" not in self.request.POST,
        )

    def act(self, request: HttpRequest) -> HttpResponse:
        if "find" in request.POST:
            return self.page(request, self.get_form(request.POST))
        return super().act(request)

    def run(self, form: Any) -> None:
        got = form.cleaned_data
        overriding.override(self.view.row.pk, got["worker"], actor=user_of(self.request), note=got["note"])

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:override", pk=self.view.row.pk)

    def context(self) -> dict[str, Any]:
        given = RequirementOverride.objects.filter(assignment=self.view.row)
        return {
            "asks": asked_words(self.view.row),
            "given": given.select_related("worker__user", "given_by").order_by("-given_at", "-pk"),
        }


class WithdrawOverride(VerbPage):
    verb, title, button = "withdraw_override", "Ask the requirements again", "Ask them again"
    lead = "The worker has to meet all requirements before applying, and is told."
    done = "The requirements are asked again. The worker was told."

    def find(self) -> None:
        given = RequirementOverride.objects.filter(assignment=self.view.row, worker=self.kwargs["worker_id"])
        if not given.exists():
            if did_it(user_of(self.request), self.verb, self.view.row, self.view.now):
                raise WrongState("This is done already.")
            raise Http404

    def run(self, form: forms.BaseForm) -> None:
        overriding.withdraw_override(self.view.row.pk, self.kwargs["worker_id"], actor=user_of(self.request))

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:override", pk=self.view.row.pk)
