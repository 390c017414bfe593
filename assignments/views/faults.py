"""The fault record's pages (N5): both sides' lists, one entry with its contest, and the written rules."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views import View

from assignments import fault_page, fault_queries
from assignments.actions import faults
from assignments.fault_rules import RULES
from assignments.fault_states import FaultKind, FaultSide
from assignments.forms.faults import AnswerForm, ContestForm
from assignments.models import FaultEntry
from assignments.views.base import attempt, user_of
from assignments.views.client_base import ClientPage
from assignments.views.worker_base import WorkerView
from clients import policies as client_policies


class OwnFaults(WorkerView):
    """The worker's own entries, of all companies."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = fault_queries.of_worker(self.worker)
        lines, pager = fault_queries.page(rows, request.GET, FaultSide.WORKER)
        context = {"lines": lines, "page": pager, "open_count": fault_queries.open_count(rows)}
        return render(request, "assignments/faults/own.html", context)


class CompanyFaults(ClientPage):
    """The entries of the company's assignments."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = fault_queries.of_client(self.member.client_id)
        lines, pager = fault_queries.page(rows, request.GET, FaultSide.CLIENT)
        context = {
            "lines": lines,
            "page": pager,
            "open_count": fault_queries.open_count(rows),
            "client": self.member.client,
            "verbs": client_policies.verbs_for(self.member),
        }
        return render(request, "assignments/faults/company.html", context)


class FaultRules(LoginRequiredMixin, View):
    """How fault is attributed: the table as the code reads it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        groups = [(kind, [rule for rule in RULES if kind in rule.kinds]) for kind in FaultKind]
        return render(request, "assignments/faults/rules.html", {"groups": groups})


class _One(LoginRequiredMixin, View):
    """One entry, as the reader's side sees it. Raises Http404 for a stranger."""

    kwargs: dict[str, Any]
    fault: FaultEntry

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        found = fault_queries.visible_to(user_of(request)).filter(pk=kwargs["fault_id"])
        fault = found.select_related("assignment__client", "engagement__worker__user").first()
        if fault is None:
            raise Http404
        self.fault = fault
        return super().dispatch(request, *args, **kwargs)

    def page(self, request: HttpRequest, form: forms.Form | None = None, status: int = 200) -> HttpResponse:
        seen = fault_page.seen(user_of(request), self.fault)
        context = {"seen": seen, "fault": self.fault, "line": seen.line, "form": form or self.blank(seen)}
        context["after_all"] = fault_queries.came_after_all(self.fault)
        context["list_url"] = reverse(LISTS[seen.side])
        return render(request, "assignments/faults/one.html", context, status=status)

    def blank(self, seen: fault_queries.FaultPage) -> forms.Form | None:
        if seen.can_contest:
            return ContestForm(fault=self.fault)
        return AnswerForm() if seen.can_answer else None


LISTS: dict[str, str] = {
    FaultSide.CLIENT: "assignments:company_faults",
    FaultSide.WORKER: "assignments:own_faults",
}


class OneFault(_One):
    """What happened, the rule, until when it can be contested, what was said."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page(request)


class _Said(_One):
    """A POST with something typed: a refusal shows the entry again with it."""

    done: ClassVar[str]

    def read(self, request: HttpRequest) -> forms.Form:
        raise NotImplementedError

    def run(self, request: HttpRequest, form: forms.Form) -> None:
        raise NotImplementedError

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        fault_page.require(user_of(request), self.fault, self.verb)
        form = self.read(request)
        if form.is_valid() and attempt(request, form, lambda: self.run(request, form), self.done):
            return redirect("assignments:fault", self.fault.pk)
        return self.page(request, form, status=422)

    verb: ClassVar[str]


class ContestFault(_Said):
    """One side says that it is another party's."""

    verb = "contest_fault"
    done = "You contested it. The other side has 7 days to answer."

    def read(self, request: HttpRequest) -> forms.Form:
        return ContestForm(request.POST, fault=self.fault)

    def run(self, request: HttpRequest, form: forms.Form) -> None:
        faults.contest_fault(self.fault.pk, actor=user_of(request), **form.cleaned_data)


class AnswerFault(_Said):
    """The other side agrees, or says why not."""

    verb = "answer_fault"
    done = "Your answer is kept."

    def read(self, request: HttpRequest) -> forms.Form:
        return AnswerForm(request.POST)

    def run(self, request: HttpRequest, form: forms.Form) -> None:
        agrees = request.POST.get("answer") == "agree"
        faults.answer_fault(
            self.fault.pk, actor=user_of(request), agrees=agrees, text=form.cleaned_data["text"]
        )
