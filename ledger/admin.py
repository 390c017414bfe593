"""The books, to read. Money moves only through actions."""

from django.contrib import admin
from django.http import HttpRequest

from common.admin import ReadOnlyAdmin
from ledger.models import Account, Entry, Posting, Reservation


class EntryInline(admin.TabularInline):
    """The legs of a posting."""

    model = Entry
    extra = 0
    can_delete = False
    fields = readonly_fields = ("account", "amount", "currency")

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    list_display = ("owner_kind", "owner_id", "purpose", "balance", "overdraft")
    list_filter = ("owner_kind", "purpose", "currency")
    search_fields = ("=owner_id",)
    ordering = ("-pk",)


@admin.register(Posting)
class PostingAdmin(ReadOnlyAdmin):
    list_display = ("at", "kind", "subject_type", "subject_id", "memo", "actor", "key")
    list_filter = ("kind",)
    list_select_related = ("actor",)
    search_fields = ("=key", "=subject_id")
    ordering = ("-at", "-pk")
    inlines = (EntryInline,)
    show_full_result_count = False


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ("posting", "account", "amount")
    list_filter = ("account__owner_kind", "account__purpose", "currency")
    list_select_related = ("posting", "account")
    search_fields = ("=posting__key", "=account__owner_id")
    ordering = ("-pk",)
    show_full_result_count = False


@admin.register(Reservation)
class ReservationAdmin(ReadOnlyAdmin):
    list_display = (
        "opened_at",
        "client_id",
        "subject_type",
        "subject_id",
        "cash",
        "terms",
        "state",
        "closed_at",
    )
    list_filter = ("state", "subject_type")
    search_fields = ("=client_id", "=subject_id")
    ordering = ("-pk",)
    show_full_result_count = False
