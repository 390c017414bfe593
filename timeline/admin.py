"""The audit log, to read."""

from django.contrib import admin

from common.admin import ReadOnlyAdmin
from timeline.models import Chain, Entry, Seal


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "kind", "subject_type", "subject_id", "sequence", "actor", "role", "visibility")
    list_filter = ("kind", "subject_type", "role", "visibility")
    list_select_related = ("actor",)
    search_fields = ("=subject_id", "=kind")
    search_help_text = "A subject's number, or a kind such as assignment.sent"
    ordering = ("-pk",)
    show_full_result_count = False


@admin.register(Seal)
class SealAdmin(ReadOnlyAdmin):
    list_display = ("entry", "hash", "previous_hash")
    list_select_related = ("entry",)
    search_fields = ("=hash", "=entry__subject_id")
    ordering = ("-pk",)
    show_full_result_count = False


@admin.register(Chain)
class ChainAdmin(ReadOnlyAdmin):
    list_display = ("subject_type", "subject_id", "length", "head")
    list_filter = ("subject_type",)
    search_fields = ("=subject_id",)
    ordering = ("-pk",)
    show_full_result_count = False
