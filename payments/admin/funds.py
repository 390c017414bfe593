"""Deposits and terms limits: rows that an action makes through the add form, and nobody edits.

A deposit above the limit has a page on which a second person confirms or refuses it; one that arrived can be taken back
there when the bank returned it.
"""

import uuid
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from common.admin import ReadOnlyAdmin
from common.errors import DomainError
from common.money import BadAmount, Money
from payments import actions, queries
from payments.actions.depositing import CONFIRM
from payments.admin.acting import admin_user, log, own_zone
from payments.models import Deposit, TermsGrant
from payments.states import DepositState


class AmountForm(forms.ModelForm):
    """An amount in the client's currency, typed as money; the key makes a doubled click one act."""

    amount_text = forms.CharField(
        label="Amount", max_length=20, help_text="In the client's currency, like 1,204.00."
    )
    key_text = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "key_text" in self.fields:
            self.fields["key_text"].initial = uuid.uuid4().hex

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        client = cleaned.get("client")
        if client is not None and cleaned.get("amount_text"):
            try:
                money = Money.parse(cleaned["amount_text"], client.currency)
            except BadAmount as error:
                self.add_error("amount_text", str(error))
            else:
                cleaned["money"] = money
                if money.minor < 0 or (money.minor == 0 and self.Meta.positive):
                    self.add_error("amount_text", "Enter an amount above zero.")
        return cleaned

    class Meta:
        fields: ClassVar = ["client"]
        positive = True


class DepositForm(AmountForm):
    class Meta(AmountForm.Meta):
        model = Deposit
        fields: ClassVar = ["client", "reference"]


class TermsForm(AmountForm):
    class Meta(AmountForm.Meta):
        model = TermsGrant
        positive = False

    def clean(self) -> dict[str, Any]:
        """A limit below what is in use cannot be set."""
        cleaned = super().clean()
        if "money" in cleaned:
            in_use = queries.terms_in_use(cleaned["client"])
            if cleaned["money"] < in_use:
                self.add_error("amount_text", f"{in_use} is in use already. Enter at least that.")
        return cleaned


class AddOnly(ReadOnlyAdmin):
    """Rows made by an action through the add form, and never changed."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def take_over(self, obj: Any, made: Any) -> None:
        """Let the admin's log and message speak of the row that the action made."""
        obj.__dict__.update({k: v for k, v in made.__dict__.items() if k != "_state"})
        obj._state.adding = False


@admin.register(Deposit)
class DepositAdmin(AddOnly):
    """Record money that arrived on the bank account; confirm what somebody else recorded."""

    form = DepositForm
    fields = ("client", "amount_text", "reference", "key_text")
    list_display = (
        "recorded_at",
        "client",
        "amount",
        "source",
        "state",
        "reference",
        "recorded_by",
        "confirmed_by",
    )
    list_filter = ("state", "source")
    list_select_related = ("client", "recorded_by", "confirmed_by")
    ordering = ("-pk",)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Who recorded it, who confirmed it, and the acts that are left."""
        found = self.get_queryset(request).select_related("client", "recorded_by", "confirmed_by")
        deposit = found.filter(pk=object_id).first() if object_id.isdecimal() else None
        if deposit is None:
            raise Http404
        if not self.has_view_permission(request, deposit):
            raise PermissionDenied
        user = admin_user(request)
        may = user.has_perm(CONFIRM)
        if request.method == "POST":
            if not may:
                raise PermissionDenied
            return self._step(request, deposit)
        context = {
            **self.admin_site.each_context(request),
            **own_zone(request),
            "opts": self.opts,
            "title": f"Deposit of {deposit.amount}",
            "deposit": deposit,
            "may": may,
            "is_own": deposit.recorded_by_id == user.pk,
        }
        return render(request, "admin/payments/deposit.html", context)

    def _step(self, request: HttpRequest, deposit: Deposit) -> HttpResponse:
        user, text = admin_user(request), request.POST.get("text", "")
        try:
            match request.POST.get("step"):
                case "confirm":
                    actions.confirm_deposit(deposit.pk, actor=user)
                case "refuse":
                    actions.refuse_deposit(deposit.pk, actor=user, reason=text)
                case "return":
                    actions.return_deposit(deposit.pk, actor=user, reason=text)
                case _:
                    raise Http404
        except DomainError as refused:
            messages.error(request, refused.sentence)
        else:
            deposit.refresh_from_db()
            log(request, deposit, f"{deposit.get_state_display()}. {text}".strip())
            messages.success(request, f"{deposit.amount}: {deposit.get_state_display().lower()}.")
        return redirect("admin:payments_deposit_change", deposit.pk)

    def save_model(self, request: HttpRequest, obj: Deposit, form: Any, change: bool) -> None:
        cleaned = form.cleaned_data
        made = actions.record_deposit(
            cleaned["client"].pk,
            actor=admin_user(request),
            amount=cleaned["money"],
            key=cleaned["key_text"] or uuid.uuid4().hex,
            reference=cleaned["reference"],
        )
        self.take_over(obj, made)
        if made.state == DepositState.WAITING:
            messages.info(request, f"{made.amount} is added when a second person has confirmed it.")


@admin.register(TermsGrant)
class TermsGrantAdmin(AddOnly):
    """Set a company's terms limit."""

    form = TermsForm
    fields = ("client", "amount_text", "key_text")
    list_display = ("granted_at", "client", "limit", "granted_by")
    list_select_related = ("client", "granted_by")
    ordering = ("-pk",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj is None else ("client", "limit", "granted_at", "granted_by")

    def save_model(self, request: HttpRequest, obj: TermsGrant, form: Any, change: bool) -> None:
        cleaned = form.cleaned_data
        made = actions.set_terms_limit(
            cleaned["client"].pk,
            actor=admin_user(request),
            limit=cleaned["money"],
            key=cleaned["key_text"] or uuid.uuid4().hex,
        )
        self.take_over(obj, made)
