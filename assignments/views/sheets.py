"""The pay promise, the agreement with its amendments, and changes of the agreed scope (N1, N2)."""

from typing import Any

from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views import View

from assignments import pdf
from assignments.actions import scope
from assignments.actions.sheets import last_document
from assignments.agreement import Changed
from assignments.forms.scope import ScopeForm
from assignments.forms.shared import ReasonForm
from assignments.models import AgreementSheet, ScopeProposal
from assignments.promise import promise
from assignments.queries import Seen
from assignments.sheet_page import SheetPage, sheet_page, would_change
from assignments.states import RequestState
from assignments.views.base import VerbPage, load, user_of
from assignments.views.page import frame
from common.errors import WrongState


class PayPromise(LoginRequiredMixin, View):
    """Who pays what and when, what silence means, how it can end: on one page (N1)."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = load(request, pk)
        side = "worker" if view.side == "worker" else "client"
        context = {"seen": view, "row": view.row, "promise": promise(view.row, side)}
        return render(request, "assignments/sheet_promise.html", context)


class Sheet(LoginRequiredMixin, View):
    """The agreement in the words of one side: in force, or by `?version=` as it was before (N2)."""

    def get(self, request: HttpRequest, pk: int, turn: int | None = None) -> HttpResponse:
        view = load(request, pk)
        page = find(view, turn, request.GET.get("version", ""))
        is_present = view.row.engagement_id == page.sheet.engagement_id
        context = {
            **frame(view, "sheet"),
            "page": page,
            "promise": promise(view.row, view.side) if view.side != "admin" and is_present else None,
            "proposal": _open(view) if is_present else None,
        }
        return render(request, "assignments/sheet.html", context)


class SheetPaper(LoginRequiredMixin, View):
    """The same as PDF."""

    def get(self, request: HttpRequest, pk: int, turn: int) -> HttpResponse:
        view = load(request, pk)
        page = find(view, turn, request.GET.get("version", ""))
        response = HttpResponse(pdf.document(page, view.row.time_zone), content_type="application/pdf")
        name = page.shown.number.replace("/", "-")
        response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
        response["Cache-Control"] = "private, no-store"
        return response


def find(view: Seen, turn: int | None, version: str) -> SheetPage:
    """The agreement for this viewer. Raises Http404 for one that is not there, or not for this viewer."""
    if version and not (version.isascii() and version.isdecimal() and len(version) < 6):
        raise Http404
    try:
        return sheet_page(view, turn, int(version) if version else None)
    except AgreementSheet.DoesNotExist:
        raise Http404 from None


def _open(view: Seen) -> ScopeProposal | None:
    """The proposal that waits for an answer."""
    found = ScopeProposal.objects.filter(assignment=view.row, state=RequestState.OPEN)
    return found.select_related("asked_by").first()


class ProposeScope(VerbPage):
    verb = "propose_scope"
    title = "Propose a change of scope"
    lead = "The worker accepts or declines. Until then the agreed scope stays. The price stays as it is."
    button = "Send proposal"
    done = "Your proposal was sent. The agreed scope stays until the worker accepts."
    template_name = "assignments/sheet_propose.html"

    def get_form(self, *data: Any) -> forms.BaseForm:
        return ScopeForm(*data[:1], row=self.view.row)

    def page(self, request: HttpRequest, form: Any, status: int = 200) -> HttpResponse:
        self.errors = list(form.summary()) if form.is_bound else []
        return super().page(request, form, status)

    def context(self) -> dict[str, Any]:
        return {"errors": self.errors}

    def act(self, request: HttpRequest) -> HttpResponse:
        if "wanted-add" in request.POST:
            return self.page(request, self.get_form(request.POST))
        return super().act(request)

    def run(self, form: Any) -> None:
        scope.propose_scope(
            self.view.row.pk, form.scope(), actor=user_of(self.request), note=form.cleaned_data["note"]
        )

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:sheet", pk=self.view.row.pk)


class ScopeVerb(VerbPage):
    """A verb about one proposal: it has to be there, for this viewer, and still waiting."""

    template_name = "assignments/sheet_decide.html"

    proposal: ScopeProposal

    def find(self) -> None:
        row = self.view.row
        rows = ScopeProposal.objects.filter(assignment=row, engagement=row.engagement)
        found = rows.select_related("asked_by").filter(pk=self.kwargs["proposal"]).first()
        if found is None:
            raise Http404
        if found.state != RequestState.OPEN:
            raise WrongState("This proposal is no longer open.")
        self.proposal = found

    def context(self) -> dict[str, Any]:
        return {"proposal": self.proposal, "changes": self.changes()}

    def changes(self) -> tuple[Changed, ...]:
        """What it would change in the agreement."""
        sheet = AgreementSheet.objects.filter(engagement=self.view.row.engagement).first()
        if sheet is None:
            return ()
        return would_change(last_document(sheet).parts, scope.proposed(self.proposal), self.view.side)

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:sheet", pk=self.view.row.pk)


class AcceptScope(ScopeVerb):
    verb = "decide_scope"
    title = "Accept the change of scope"
    lead = "It is in force at once, as an amendment of your agreement. The price stays as it is."
    button = "Accept change"
    done = "The change is in force."

    def run(self, form: Any) -> None:
        scope.accept_scope(self.view.row.pk, self.proposal.pk, actor=user_of(self.request))


class DeclineScope(ScopeVerb):
    verb = "decide_scope"
    title = "Decline the change of scope"
    lead = "The agreed scope stays in force. It has no effect on your scores."
    button = "Decline change"
    done = "You declined the change. The agreed scope stays."
    danger = True

    def get_form(self, *data: Any) -> forms.BaseForm:
        return ReasonForm(*data[:1])

    def run(self, form: Any) -> None:
        scope.decline_scope(
            self.view.row.pk,
            self.proposal.pk,
            actor=user_of(self.request),
            reason=form.cleaned_data["reason"],
        )


class WithdrawScope(ScopeVerb):
    verb = "withdraw_scope"
    title = "Withdraw your proposal"
    lead = "The agreed scope stays in force. The worker is told."
    button = "Withdraw proposal"
    done = "Your proposal is withdrawn."

    def run(self, form: Any) -> None:
        scope.withdraw_scope(self.view.row.pk, self.proposal.pk, actor=user_of(self.request))
