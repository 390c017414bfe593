"""Withdrawals: handed to the bank as a file, and what the bank made of them."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from common.errors import DomainError
from common.secrets import unseal
from payments import actions
from payments.admin.acting import admin_user, log, own_zone
from payments.gateway.bank_file import BankFile
from payments.gateway.base import Payout
from payments.models import Withdrawal
from payments.states import WithdrawalState


@admin.register(Withdrawal)
class WithdrawalAdmin(admin.ModelAdmin):
    """Hand withdrawals to the bank, and record what the bank made of them."""

    list_display = ("number", "worker", "account", "amount", "state", "requested_at", "sent_at", "closed_at")
    list_filter = ("state",)
    list_select_related = ("worker__user", "account")
    ordering = ("-pk",)
    actions = ("bank_file",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description="Make the bank file and mark as sent", permissions=["change"])
    def bank_file(self, request: HttpRequest, queryset: QuerySet[Withdrawal]) -> HttpResponse | None:
        """The requested ones of the selection, as a file for the bank."""
        payouts = []
        chosen = queryset.filter(state=WithdrawalState.REQUESTED).select_related("account").order_by("pk")
        for made in chosen:
            try:
                actions.mark_sent(made.pk, actor=admin_user(request))
            except DomainError as refused:
                messages.warning(request, refused.sentence)
                continue
            log(request, made, "Handed to the bank.")
            payouts.append(_payout(made))
        if not payouts:
            messages.error(request, "Nothing to hand over: choose withdrawals that are requested.")
            return None
        response = HttpResponse(BankFile().pay_out(payouts), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="payouts.csv"'
        response["Cache-Control"] = "no-store"
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        found = self.get_queryset(request).select_related("worker__user", "account")
        made = found.filter(pk=object_id).first() if object_id.isdecimal() else None
        if made is None:
            raise Http404
        if not self.has_view_or_change_permission(request, made):
            raise PermissionDenied
        may = self.has_change_permission(request, made)
        if request.method == "POST":
            if not may:
                raise PermissionDenied
            return self._step(request, made)
        context = {
            **self.admin_site.each_context(request),
            **own_zone(request),
            "opts": self.opts,
            "title": f"Withdrawal {made.number}",
            "made": made,
            "may": may,
        }
        return render(request, "admin/payments/withdrawal.html", context)

    def _step(self, request: HttpRequest, made: Withdrawal) -> HttpResponse:
        user, text = admin_user(request), request.POST.get("text", "")
        try:
            match request.POST.get("step"):
                case "sent":
                    actions.mark_sent(made.pk, actor=user)
                case "paid":
                    actions.mark_paid(made.pk, actor=user, reference=text)
                case "failed":
                    actions.mark_failed(made.pk, actor=user, reason=text)
                case _:
                    raise Http404
        except DomainError as refused:
            messages.error(request, refused.sentence)
        else:
            made.refresh_from_db()
            log(request, made, f"{made.get_state_display()}. {text}".strip())
            messages.success(request, f"{made.number}: {made.get_state_display().lower()}.")
        return HttpResponseRedirect(reverse("admin:payments_withdrawal_change", args=[made.pk]))


def _payout(made: Withdrawal) -> Payout:
    account = made.account
    return Payout(
        key=made.key,
        holder=account.holder,
        bank_name=account.bank_name,
        routing=account.routing,
        number=unseal(account.sealed_number),
        amount=made.amount,
        reference=made.number,
    )
