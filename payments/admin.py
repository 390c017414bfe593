"""Money in the administration: the disputes queue, deposits, terms limits and withdrawals (C08, ux.md 6.13).

Nothing here edits a stage or an amount: forms call actions, everything else is read only, and each act leaves a
LogEntry beside the history.
"""

import uuid
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.urls.resolvers import URLPattern

from accounts.models import User
from assignments import checklist
from assignments.models import CheckIn, Deliverable
from assignments.models import Message as ThreadMessage
from assignments.pricing import cost
from common import clock
from common.admin import ReadOnlyAdmin
from common.errors import Conflict, DomainError
from common.money import BadAmount, Money
from common.secrets import unseal
from common.when import relative
from payments import actions, queries
from payments.forms import SettleForm, hidden
from payments.gateway.bank_file import BankFile
from payments.gateway.base import Payout
from payments.models import (
    Advance,
    Deposit,
    Dispute,
    Invoice,
    PaymentItem,
    PaymentRun,
    TermsGrant,
    Withdrawal,
)
from payments.states import RUNNING, Decision, DisputeState, WithdrawalState
from timeline.presenters import present
from timeline.queries import entries_of


def admin_user(request: HttpRequest) -> User:
    """The signed-in admin; the admin site lets nobody else in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def log(request: HttpRequest, row: Any, message: str) -> None:
    """One line in the admin's own log."""
    LogEntry.objects.log_actions(
        user_id=admin_user(request).pk,
        queryset=[row],
        action_flag=CHANGE,
        change_message=message,
        single_object=True,
    )


class RunningFilter(admin.SimpleListFilter):
    """The queue shows what is open unless something else is asked for."""

    title = "state"
    parameter_name = "show"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("overdue", "Overdue"), *DisputeState.choices, ("all", "All")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Dispute]) -> QuerySet[Dispute]:
        match self.value():
            case None:
                return queryset.filter(state__in=RUNNING)
            case "overdue":
                return queryset.filter(state__in=RUNNING, answer_due_at__lte=clock.now())
            case "all":
                return queryset
            case state:
                return queryset.filter(state=state)

    def choices(self, changelist: Any) -> Any:
        found = list(super().choices(changelist))
        found[0]["display"] = "Open"
        return found


class OwnerFilter(admin.SimpleListFilter):
    title = "owner"
    parameter_name = "owner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("me", "Me"), ("none", "Nobody")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Dispute]) -> QuerySet[Dispute]:
        match self.value():
            case "me":
                return queryset.filter(assignee=admin_user(request))
            case "none":
                return queryset.filter(assignee__isnull=True)
        return queryset


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
        return {**self.admin_site.each_context(request), "opts": self.opts, "dispute": dispute, "row": row}


def outcomes(dispute: Dispute) -> list[tuple[str, Money, Money, Money]]:
    """What each decision means in money: worker's pay, fee, client's total."""
    bps = dispute.assignment.fee_bps
    found = []
    for decision, pay in ((Decision.FULL, dispute.amount), (Decision.NONE, Money.zero(dispute.currency))):
        priced = cost(pay, bps)
        found.append((str(decision.label), priced.worker, priced.fee, priced.total))
    return found


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
    list_display = (
        "number",
        "assignment",
        "client",
        "worker",
        "pay_amount",
        "fee",
        "total",
        "state",
        "due_on",
    )
    list_filter = ("state",)
    list_select_related = ("assignment", "client", "worker__user")
    search_fields = ("number", "client__name")
    ordering = ("-pk",)
    show_full_result_count = False


class ItemInline(admin.TabularInline):
    model = PaymentItem
    extra = 0
    can_delete = False
    fields = readonly_fields = ("position", "invoice", "result", "sentence")

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(PaymentRun)
class PaymentRunAdmin(ReadOnlyAdmin):
    list_display = ("number", "client", "actor", "total", "started_at", "finished_at")
    list_select_related = ("client", "actor")
    inlines = (ItemInline,)
    ordering = ("-pk",)


@admin.register(Advance)
class AdvanceAdmin(ReadOnlyAdmin):
    list_display = ("invoice", "worker", "amount", "fee", "net", "taken_at")
    list_select_related = ("invoice", "worker__user")
    ordering = ("-pk",)


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
    """Record money that arrived on the bank account."""

    form = DepositForm
    fields = ("client", "amount_text", "reference", "key_text")
    list_display = ("recorded_at", "client", "amount", "source", "state", "reference", "recorded_by")
    list_filter = ("state", "source")
    list_select_related = ("client", "recorded_by")
    ordering = ("-pk",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (
            self.fields
            if obj is None
            else ("client", "amount", "source", "state", "reference", "recorded_by")
        )

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
        context = {**self.admin_site.each_context(request), "opts": self.opts, "made": made, "may": may}
        context["title"] = f"Withdrawal {made.number}"
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
