"""The disputes queue, and the page of one dispute: evidence, check page, decision (C08, ux.md 6.13)."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import path
from django.urls.resolvers import URLPattern

from accounts import zones
from assignments import checklist
from assignments.models import CheckIn, Deliverable
from assignments.models import Message as ThreadMessage
from assignments.pricing import cost
from common import clock
from common.errors import Conflict, DomainError
from common.money import Money
from common.when import relative
from payments import actions, queries
from payments.admin.acting import admin_user, log, own_zone
from payments.admin.queue import OwnerFilter, RunningFilter
from payments.forms import SettleForm, hidden
from payments.models import Dispute
from payments.states import Decision
from timeline.presenters import present
from timeline.queries import entries_of


@admin.register(Dispute)
class DisputeAdmin(admin.ModelAdmin):
    """The queue by answer due; the page of one dispute shows evidence and takes a decision by actions only."""

    list_display = (
        "number",
        "assignment",
        "sides",
        "amount",
        "ground",
        "age",
        "due",
        "state",
        "assignee",
    )
    list_filter = (RunningFilter, OwnerFilter, "ground")
    list_select_related = ("assignment", "client", "worker__user", "assignee")
    search_fields = ("=assignment__id", "client__name", "worker__user__name")
    ordering = (F("answer_due_at").asc(nulls_last=True), "pk")
    change_list_template = "admin/payments/disputes.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="client, worker", ordering="client__name")
    def sides(self, dispute: Dispute) -> str:
        return f"{dispute.client}, {dispute.worker}"

    @admin.display(description="opened", ordering="opened_at")
    def age(self, dispute: Dispute) -> str:
        return relative(dispute.opened_at, clock.now())

    @admin.display(description="answer due", ordering="answer_due_at")
    def due(self, dispute: Dispute) -> str:
        return relative(dispute.answer_due_at, clock.now()) if dispute.answer_due_at else "–"

    def get_urls(self) -> list[URLPattern]:
        own = [path("next/", self.admin_site.admin_view(self.next_view), name="payments_dispute_next")]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        answer: HttpResponse = super().changelist_view(
            request, {"title": "Disputes", **(extra_context or {})}
        )
        return answer

    def next_view(self, request: HttpRequest) -> HttpResponseRedirect:
        """The dispute that is due soonest and has no owner."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = queries.next_in_queue()
        if found is None:
            messages.info(request, "No open disputes.")
            return redirect("admin:payments_dispute_changelist")
        return redirect("admin:payments_dispute_change", found.pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Evidence and, for those who may decide, the form -> check -> settle, all by POST."""
        dispute = self._get(request, object_id)
        only_full = bool(queries.advance_of(dispute))
        if request.method != "POST":
            return self._page(request, dispute, SettleForm(currency=dispute.currency, only_full=only_full))
        if not (self.has_change_permission(request, dispute) and self._may_settle(request)):
            raise PermissionDenied
        if request.POST.get("step") == "assign":
            return self._assign(request, dispute)
        form = SettleForm(request.POST, currency=dispute.currency, only_full=only_full)
        if not form.is_valid():
            return self._page(request, dispute, form, status=422)
        return self._decide(request, dispute, form)

    def _get(self, request: HttpRequest, object_id: str) -> Dispute:
        if not object_id.isdecimal():
            raise Http404
        found = self.get_queryset(request).select_related("assignment__client", "worker__user", "assignee")
        dispute: Dispute | None = found.filter(pk=object_id).first()
        if dispute is None:
            raise Http404
        if not self.has_view_or_change_permission(request, dispute):
            raise PermissionDenied
        return dispute

    def _may_settle(self, request: HttpRequest) -> bool:
        return admin_user(request).has_perm("payments.settle_dispute")

    def _assign(self, request: HttpRequest, dispute: Dispute) -> HttpResponse:
        try:
            actions.assign_dispute(dispute.pk, actor=admin_user(request))
        except Conflict as refused:
            messages.error(request, refused.sentence)
        else:
            log(request, dispute, "Took the dispute on.")
            messages.success(request, f"{dispute.number} is yours.")
        return redirect("admin:payments_dispute_change", dispute.pk)

    def _decide(self, request: HttpRequest, dispute: Dispute, form: SettleForm) -> HttpResponse:
        cleaned = form.cleaned_data
        user = admin_user(request)
        decided = {name: cleaned[name] for name in ("reason_to_client", "reason_to_worker", "internal_note")}
        is_close = cleaned["decision"] == "close"
        try:
            if request.POST.get("step") != "settle":
                found = (
                    None
                    if is_close
                    else actions.rehearse(
                        dispute.pk,
                        actor=user,
                        decision=cleaned["decision"],
                        amount=cleaned["amount"],
                        **decided,
                    )
                )
                return self._check(request, dispute, form, found)
            if is_close:
                reason = decided.pop("reason_to_client")
                actions.close_dispute(
                    dispute.pk, actor=user, reason=reason, internal_note=decided["internal_note"]
                )
            else:
                actions.settle(
                    dispute.pk, actor=user, decision=cleaned["decision"], amount=cleaned["amount"], **decided
                )
        except DomainError as refused:
            field = getattr(refused, "field", None)
            form.add_error(field if field in form.fields else None, refused.sentence)
            return self._page(request, dispute, form, status=422)
        word = (
            "Closed without a decision." if is_close else f"Decided: {Decision(cleaned['decision']).label}."
        )
        log(request, dispute, word)
        messages.success(request, f"{dispute.number}: {word} Both sides were told.")
        return redirect("admin:payments_dispute_change", dispute.pk)

    def _check(self, request: HttpRequest, dispute: Dispute, form: SettleForm, found: Any) -> HttpResponse:
        context = {
            **self._base(request, dispute),
            "title": f"Check the decision of {dispute.number}",
            "form": hidden(form),
            "decision": dict(form.fields["decision"].choices)[form.cleaned_data["decision"]],  # type: ignore[attr-defined]
            "cleaned": form.cleaned_data,
            "found": found,
        }
        return render(request, "admin/payments/dispute_check.html", context)

    def _page(
        self, request: HttpRequest, dispute: Dispute, form: SettleForm, status: int = 200
    ) -> HttpResponse:
        row = dispute.assignment
        may = (
            dispute.is_running and self.has_change_permission(request, dispute) and self._may_settle(request)
        )
        context = {
            **self._base(request, dispute),
            "title": f"Dispute {dispute.number}",
            "form": form if may else None,
            "has_errors": bool(form.errors),
            "outcomes": outcomes(dispute),
            "entries": [present(entry) for entry in entries_of("assignment", row.pk, viewer="staff")],
            "thread": ThreadMessage.objects.filter(assignment=row, is_private=False).select_related("author"),
            "visits": CheckIn.objects.filter(assignment=row, engagement=row.engagement),
            "minutes": checklist.minutes_worked(row) if row.engagement_id else 0,
            "files": Deliverable.objects.filter(assignment=row, removed_at__isnull=True).select_related(
                "requirement"
            ),
            "invoice": queries.invoice_of(row),
            "advance": queries.advance_of(dispute),
        }
        return render(request, "admin/payments/dispute.html", context, status=status)

    def _base(self, request: HttpRequest, dispute: Dispute) -> dict[str, Any]:
        row = dispute.assignment
        return {
            **self.admin_site.each_context(request),
            **own_zone(request),
            "opts": self.opts,
            "dispute": dispute,
            "row": row,
            "site_zone": zones.words(row.time_zone),
        }


def outcomes(dispute: Dispute) -> list[tuple[str, Money, Money, Money]]:
    """What each decision means in money: worker's pay, fee, client's total."""
    bps = dispute.assignment.fee_bps
    found = []
    for decision, pay in ((Decision.FULL, dispute.amount), (Decision.NONE, Money.zero(dispute.currency))):
        priced = cost(pay, bps)
        found.append((str(decision.label), priced.worker, priced.fee, priced.total))
    return found
