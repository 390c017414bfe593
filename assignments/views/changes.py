"""Extra work: ordered by the worker on site, answered by the client on the page (mission.md N3)."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect

from assignments.actions import changes
from assignments.change_default import default_of, takes_changes
from assignments.forms.extra import ChangeForm
from assignments.forms.shared import ReasonForm
from assignments.models import ChangeOrder
from assignments.queries import Seen
from assignments.states import State
from assignments.views.base import VerbPage, user_of
from assignments.views.client_money import effect
from assignments.views.effects import EffectPage
from common.errors import Invalid
from common.photos import without_camera
from common.uploads import check_upload


def newest_change(view: Seen) -> ChangeOrder | None:
    """The newest order of the present worker: what the visit page tells of."""
    orders = ChangeOrder.objects.filter(assignment=view.row, engagement=view.row.engagement)
    return orders.select_related("decided_by").order_by("-asked_at", "-id").first()


def extra_box(view: Seen) -> dict[str, Any]:
    """What the visit page shows of extra work: the button, what silence means, and the newest order."""
    row = view.row
    is_on = takes_changes(row) and row.state != State.ON_HOLD
    return {
        "newest_change": newest_change(view),
        "change_words": default_of(row).words if is_on else "",
    }


class OrderChange(EffectPage):
    """One page with few inputs, made for a phone on site."""

    verb = "order_change"
    title = "Extra work"
    button = "Send order"
    done = "Sent. The client was told by mail and can answer at once. Until then the agreed scope holds."
    template_name = "assignments/worker/order_change.html"
    effect_template = "assignments/worker/_effect.html"

    def get_form(self, *data: Any) -> forms.BaseForm:
        return ChangeForm(*data, row=self.view.row)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "default_words": default_of(self.view.row).words}

    def run(self, form: Any) -> None:
        photo, checked = form.cleaned_data.get("photo"), None
        if photo is not None:
            try:
                photo, checked = without_camera(photo, check_upload(photo))
            except Invalid as error:
                raise Invalid(error.sentence, "photo") from error
            if not checked.is_image:
                raise Invalid("Choose a photo: JPEG, PNG or WebP.", "photo")
        changes.order_change(
            self.view.row.pk, form.extra(), actor=user_of(self.request), photo=photo, checked=checked
        )

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:visit", pk=self.view.row.pk)


class ChangeVerb(VerbPage):
    """The answer to one order; each side leads back to where it came from."""

    template_name = "assignments/client/decide_change.html"

    def find(self) -> None:
        order_id: int = self.kwargs["order"]
        if not ChangeOrder.objects.filter(assignment=self.view.row, pk=order_id).exists():
            raise Http404
        self.asked = changes.open_order(self.view, order_id)

    def context(self) -> dict[str, Any]:
        return {"asked": self.asked, **effect(self.view, self.asked.amount_minor)}

    def after(self) -> HttpResponseRedirect:
        return redirect("assignments:requests", pk=self.view.row.pk)


class ApproveChange(ChangeVerb):
    verb = "approve_change"
    title = "Approve the extra work"
    lead = "It is in force at once: words and price are one amendment of the agreement."
    button = "Approve"
    done = "The extra work is approved. The worker was told."

    def run(self, form: Any) -> None:
        changes.approve_change(
            self.view.row.pk,
            self.asked.pk,
            actor=user_of(self.request),
            expected=seen_total(self.request, self.view),
        )


class DeclineChange(ChangeVerb):
    verb = "decline_change"
    title = "Decline the extra work"
    lead = "Scope and price stay as agreed."
    button = "Decline extra work"
    done = "The extra work is declined. The worker was told."
    danger = True

    def get_form(self, *data: Any) -> forms.BaseForm:
        return ReasonForm(*data[:1])

    def run(self, form: Any) -> None:
        changes.decline_change(
            self.view.row.pk,
            self.asked.pk,
            actor=user_of(self.request),
            reason=form.cleaned_data["reason"],
        )


class WithdrawChange(ChangeVerb):
    verb = "withdraw_change"
    title = "Withdraw the order"
    lead = "The client no longer decides about it. You may order again."
    button = "Withdraw order"
    done = "Order withdrawn. The client was told."
    danger = True
    template_name = "assignments/worker/withdraw_change.html"

    def context(self) -> dict[str, Any]:
        return {"asked": self.asked}

    def run(self, form: Any) -> None:
        changes.withdraw_change(self.view.row.pk, self.asked.pk, actor=user_of(self.request))

    def after(self) -> HttpResponseRedirect:
        is_on_site = self.view.row.state in (State.ASSIGNED, State.IN_PROGRESS)
        return redirect("assignments:visit" if is_on_site else "assignments:requests", pk=self.view.row.pk)


def seen_total(request: HttpRequest, view: Seen) -> Any:
    """The new total that the form showed, as Money; None where it says none that can be read."""
    typed = request.POST.get("expected", "")
    return view.row.money(int(typed)) if typed.isdecimal() and len(typed) < 16 else None
