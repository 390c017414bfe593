"""Invoices, payments and advances, to read."""

from django.contrib import admin
from django.http import HttpRequest

from common.admin import ReadOnlyAdmin
from payments.models import Advance, Invoice, PaymentItem, PaymentRun


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
