"""Filters of the disputes queue: by state, by owner."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from common import clock
from payments.admin.acting import admin_user
from payments.models import Dispute
from payments.states import RUNNING, DisputeState


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
