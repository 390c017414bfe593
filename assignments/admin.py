"""Assignments in admin: read only. Stages and money are moved by actions, and nowhere else (C08)."""

from typing import ClassVar

from django.contrib import admin

from assignments.models import Application, Assignment, CheckIn, Deliverable, Message, MoneyRequest, RescheduleRequest
from common.admin import ReadOnlyAdmin


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin):
    """For looking things up: number, stage, client, worker."""

    list_display: ClassVar = ["number", "title", "state", "client", "worker", "start_at", "disputed_at"]
    list_filter: ClassVar = ["state", "client"]
    list_select_related: ClassVar = ["client", "worker__user"]
    search_fields: ClassVar = ["title", "=id"]
    show_full_result_count = False


@admin.register(Application)
class ApplicationAdmin(ReadOnlyAdmin):
    list_display: ClassVar = ["assignment", "worker", "state", "is_counteroffer", "applied_at"]
    list_filter: ClassVar = ["state"]
    list_select_related: ClassVar = ["assignment", "worker__user"]
    show_full_result_count = False


@admin.register(CheckIn, Deliverable, Message, MoneyRequest, RescheduleRequest)
class RowAdmin(ReadOnlyAdmin):
    """Rows beside an assignment."""

    list_display: ClassVar = ["assignment", "__str__"]
    list_select_related: ClassVar = ["assignment"]
    show_full_result_count = False
