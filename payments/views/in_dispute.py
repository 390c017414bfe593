"""What a side does inside its dispute: a sealed figure, a proposed settlement, an appeal."""

from typing import Any, ClassVar

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from assignments.pricing import cost
from assignments.views.base import attempt
from common.errors import WrongState
from common.money import Money
from payments import actions, policies, queries, sealing
from payments.dispute_forms import AppealForm, FigureForm, SettlementForm
from payments.forms import hidden
from payments.models import Dispute, SealedFigure, SettlementOffer
from payments.states import OfferState, Side
from payments.views.base import MoneyVerb, user_of


class InDispute(MoneyVerb):
    """One act of a side in its running dispute: who by the assignment's table, when by the dispute's own (policies)."""

    verb = "answer_dispute"
    act_verb: ClassVar[str]
    hides_page = True
    dispute: Dispute
    has_dispute = False

    def is_repeat(self) -> bool:
        return self.has_dispute and self.was_done()

    def was_done(self) -> bool:
        """Whether this person did exactly this: a doubled click (D25)."""
        return False

    def check(self) -> None:
        found = queries.dispute_of(self.view.row)
        self.has_dispute = found is not None
        if found is not None:
            self.dispute = found
        super().check()  # who and when first: without a dispute it is 409, without the right 403
        if found is None:
            raise Http404
        refused = policies.dispute_refusal(self.act_verb, found, self.view.side, self.view.now)
        if refused:
            raise WrongState(refused)

    @property
    def back_url(self) -> str:
        return f"/assignments/{self.view.row.pk}/dispute/"

    def after(self) -> HttpResponseRedirect:
        return redirect("payments:dispute", pk=self.view.row.pk)

    def context(self) -> dict[str, Any]:
        return {"dispute": self.dispute, "side": self.view.side, "in_dispute": True}

    def money_of(self, pay: Money) -> dict[str, Any]:
        """A figure as this side reads it: the client with the fee, the worker without (D20)."""
        return {"pay": pay, "cost": cost(pay, self.view.row.fee_bps) if self.view.side == "client" else None}


@method_decorator(sensitive_post_parameters("figure"), name="dispatch")
class GiveFigure(InDispute):
    """Form, check page, act: a figure can never be changed (ux.md R5)."""

    act_verb = "give_figure"
    title = "Give your figure"
    done = "Your figure is sealed."
    button = "Check the figure"
    template_name = "payments/figure.html"
    checking: Money | None = None

    def was_done(self) -> bool:
        return SealedFigure.objects.filter(dispute=self.dispute, given_by=user_of(self.request)).exists()

    def get_form(self, *data: Any) -> forms.BaseForm:
        row = self.view.row
        is_client = self.view.side == Side.CLIENT
        return FigureForm(
            *data[:1],
            currency=row.currency,
            label="What you offer to pay the worker" if is_client else "What you ask",
            most=min(self.dispute.amount, row.worker_most),
        )

    def check(self) -> None:
        super().check()
        if self.view.side in sealing.given(self.dispute):
            raise WrongState("Your side has given its figure. It cannot be changed.")

    def act(self, request: HttpRequest) -> HttpResponse:
        form = self.get_form(request.POST)
        if not form.is_valid():
            return self.page(request, form, status=422)
        figure = form.cleaned_data["figure"]
        most = min(self.dispute.amount, self.view.row.worker_most)
        if figure > most:
            form.add_error("figure", f"Enter a figure from {Money.zero(most.currency)} to {most}.")
            return self.page(request, form, status=422)
        if request.POST.get("step") != "give":
            self.checking = figure
            return self.page(request, hidden(form))
        if attempt(request, form, lambda: self.run(form), self.done):
            return self.after()
        return self.page(request, form, status=422)

    def run(self, form: Any) -> None:
        figure = form.cleaned_data["figure"]
        actions.give_figure(self.view.row.pk, actor=user_of(self.request), figure=figure)

    def context(self) -> dict[str, Any]:
        checking = self.checking
        return {
            **super().context(),
            "checking": self.money_of(checking) if checking is not None else None,
            "given": sealing.given(self.dispute),
        }


