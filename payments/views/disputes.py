"""Escalate, open a dispute, read it, answer it, take it back: the pages of both sides (D5)."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render

from assignments.policies import refusal
from assignments.views.base import attempt
from assignments.views.page import recent
from common.downloads import private_file
from common.errors import NotAllowed
from payments import actions, grounds, policies, queries, sealing, small_claims
from payments.dispute_forms import AnswerForm, DisputeForm
from payments.models import Dispute, DisputeFile
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
        return DisputeForm(*data, grounds=grounds.grounds(self.view.row, Side.WORKER))

    def run(self, form: Any) -> None:
        open_by_form(self, form)

    def after(self) -> HttpResponseRedirect:
        return redirect("payments:dispute", pk=self.view.row.pk)

    def context(self) -> dict[str, Any]:
        row = self.view.row
        return {"age": queries.approval_age(row, self.view.now), **possible(row, Side.WORKER)}


class DisputePage(MoneyVerb):
    """A dispute as both sides read it; the client opens one here."""

    verb = "dispute"
    title = "Open a dispute"
    lead = "The worker answers within 48 hours, then Onsite decides. The payment waits until then."
    button = "Open dispute"
    done = "The dispute is open. The worker was told."
    template_name = "payments/escalate.html"
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
        return DisputeForm(*data, grounds=grounds.grounds(self.view.row, Side.CLIENT))

    def run(self, form: Any) -> None:
        open_by_form(self, form)

    def after(self) -> HttpResponseRedirect:
        return redirect("payments:dispute", pk=self.view.row.pk)

    def context(self) -> dict[str, Any]:
        return possible(self.view.row, Side.CLIENT)

    def shown(self, request: HttpRequest, form: forms.BaseForm, status: int = 200) -> HttpResponse:
        """The page of a dispute that is there."""
        row, side = self.view.row, self.view.side
        dispute = queries.dispute_of(row)
        if dispute is None:
            raise Http404
        verbs = policies.dispute_verbs(self.view.standing, row, dispute, side, self.view.now)
        mine, theirs = queries.offers_of(dispute, side, self.view.now)
        statements = queries.statements_of(dispute)
        must_give = "give_figure" in verbs and side not in sealing.given(dispute)
        context = {
            "row": row,
            "dispute": dispute,
            "form": form,
            "side": side,
            "back_url": self.back_url,
            "opens": self.view.sight.opens,
            "reason": dispute.reason_to_worker if side == "worker" else dispute.reason_to_client,
            "verbs": verbs,
            "is_due": dispute.is_heard and dispute.answered_at is None and dispute.side != side,
            "clock": queries.clock_of(dispute, side),
            "statements": statements,
            "heard": {one.side for one in statements},
            "is_first_act": theirs is None and not must_give,
            "mine": mine,
            "theirs": theirs,
            "first": dispute.rulings.filter(level=1).first() if dispute.appealed_at else None,
            "sections": queries.evidence(self.view),
            "entries": recent(self.view, 500) if "history" in self.view.sight else [],
            **_lane(dispute, side),
        }
        return render(request, "payments/dispute.html", context, status=status)


def _lane(dispute: Dispute, side: str) -> dict[str, Any]:
    """The small-claims lane for one reader: who gave a figure is no secret, the figures are until they are open."""
    if not dispute.is_small:
        return {}
    figures = sealing.opened(dispute)
    return {
        "given": sealing.given(dispute),
        "offered": figures.get(Side.CLIENT),
        "asked": figures.get(Side.WORKER),
        "has_given": side in sealing.given(dispute),
    }


def possible(row: Any, side: str) -> dict[str, Any]:
    """Whether this side can name a ground now, why not, and whether it would be a small claim."""
    known = grounds.GROUNDS[side].get(row.state, ())
    amount = grounds.in_dispute(row)
    return {
        "has_grounds": bool(grounds.grounds(row, side)),
        "refused": list(dict.fromkeys(why for one in known if (why := grounds.ground_refused(row, one)))),
        "amount": amount,
        "is_small": small_claims.is_small(amount),
    }


def open_by_form(page: MoneyVerb, form: Any) -> None:
    cleaned = form.cleaned_data
    actions.open_dispute(
        page.view.row.pk,
        actor=user_of(page.request),
        ground=cleaned["ground"],
        statement=cleaned["statement"],
        files=form.uploads,
    )


class AnswerDispute(DisputePage):
    verb = "answer_dispute"
    done = "Your statement is kept."

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return redirect("payments:dispute", pk=self.view.row.pk)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        stopped = refusal(self.view.standing, self.verb, self.view.row, self.view.now)
        if stopped:
            raise stopped
        form = AnswerForm(request.POST, request.FILES)
        if form.is_valid() and attempt(request, form, lambda: self.run(form), self.done):
            return self.after()
        return self.shown(request, form, status=422)

    def run(self, form: Any) -> None:
        actions.answer_dispute(
            self.view.row.pk,
            actor=user_of(self.request),
            statement=form.cleaned_data["statement"],
            files=form.uploads,
        )


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


@login_required
def dispute_file(request: HttpRequest, uuid: Any) -> HttpResponseBase:
    """A file of a statement, for both sides and those who decide."""
    try:
        found = queries.dispute_file(user_of(request), uuid)
    except DisputeFile.DoesNotExist:
        raise Http404 from None
    return private_file(found.file, found.name, found.content_type, request)
