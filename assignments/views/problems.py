"""Problem reports: the list of an assignment, reporting one, and resolving one."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect

from assignments import problems as reads
from assignments.actions import problems
from assignments.forms.shared import ReasonForm
from assignments.forms.talk import ReportForm
from assignments.queries import Seen
from assignments.views.base import VerbPage, user_of
from assignments.views.page import TabPage
from assignments.views.worker_visit import PREVIEWS
from common.errors import NotAllowed


class Problems(TabPage):
    """All reports of this assignment that the viewer may read, open ones first."""

    tab = "problems"
    needs = "messages"

    def parts(self, request: HttpRequest, view: Seen) -> dict[str, Any]:
        found = list(reads.of(view))
        may = "resolve_problem" in view.verbs
        resolvable = {one.pk for one in found if may and one.is_open and problems.may_resolve(view, one)}
        return {"problems": found, "resolvable": resolvable}


@PREVIEWS
class ReportProblem(VerbPage):
    """The worker from the visit page, or the client's people: what is wrong, how bad, photos."""

    verb, title, button = "report_problem", "Report a problem", "Report problem"
    lead = "The assignment is marked At Risk for both sides, and the other side is told at once."
    template_name = "assignments/report_problem.html"
    form_class = ReportForm

    @property
    def done(self) -> str:  # type: ignore[override]
        other = "worker" if self.view.side == "client" else "client"
        return f"Reported. The {other} was told."

    def run(self, form: Any) -> None:
        typed = form.cleaned_data
        problems.report_problem(
            self.view.row.pk,
            actor=user_of(self.request),
            kind=typed["kind"],
            severity=typed["severity"],
            text=typed["text"],
            photos=form.uploads,
            key=typed.get("key"),
        )

    def after(self) -> HttpResponseRedirect:
        return redirect(
            "assignments:visit" if self.view.standing.is_assigned else "assignments:problems",
            pk=self.view.row.pk,
        )


class ResolveProblem(VerbPage):
    """The client, or the worker's side for what it reported: it is over, and how."""

    verb, title, button = "resolve_problem", "Resolve a problem", "Mark as resolved"
    lead = "The other side is told. When no problem is open any more, the assignment is no longer At Risk."
    done = "The problem is resolved. The other side was told."
    template_name = "assignments/resolve_problem.html"

    def find(self) -> None:
        problem_id = self.kwargs["problem"]
        if not reads.of(self.view).filter(pk=problem_id).exists():
            raise Http404
        self.problem = problems.open_problem(self.view, problem_id)
        if not problems.may_resolve(self.view, self.problem):
            raise NotAllowed("The client reported this problem, and resolves it.")

    def get_form(self, *data: Any) -> forms.BaseForm:
        return ReasonForm(*data[:1], field="resolution", label="How it was resolved")

    def context(self) -> dict[str, Any]:
        return {"problem": self.problem}

    def run(self, form: Any) -> None:
        problems.resolve_problem(
            self.view.row.pk,
            self.problem.pk,
            actor=user_of(self.request),
            resolution=form.cleaned_data["resolution"],
        )

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:problems", pk=self.view.row.pk)