class OfferSettlement(InDispute):
    """Propose a figure to the other side."""

    act_verb = "offer_settlement"
    title = "Propose a settlement"
    lead = "If the other side accepts, the dispute is settled at once: nobody decides, nobody appeals."
    button = "Send proposal"
    done = "Proposed. The other side was told."
    template_name = "payments/in_dispute.html"

    def get_form(self, *data: Any) -> forms.BaseForm:
        return SettlementForm(*data[:1], amount=self.dispute.amount)

    def run(self, form: Any) -> None:
        actions.offer_settlement(self.view.row.pk, actor=user_of(self.request), **form.cleaned_data)


class OfSettlement(InDispute):
    """One open proposal, named by the address. A proposal that is no longer open is a calm page (409)."""

    act_verb = "accept_settlement"
    template_name = "payments/in_dispute.html"
    offer: SettlementOffer
    own = False
    has_offer = False

    def check(self) -> None:
        rows = SettlementOffer.objects.select_related("made_by")
        found = rows.filter(pk=self.kwargs["offer"], dispute__assignment=self.view.row).first()
        self.has_offer = found is not None
        if found is not None:
            self.offer = found
        super().check()
        if found is None:
            raise Http404
        if not found.is_open(self.view.now) or found.dispute_id != self.dispute.pk:
            raise WrongState("This proposal is no longer open. Look again at what is proposed now.")
        if (found.side == self.view.side) != self.own:
            raise Http404

    def was_done(self) -> bool:
        return self.has_offer and self.offer.closed_by_id == user_of(self.request).pk

    def context(self) -> dict[str, Any]:
        return {**super().context(), "offer": self.offer, "money": self.money_of(self.offer.amount)}


class AcceptSettlement(OfSettlement):
    title = "Accept the settlement"
    lead = "The dispute is settled at once. Nobody decides, nobody appeals."
    button = "Accept and settle"
    done = "Settled."

    def was_done(self) -> bool:
        return super().was_done() and self.offer.state == OfferState.ACCEPTED

    def run(self, form: Any) -> None:
        actions.accept_settlement(self.view.row.pk, self.offer.pk, actor=user_of(self.request))


class DeclineSettlement(OfSettlement):
    title = "Decline the settlement"
    lead = "The dispute goes on as it was. The other side is told."
    button = "Decline"
    done = "Declined."

    def run(self, form: Any) -> None:
        actions.decline_settlement(self.view.row.pk, self.offer.pk, actor=user_of(self.request))


class WithdrawSettlement(OfSettlement):
    act_verb = "offer_settlement"
    own = True
    title = "Take the proposal back"
    lead = "The dispute goes on as it was. The other side is told."
    button = "Take it back"
    done = "Taken back."

    def run(self, form: Any) -> None:
        actions.withdraw_settlement(self.view.row.pk, self.offer.pk, actor=user_of(self.request))


class AppealDispute(InDispute):
    """Once, by either side, to another admin."""

    act_verb = "appeal_dispute"
    title = "Appeal the decision"
    lead = "Another admin decides again, and that decision is final: it can be more, less or the same."
    button = "Appeal"
    done = "Appealed. The other side was told."
    template_name = "payments/in_dispute.html"

    def was_done(self) -> bool:
        said = self.dispute.statements.filter(is_appeal=True, author=user_of(self.request))
        return said.exists() and self.dispute.is_running

    def get_form(self, *data: Any) -> forms.BaseForm:
        return AppealForm(*data)

    def run(self, form: Any) -> None:
        actions.appeal_dispute(
            self.view.row.pk,
            actor=user_of(self.request),
            statement=form.cleaned_data["statement"],
            files=form.uploads,
        )


class WaiveAppeal(InDispute):
    """Give the appeal up; with both sides it is carried out at once."""

    act_verb = "waive_appeal"
    title = "Give the appeal up"
    lead = "You can no longer appeal. When both sides give it up, the decision is carried out at once."
    button = "Give it up"
    done = "You gave the appeal up."
    template_name = "payments/in_dispute.html"

    def was_done(self) -> bool:
        return self.dispute.waived_at(self.view.side) is not None

    def run(self, form: Any) -> None:
        actions.waive_appeal(self.view.row.pk, actor=user_of(self.request))
