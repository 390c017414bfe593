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
from assignments.models import AgreementSheet, Assignment
from assignments.models import Message as ThreadMessage
from assignments.pricing import cost
from common import clock
from common.errors import Conflict, DomainError
from common.money import Money
from common.when import relative
from payments import actions, policies, queries, sealing
from payments.admin.acting import admin_user, log, own_zone
from payments.admin.queue import OwnerFilter, RunningFilter
from payments.dispute_forms import SettleForm, SummaryForm
from payments.forms import hidden
from payments.models import Dispute, Precedent
from payments.queries.evidence import Section, agreement_of, faults_of, files_of, thread_of, visits_of
from payments.states import UNDECIDED, Decision, DisputeState
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
        if request.method != "POST":
            return self._page(request, dispute, settle_form(dispute))
        if not (self.has_change_permission(request, dispute) and self._may_settle(request)):
            raise PermissionDenied
        if request.POST.get("step") == "assign":
            return self._assign(request, dispute)
        if request.POST.get("step") == "publish":
            return self._publish(request, dispute)
        form = settle_form(dispute, request.POST)
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

    def _publish(self, request: HttpRequest, dispute: Dispute) -> HttpResponse:
        form = SummaryForm(request.POST)
        if form.is_valid():
            try:
                summary = form.cleaned_data["summary"]
                actions.publish_precedent(dispute.pk, actor=admin_user(request), summary=summary)
            except DomainError as refused:
                form.add_error("summary", refused.sentence)
            else:
                log(request, dispute, "Published a summary.")
                messages.success(request, "The summary is published.")
                return redirect("admin:payments_dispute_change", dispute.pk)
        return self._page(request, dispute, settle_form(dispute), status=422, publish=form)

    def _decide(self, request: HttpRequest, dispute: Dispute, form: SettleForm) -> HttpResponse:
        cleaned = form.cleaned_data
        user = admin_user(request)
        names = ("reason_to_client", "reason_to_worker", "internal_note", "summary")
        decided = {name: cleaned[name] for name in names}
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
        waits = (
            ""
            if is_close or dispute.state == DisputeState.APPEALED
            else " The money waits until it can no longer be appealed."
        )
        messages.success(request, f"{dispute.number}: {word} Both sides were told.{waits}")
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
        self,
        request: HttpRequest,
        dispute: Dispute,
        form: SettleForm,
        status: int = 200,
        publish: SummaryForm | None = None,
    ) -> HttpResponse:
        row = dispute.assignment
        is_arbiter = self.has_change_permission(request, dispute) and self._may_settle(request)
        refused = policies.arbiter_refused(admin_user(request), dispute)
        may = is_arbiter and dispute.is_decidable and not refused
        can_publish = (
            is_arbiter
            and dispute.state == DisputeState.DECIDED
            and not Precedent.objects.filter(dispute=dispute).exists()
        )
        context = {
            **self._base(request, dispute),
            "title": f"Dispute {dispute.number}",
            "form": form if may else None,
            "may_take": is_arbiter
            and dispute.is_running
            and not dispute.rulings.filter(ruled_by=admin_user(request)).exists(),
            "why_not": refused if is_arbiter and dispute.is_decidable else "",
            "publish": (publish or SummaryForm()) if can_publish else None,
            "precedent": Precedent.objects.filter(dispute=dispute).first(),
            "has_errors": bool(form.errors),
            "outcomes": outcomes(dispute),
            "clock": queries.clock_of(dispute, ""),
            "statements": queries.statements_of(dispute),
            "offers": dispute.offers.select_related("made_by"),
            "rulings": dispute.rulings.select_related("ruled_by"),
            "figures": sealing.opened(dispute),
            "given": sealing.given(dispute) if dispute.is_small else set(),
            "entries": [present(entry) for entry in entries_of("assignment", row.pk, viewer="staff")],
            "sections": evidence_for_staff(row),
            "minutes": checklist.minutes_worked(row) if row.engagement_id else 0,
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


def settle_form(dispute: Dispute, *data: Any) -> SettleForm:
    """The form of a decision, with what figures of a small claim leave to decide."""
    low, high = sealing.bounds(dispute)
    is_bound = dispute.is_small and (low, high) != (Money.zero(dispute.currency), dispute.amount)
    return SettleForm(
        *data,
        currency=dispute.currency,
        can_close=dispute.state in UNDECIDED,
        bounds=f"The figures of both sides bound it: from {low} to {high}." if is_bound else "",
    )


def evidence_for_staff(row: Assignment) -> list[Section]:
    """All of it, as far as both sides could read it too."""
    sheets = list(AgreementSheet.objects.filter(assignment=row).order_by("turn"))
    thread = ThreadMessage.objects.filter(assignment=row, is_private=False).select_related("author")
    return [
        Section("Agreement and amendments", "agreement", agreement_of(sheets, row)),
        Section("Check-ins", "visits", visits_of(row)),
        Section("Files", "files", files_of(row, clock.now())),
        Section("Messages", "thread", thread_of(list(thread.order_by("sent_at", "pk")))),
        Section("Fault record", "faults", faults_of(row)),
    ]


def outcomes(dispute: Dispute) -> list[tuple[str, Money, Money, Money]]:
    """What each decision means in money: worker's pay, fee, client's total."""
    bps = dispute.assignment.fee_bps
    found = []
    for decision, pay in ((Decision.FULL, dispute.amount), (Decision.NONE, Money.zero(dispute.currency))):
        priced = cost(pay, bps)
        found.append((str(decision.label), priced.worker, priced.fee, priced.total))
    return found
