"""Invoices, statements, payments and advances, to read; and the credit note, the one act beside a paid invoice (D6)."""

import uuid
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.urls.resolvers import URLPattern

from common.admin import ReadOnlyAdmin
from common.errors import DomainError
from payments import actions
from payments.actions.crediting import check_credit, left_to_credit
from payments.admin.acting import admin_user, log, own_zone
from payments.forms import CreditForm, hidden
from payments.models import Advance, CreditNote, Invoice, PaymentItem, PaymentRun, Statement, StatementLine
from payments.states import InvoiceState

CREDIT = "payments.add_creditnote"


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
    change_form_template = "admin/payments/invoice.html"

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "<int:pk>/credit/", self.admin_site.admin_view(self.credit_view), name="payments_invoice_credit"
        )
        return [own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The row, with the way to a credit note for those who may, while something is left to credit."""
        invoice = Invoice.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
        may = (
            invoice is not None
            and invoice.state == InvoiceState.PAID
            and admin_user(request).has_perm(CREDIT)
        )
        more = {
            "may_credit": may and bool(left_to_credit(invoice)) if invoice else False,
            **(extra_context or {}),
        }
        answer: HttpResponse = super().change_view(request, object_id, form_url, more)
        return answer

    def credit_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Form, check page, credit note: all by POST, under one key."""
        found = Invoice.objects.select_related("client", "worker__user", "assignment")
        invoice = found.filter(pk=pk).first()
        if invoice is None:
            raise Http404
        if not admin_user(request).has_perm(CREDIT):
            raise PermissionDenied
        form = CreditForm(
            request.POST if request.method == "POST" else None,
            currency=invoice.currency,
            left=left_to_credit(invoice),
            initial={"key": uuid.uuid4().hex},
        )
        if request.method != "POST":
            return self._page(request, invoice, form)
        if not form.is_valid():
            return self._page(request, invoice, form, status=422)
        said = form.cleaned_data
        try:
            if request.POST.get("step") != "credit":
                check_credit(invoice, said["amount"], said["reason"])
                return self._page(request, invoice, hidden(form), said=said)
            note = actions.credit(
                pk, actor=admin_user(request), amount=said["amount"], reason=said["reason"], key=said["key"]
            )
        except DomainError as refused:
            field = getattr(refused, "field", None)
            form.add_error(field if field in form.fields else None, refused.sentence)
            return self._page(request, invoice, form, status=422)
        log(request, invoice, f"Credit note {note.number} over {note.amount}.")
        messages.success(request, f"{note.number} over {note.amount} was made. Both sides were told.")
        return redirect("admin:payments_creditnote_change", note.pk)

    def _page(
        self, request: HttpRequest, invoice: Invoice, form: Any, status: int = 200, said: Any = None
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            **own_zone(request),
            "opts": self.opts,
            "title": f"{'Check the credit' if said else 'Credit'} of {invoice.number}",
            "invoice": invoice,
            "form": form,
            "said": said,
            "debit": -said["amount"] if said else None,
            "has_errors": bool(form.errors),
            "left": left_to_credit(invoice),
            "notes": list(invoice.credit_notes.order_by("pk")),
        }
        return render(request, "admin/payments/credit.html", context, status=status)


@admin.register(CreditNote)
class CreditNoteAdmin(ReadOnlyAdmin):
    list_display = ("number", "invoice", "client", "worker", "amount", "issued_on", "issued_by", "reason")
    list_select_related = ("invoice", "client", "worker__user", "issued_by")
    search_fields = ("number", "invoice__number", "client__name")
    ordering = ("-pk",)


class LineInline(admin.TabularInline):
    model = StatementLine
    extra = 0
    can_delete = False
    fields = readonly_fields = ("position", "invoice", "total", "is_live")

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Statement)
class StatementAdmin(ReadOnlyAdmin):
    list_display = ("number", "client", "kind", "month", "state", "total", "due_on", "issued_on", "issued_by")
    list_filter = ("state", "kind")
    list_select_related = ("client", "issued_by")
    search_fields = ("number", "client__name")
    inlines = (LineInline,)
    ordering = ("-pk",)


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
