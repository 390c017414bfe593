"""Rows that staff may look at and nobody may touch; rows that keep their earlier versions."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from simple_history.admin import SimpleHistoryAdmin


class ReadOnlyAdmin(admin.ModelAdmin):
    """No add, no change, no delete, whatever permissions somebody holds. Viewing needs its own."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class VersionedAdmin(SimpleHistoryAdmin):
    """Rows with a page of their earlier versions. An address that cannot be one of a row is missing like any other."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        _need_numbers(object_id)
        page: HttpResponse = super().history_view(request, object_id, extra_context)
        return page

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        _need_numbers(object_id, version_id)
        page: HttpResponse = super().history_form_view(request, object_id, version_id, extra_context)
        return page


def _need_numbers(*typed: str) -> None:
    """Raises Http404 for what no id looks like: the package asks the database for it, which refuses."""
    if not all(map(row_id, typed)):
        raise Http404


def row_id(typed: str) -> int:
    """The id that somebody sent; 0, which no row has, for anything else."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else 0
