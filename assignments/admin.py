"""Assignments in admin: read only, and only those that are open to Onsite's people (decisions.md D18).

Stages and money are moved by actions, and nowhere else (C08).
"""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from assignments.fault_admin import FaultAdmin
from assignments.models import (
    Application,
    Assignment,
    CheckIn,
    Deliverable,
    Message,
    MoneyRequest,
    RescheduleRequest,
)
from assignments.visibility import open_to_staff
from common.admin import ReadOnlyAdmin

__all__ = ["FaultAdmin"]


class OpenedAdmin(ReadOnlyAdmin):
    """Rows of assignments with an open dispute, or of companies that let support in. `prefix` leads there."""

    prefix: ClassVar[str] = "assignment__"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(open_to_staff(self.prefix))


@admin.register(Assignment)
class AssignmentAdmin(OpenedAdmin):
    """For looking things up: number, stage, client, worker."""

    prefix = ""
    list_display = ("number", "title", "state", "client", "worker", "start_at", "disputed_at")
    list_filter = ("state", "client")
    list_select_related = ("client", "worker__user")
    search_fields = ("title", "=id")
    show_full_result_count = False


@admin.register(Application)
class ApplicationAdmin(OpenedAdmin):
    list_display = ("assignment", "worker", "state", "is_counteroffer", "applied_at")
    list_filter = ("state",)
    list_select_related = ("assignment", "worker__user")
    show_full_result_count = False


@admin.register(CheckIn, Deliverable, Message, MoneyRequest, RescheduleRequest)
class RowAdmin(OpenedAdmin):
    """Rows beside an assignment."""

    list_display = ("assignment", "__str__")
    list_select_related = ("assignment",)
    show_full_result_count = False
