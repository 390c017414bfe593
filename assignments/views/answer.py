"""Answering extra work from the link in a mail: no sign-in, no session, nothing but this one order (mission.md N3).

GET and HEAD only read: a mail scanner that follows the link changes nothing. POST does what the person of the link may
do at this moment, by the same action and the same policy as the page. The page's Referer is cut to the portal's bare
address: with no Referer at all browsers send `Origin: null`, which the check against forged forms refuses.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from assignments.actions import changes
from assignments.answering import link_of
from assignments.change_default import kept
from assignments.forms.shared import ReasonForm
from assignments.models import AnswerLink, Assignment
from assignments.policies import refusal
from assignments.pricing import Cost, cost
from assignments.standing import standing
from assignments.states import AnsweredBy, RequestState
from common import clock
from common.errors import DomainError, Invalid, NotAllowed
from common.limits import spend
from common.money import Money
from ledger.errors import InsufficientFunds

TIMES, WITHIN = 60, timedelta(minutes=10)
"""How often one link may be opened or answered."""


@dataclass(frozen=True, slots=True)
class Effect:
    """The client's cost at most, now and with the extra work."""

    before: Cost
    after: Cost
    more: Money

    @property
    def difference(self) -> Money:
        return self.after.total - self.before.total


@method_decorator(never_cache, name="dispatch")
class AnswerChange(View):
    """A check page with two answers, or a calm page that says what happened."""

    http_method_names = ("get", "head", "post")
    link: AnswerLink
    row: Assignment

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.read(kwargs["token"])
        spend("answer", self.link.pk, times=TIMES, within=WITHIN)
        response = super().dispatch(request, *args, **kwargs)
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def read(self, token: str) -> None:
        """The link, its order and its assignment as they are now. Raises Http404 for a token that is not ours."""
        found = link_of(token)
        if found is None:
            raise Http404
        self.link = found
        rows = Assignment.objects.select_related("client", "engagement")
        self.row = rows.get(pk=found.order.assignment_id)

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.closed(request) or self.check(request, ReasonForm())

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        if self.is_repeat(request):
            return redirect("assignments:answer_change", token=token)
        closed = self.closed(request, status=409)
        if closed:
            return closed
        if request.POST.get("answer") == "approve":
            return self.attempt(request, token, ReasonForm(), self.approve)
        form = ReasonForm(request.POST)
        if request.POST.get("answer") != "decline" or not form.is_valid():
            return self.check(request, form, status=422)
        return self.attempt(request, token, form, lambda: self.decline(form.cleaned_data["reason"]))

    def is_repeat(self, request: HttpRequest) -> bool:
        """Whether this link gave exactly this answer before: a doubled click (decisions.md D25)."""
        order = self.link.order
        given = {RequestState.APPROVED: "approve", RequestState.DECLINED: "decline"}.get(
            RequestState(order.state)
        )
        return self.link.used_at is not None and request.POST.get("answer") == given

    def approve(self) -> None:
        typed = self.request.POST.get("expected", "")
        if not typed.isdecimal() or len(typed) > 15:
            raise Invalid("Look at the new total again before you approve.")
        changes.approve_change(
            self.row.pk,
            self.link.order_id,
            actor=self.link.user,
            expected=self.row.money(int(typed)),
            link_id=self.link.pk,
        )

    def decline(self, reason: str) -> None:
        changes.decline_change(
            self.row.pk, self.link.order_id, actor=self.link.user, reason=reason, link_id=self.link.pk
        )

    def attempt(
        self, request: HttpRequest, token: str, form: ReasonForm, run: Callable[[], None]
    ) -> HttpResponse:
        """Run the action. What refuses it is said on the check page, or on the page of what happened meanwhile."""
        try:
            run()
        except InsufficientFunds:
            problem = "The funds do not cover it. Sign in to add money, or decline it."
        except DomainError as refused:
            problem = refused.sentence
        else:
            return redirect("assignments:answer_change", token=token)
        self.read(token)
        return self.closed(request, status=409) or self.check(request, form, 422, problem)

    def check(
        self, request: HttpRequest, form: ReasonForm, status: int = 200, problem: str = ""
    ) -> HttpResponse:
        """What is asked, what it costs, what silence means; then the two answers."""
        parts = {
            "order": self.link.order,
            "row": self.row,
            "person": self.link.user,
            "effect": self.effect(),
            "default": kept(self.link.order, self.row.currency),
            "form": form,
            "problem": problem,
        }
        return render(request, "answer/check.html", parts, status=status)

    def effect(self) -> Effect:
        more = self.row.money(self.link.order.amount_minor)
        after = cost(self.row.worker_most + more, self.row.fee_bps)
        return Effect(self.row.cost_most, after, more)

    def closed(self, request: HttpRequest, status: int = 200) -> HttpResponse | None:
        """The page for a link that answers nothing any more; None while it does.

        A person who may no longer answer reads nothing of the order.
        """
        now, order = clock.now(), self.link.order
        who = standing(self.link.user, self.row)
        refused = refusal(who, "approve_change", self.row, now)
        if not self.link.user.is_active or isinstance(refused, NotAllowed):
            return self.tell(request, "not_yours", 403)
        if not order.is_open:
            return self.tell(request, order.state, status, order=order)
        if now >= self.link.expires_at:
            return self.tell(request, "over", status, order=order)
        if self.link.used_at is not None or refused:
            return self.tell(request, "closed", status)
        return None

    def tell(self, request: HttpRequest, what: str, status: int, **more: Any) -> HttpResponse:
        parts = {"what": what, "row": self.row if what != "not_yours" else None, **more}
        return render(
            request, "answer/closed.html", {**parts, "by_default": AnsweredBy.DEFAULT}, status=status
        )
