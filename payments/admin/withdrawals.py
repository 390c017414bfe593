"""Withdrawals: handed to the bank as a file, and what the bank made of them."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from common.errors import DomainError
from payments import actions
from payments.admin.acting import admin_user, log, own_zone
from payments.models import Withdrawal
from payments.states import WithdrawalState

MOST_CHOSEN = 200
"""So many numbers fit into an address."""


@admin.register(Withdrawal)
class WithdrawalAdmin(admin.ModelAdmin):
    """Hand withdrawals to the bank, and record what the bank made of them."""

    list_display = ("number", "worker", "account", "amount", "state", "requested_at", "sent_at", "closed_at")
    list_filter = ("state",)
    list_select_related = ("worker__user", "account")
    ordering = ("-pk",)
    actions = ("payout_file",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description="Make a payout file of these", permissions=["change"])
    def payout_file(self, request: HttpRequest, queryset: QuerySet[Withdrawal]) -> HttpResponse | None:
        """To the check page, with the requested ones of the selection, of one currency."""
        chosen = queryset.filter(state=WithdrawalState.REQUESTED).order_by("pk")
        found = list(chosen.values_list("pk", "currency"))
        if len({currency for _, currency in found}) != 1:
            messages.error(request, "Choose withdrawals that are requested, all in one currency.")
            return None
        if len(found) > MOST_CHOSEN:
            messages.error(request, f"Choose at most {MOST_CHOSEN}, or make a file of all that wait.")
            return None
        ids = ",".join(str(pk) for pk, _ in found)
        query = urlencode({"currency": found[0][1], "withdrawals": ids})
        return HttpResponseRedirect(f"{reverse('admin:payments_payoutbatch_make')}?{query}")

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
                case "ask":
                    actions.ask_provider(made.pk, actor=user)
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
