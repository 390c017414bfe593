"""The verbs of one assignment that move money: approve, cancel, stop payment, FastFunds."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property

from assignments import blind, review
from assignments.closeout_page import visit_lines
from assignments.models import ChangeOrder, MoneyRequest, Rating
from assignments.policies import refusal
from assignments.states import RequestState
from assignments.views.base import attempt
from assignments.views.page import Deliverables
from common.errors import AlreadyDone, NotAllowed
from common.money import Money
from common.when import day
from payments import actions, deadlines, queries, quotes
from payments.actions.approving import NEEDS_NOTE
from payments.actions.fastfunds import QuoteRefused
from payments.forms import ApproveForm, CancelForm, ReasonForm, hidden
from payments.models import Advance
from payments.preview import Preview, preview
from payments.views.base import MoneyVerb, WorkerPage, user_of


class Approve(MoneyVerb):
    """Check page and act in one: hours, pay, fee, open requests, rating (ux.md 6.9, D20)."""

    verb = "approve"
    title = "Review and approve"
    done = "Approved."
    template_name = "payments/approve.html"
    shown: Preview
    checked = False

    @cached_property
    def requests(self) -> list[MoneyRequest]:
        found = MoneyRequest.objects.filter(assignment=self.view.row, state=RequestState.OPEN)
        return list(found.select_related("assignment"))

    @cached_property
    def orders(self) -> list[ChangeOrder]:
        found = ChangeOrder.objects.filter(assignment=self.view.row, state=RequestState.OPEN)
        return list(found.select_related("assignment"))

    def get_form(self, *data: Any) -> forms.BaseForm:
        self.shown = preview(self.view.row)
        row = self.view.row
        given = Rating.objects.filter(engagement=row.engagement, side=Rating.Side.CLIENT).first()
        is_final = bool(blind.final_because(row, Rating.Side.CLIENT))
        return ApproveForm(
            *data[:1], requests=self.requests, orders=self.orders, given=given, is_final=is_final
        )

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        row = self.view.row
        stopped = refusal(self.view.standing, self.verb, row, self.view.now)
        if isinstance(stopped, NotAllowed):
            raise stopped
        form = self.get_form(request.POST)
        if not form.is_valid():
            return self.page(request, form, status=422)
        self.shown = preview(row, form.chosen())  # type: ignore[attr-defined]
        self.checked = True
        if request.POST.get("step") == "check":
            if stopped:
                raise stopped
            return self.page(request, form)
        if stopped is None and form.cleaned_data["expected"] != self.shown.cost.total.minor:
            form.add_error(None, f"The total is now {self.shown.cost.total}. Look again before you approve.")
            return self.page(request, form, status=422)
        if attempt(request, form, lambda: self.run(form), self.done):
            return self.after()
        return self.page(request, form, status=422)

    def run(self, form: Any) -> None:
        cleaned = form.cleaned_data
        actions.approve(
            self.view.row.pk,
            actor=user_of(self.request),
            expected=Money(cleaned["expected"] or 0, self.view.row.currency),
            answers=form.answers("request"),
            orders=form.answers("order"),
            rating=form.grading(),
        )

    @property
    def button(self) -> str:  # type: ignore[override]
        total, row = self.shown.cost.total, self.view.row
        if row.terms_days == 0:
            return f"Approve and pay {total}"
        return f"Approve {total}, due {day(self.due_on)}"

    @property
    def due_on(self) -> Any:
        row = self.view.row
        return deadlines.due_on(deadlines.issued_on(self.view.now, row.client.time_zone), row.terms_days)

    def context(self) -> dict[str, Any]:
        row = self.view.row
        return {
            "shown": self.shown,
            "difference": review.difference(row, self.shown.cost.total),
            "visits": visit_lines(row),
            "needs_check": bool(self.requests or self.orders) and not self.checked,
            "due_on": self.due_on,
            **Deliverables().parts(self.request, self.view),
        }


class Cancel(MoneyVerb):
    """Form, check page, act (ux.md R5): with or without pay."""

    verb = "cancel"
    title = "Cancel this assignment"
    button = "Check the cancellation"
    done = "Cancelled."
    danger = True
    template_name = "payments/cancel.html"
    checking: dict[str, Any] | None = None

    def get_form(self, *data: Any) -> forms.BaseForm:
        return CancelForm(*data[:1], row=self.view.row)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        stopped = refusal(self.view.standing, self.verb, self.view.row, self.view.now)
        if isinstance(stopped, NotAllowed):
            raise stopped
        form = self.get_form(request.POST)
        if form.is_valid() and self._fits(form):
            if request.POST.get("step") != "cancel":
                if stopped:
                    raise stopped
                self.checking = self._summary(form)
                return self.page(request, hidden(form))
            if attempt(request, form, lambda: self.run(form), self.done):
                return self.after()
        return self.page(request, form, status=422)

    def _fits(self, form: Any) -> bool:
        """Say it before the check page, in the action's own words."""
        pay = form.cleaned_data.get("pay")
        if pay is not None and pay > self.view.row.worker_most:
            form.add_error("pay", f"Enter an amount from zero to {self.view.row.worker_most}.")
        if self.view.row.first_check_in_at and not (pay or form.cleaned_data["note"].strip()):
            form.add_error("note", NEEDS_NOTE)
        return not form.errors

    def _summary(self, form: Any) -> dict[str, Any]:
        pay = form.cleaned_data.get("pay") or Money.zero(self.view.row.currency)
        fee = pay.percent(self.view.row.fee_bps)
        return {
            "reason": dict(form.fields["reason"].choices).get(form.cleaned_data["reason"]),
            "note": form.cleaned_data["note"],
            "pay": pay,
            "fee": fee,
            "total": pay + fee,
        }

    def run(self, form: Any) -> None:
        cleaned = form.cleaned_data
        actions.cancel(
            self.view.row.pk,
            actor=user_of(self.request),
            reason=cleaned["reason"],
            note=cleaned["note"],
            pay=cleaned.get("pay"),
        )

    def context(self) -> dict[str, Any]:
        return {"checking": self.checking}


