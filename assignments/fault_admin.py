"""The queue of contested entries of the fault record in the administration, and the page where one is decided (N5).

Nothing here edits a row: the form calls the action, and each decision leaves a LogEntry beside the history. Only
entries that were contested are shown, with the facts that the rule read, and nothing of the assignment's contents.
"""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import User
from assignments import fault_queries
from assignments.actions import faults
from assignments.fault_rules import title_of
from assignments.fault_states import PARTY_WORDS, FaultState
from assignments.forms.faults import DecideForm
from assignments.models import FaultEntry
from common import clock
from common.errors import DomainError
from common.when import relative


class QueueFilter(admin.SimpleListFilter):
    """The queue shows what waits for a decision unless something else is asked for."""

    title = "state"
    parameter_name = "show"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("answer", "Waits for the other side"), ("settled", "Settled"), ("all", "All")]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[FaultEntry]") -> "QuerySet[FaultEntry]":
        is_ours = Q(answered_at__isnull=False) | Q(answer_until__lt=clock.now())
        match self.value():
            case None:
                return queryset.filter(is_ours, state=FaultState.CONTESTED)
            case "answer":
                return queryset.filter(~is_ours, state=FaultState.CONTESTED)
            case "settled":
                return queryset.filter(state=FaultState.SETTLED)
        return queryset

    def choices(self, changelist: Any) -> Any:
        found = list(super().choices(changelist))
        found[0]["display"] = "Waits for a decision"
        return found


@admin.register(FaultEntry)
class FaultAdmin(admin.ModelAdmin):
    """Whoever may view reads both statements; whoever may change decides."""

    list_display = ("number", "kind", "sides", "party", "proposed_party", "since", "state")
    list_filter = (QueueFilter, "kind")
    list_select_related = ("assignment__client", "engagement__worker__user")
    search_fields = ("=id", "=assignment__id", "assignment__client__name", "engagement__worker__user__name")
    ordering = (F("contested_at").asc(nulls_last=True), "pk")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> "QuerySet[FaultEntry]":
        return super().get_queryset(request).exclude(contested_by="")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="client, worker")
    def sides(self, row: FaultEntry) -> str:
        return f"{row.assignment.client}, {row.engagement.worker}"

    @admin.display(description="contested", ordering="contested_at")
    def since(self, row: FaultEntry) -> str:
        return relative(row.contested_at, clock.now()) if row.contested_at else "–"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        title = {"title": "Contested entries of the fault record"}
        answer: HttpResponse = super().changelist_view(request, {**title, **(extra_context or {})})
        return answer

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What both sides say, and the decision."""
        found = self.get_queryset(request).select_related("assignment__client", "engagement__worker__user")
        row = found.filter(pk=object_id).first() if object_id.isdecimal() else None
        if row is None:
            raise Http404
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        if request.method != "POST":
            return self._page(request, row, DecideForm())
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        return self._decide(request, row)

    def _decide(self, request: HttpRequest, row: FaultEntry) -> HttpResponse:
        form = DecideForm(request.POST)
        if not form.is_valid():
            return self._page(request, row, form, status=422)
        party = form.cleaned_data["party"]
        try:
            faults.decide_fault(row.pk, actor=_user(request), party=party, reason=form.cleaned_data["reason"])
        except DomainError as refused:
            field = getattr(refused, "field", None)
            form.add_error(field if field in form.fields else None, refused.sentence)
            return self._page(request, row, form, status=422)
        word = f"Decided. At fault: {PARTY_WORDS[party]}."
        LogEntry.objects.log_actions(_user(request).pk, [row], CHANGE, word, single_object=True)
        messages.success(request, f"{row.number}: {word} Both sides were told.")
        return redirect("admin:assignments_faultentry_changelist")

    def _page(
        self, request: HttpRequest, row: FaultEntry, form: DecideForm, status: int = 200
    ) -> HttpResponse:
        may = self.has_change_permission(request, row) and faults.is_decidable(row)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{row.number}: {row.get_kind_display()}",
            "opts": self.opts,
            "row": row,
            "rule": title_of(row.rule),
            "tz": _user(request).time_zone,
            "form": form if may or form.errors else None,
            "evidence": fault_queries.evidence(row),
            "statements": row.statements.all(),
            "waits": row.state == FaultState.CONTESTED and not faults.is_decidable(row),
        }
        return render(request, "admin/assignments/fault.html", context, status=status)


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
