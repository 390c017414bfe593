"""Escalate, open a dispute, answer it, take it back: the pages of both sides (D5)."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render

from assignments.policies import refusal
from assignments.views.base import attempt
from common.errors import NotAllowed
from payments import actions, grounds, policies, queries
from payments.forms import AnswerForm, DisputeForm
from payments.states import Side
from payments.views.base import MoneyVerb, user_of


class Escalate(MoneyVerb):
    """The worker asks Onsite to step in."""

    verb = "escalate"
    title = "Escalate to Onsite"
    lead = "The client is asked first. Without an answer, Onsite goes one step further every 48 hours and decides."
    button = "Escalate"
    done = "Escalated. The client was told."
    template_name = "payments/escalate.html"
    hides_page = True

    def get_form(self, *data: Any) -> forms.BaseForm:
        return DisputeForm(*data[:1], grounds=grounds.grounds(self.view.row, Side.WORKER))

    def run(self, form: Any) -> None:
        actions.open_dispute(self.view.row.pk, actor=user_of(self.request), **form.cleaned_data)

    def after(self) -> HttpResponseRedirect:
        return redirect("payments:dispute", pk=self.view.row.pk)

    def context(self) -> dict[str, Any]:
        row = self.view.row
        possible = grounds.GROUNDS[Side.WORKER].get(row.state, ())
        return {
            "age": queries.approval_age(row, self.view.now),
            "has_grounds": bool(grounds.grounds(row, Side.WORKER)),
            "refused": [sentence for one in possible if (sentence := grounds.ground_refused(row, one))],
        }


class DisputePage(MoneyVerb):
    """A dispute as both sides read it; the client opens one here."""

    verb = "dispute"
    title = "Open a dispute"
    lead = "The worker answers within 48 hours, then Onsite decides. The payment waits until then."
    button = "Open dispute"
    done = "The dispute is open. The worker was told."
    hides_page = True

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        dispute = queries.dispute_of(self.view.row)
        if dispute is None or (not dispute.is_running and request.GET.get("new")):
            if self.view.side == "worker":
                return redirect("payments:escalate", pk=self.view.row.pk)
            return super().get(request, **kwargs)
        return self.shown(request, AnswerForm())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        stopped = refusal(self.view.standing, self.verb, self.view.row, self.view.now)
        if isinstance(stopped, NotAllowed):
            raise stopped
        return super().post(request, **kwargs)

    def get_form(self, *data: Any) -> forms.BaseForm:
        return DisputeForm(*data[:1], grounds=grounds.grounds(self.view.row, Side.CLIENT))

    def run(self, form: Any) -> None:
        actions.open_dispute(self.view.row.pk, actor=user_of(self.request), **form.cleaned_data)

    def after(self) -> HttpResponseRedirect:
        return redirect("payments:dispute", pk=self.view.row.pk)

    def shown(self, request: HttpRequest, form: forms.BaseForm, status: int = 200) -> HttpResponse:
        """The page of a dispute that is there."""
        row, side = self.view.row, self.view.side
        dispute = queries.dispute_of(row)
        if dispute is None:
            raise Http404
        verbs = policies.verbs_for(self.view.standing, row, self.view.now)
        context = {
            "row": row,
            "dispute": dispute,
            "form": form,
            "side": side,
            "back_url": self.back_url,
            "opens": self.view.sight.opens,
            "reason": dispute.reason_to_worker if side == "worker" else dispute.reason_to_client,
            "may_answer": dispute.is_running and "answer_dispute" in verbs,
            "may_withdraw": dispute.is_running and "withdraw_dispute" in verbs and dispute.side == side,
            "is_due": dispute.is_running and dispute.answered_at is None and dispute.side != side,
            "steps": _steps(dispute.state),
        }
        return render(request, "payments/dispute.html", context, status=status)


def _steps(state: str) -> list[tuple[str, bool]]:
    names = {
        "open": "Opened",
        "in_thread": "Asked on the assignment",
        "with_manager": "Asked the managers",
        "with_account": "Asked the whole account",
        "decided": "Decision",
    }
    order = list(names)
    at = order.index(state) if state in order else len(order) - 1
    return [(name, number <= at) for number, name in enumerate(names.values())]


class AnswerDispute(DisputePage):
    verb = "answer_dispute"
    done = "Your statement is kept."

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return redirect("payments:dispute", pk=self.view.row.pk)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        stopped = refusal(self.view.standing, self.verb, self.view.row, self.view.now)
        if stopped:
            raise stopped
        form = AnswerForm(request.POST)
        if form.is_valid() and attempt(request, form, lambda: self.run(form), self.done):
            return self.after()
        return self.shown(request, form, status=422)

    def run(self, form: Any) -> None:
        statement = form.cleaned_data["statement"]
        actions.answer_dispute(self.view.row.pk, actor=user_of(self.request), statement=statement)


class WithdrawDispute(MoneyVerb):
    verb = "withdraw_dispute"
    title = "Withdraw the dispute"
    lead = "Everything goes on as before. Both sides are told."
    button = "Withdraw dispute"
    done = "The dispute is withdrawn."
    hides_page = True

    def run(self, form: Any) -> None:
        actions.withdraw_dispute(self.view.row.pk, actor=user_of(self.request))

    def after(self) -> HttpResponseRedirect:
        return redirect(self.back_url)