class StopPayment(MoneyVerb):
    verb = "stop_payment"
    title = "Stop the payment"
    lead = "The invoice is withdrawn, and the assignment is Pending Approval again. The worker is told."
    button = "Stop payment"
    done = "The payment is stopped."
    danger = True
    form_class: ClassVar[type[forms.BaseForm]] = ReasonForm

    def get_form(self, *data: Any) -> forms.BaseForm:
        return ReasonForm(*data[:1])

    def run(self, form: Any) -> None:
        actions.stop_payment(
            self.view.row.pk, actor=user_of(self.request), reason=form.cleaned_data["reason"]
        )


class FastFunds(MoneyVerb):
    """The quote: amount, fee, what arrives, against waiting without a fee; valid ten minutes (ux.md 6.11)."""

    verb = "fastfunds"
    title = "Get paid now with FastFunds"
    template_name = "payments/fastfunds.html"

    def get_form(self, *data: Any) -> forms.BaseForm:
        return forms.Form()

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        stopped = refusal(self.view.standing, self.verb, self.view.row, self.view.now)
        if stopped:
            raise stopped
        return self.page(request, self.get_form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        row = self.view.row
        try:
            taken = actions.take(row.pk, request.POST.get("quote", ""), actor=user_of(request))
        except AlreadyDone:
            taken = Advance.objects.get(invoice=queries.invoice_of(row))
        except QuoteRefused as refused:
            messages.info(request, refused.sentence)
            return self.page(request, self.get_form(), status=422)
        return redirect("payments:advance", pk=taken.pk)

    def context(self) -> dict[str, Any]:
        invoice = queries.invoice_of(self.view.row)
        return {
            "offer": quotes.quote(invoice, self.view.now),
            "invoice": invoice,
            "tz": user_of(self.request).time_zone,
        }


class AdvanceDone(WorkerPage):
    """What FastFunds did (ux.md 7: every confirmation page)."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = (
            Advance.objects.select_related("invoice__assignment").filter(pk=pk, worker=self.worker).first()
        )
        if found is None:
            raise Http404
        return render(request, "payments/advance.html", {"advance": found, "row": found.invoice.assignment})
