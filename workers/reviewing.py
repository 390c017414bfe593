"""The review of proofs in the administration: a queue, oldest first, and one page to read, accept or reject.

Nothing here edits a row: forms call actions, and each act leaves a LogEntry beside the worker's history.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import User
from common import clock
from common.errors import DomainError
from common.when import relative
from workers import proving
from workers.models import Credential, Evidence, EvidenceState


class RejectForm(forms.Form):
    reason = forms.CharField(
        label="Reason, if you do not accept it",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The worker reads it. For a screening, do not write a finding.",
    )


class WaitingFilter(admin.SimpleListFilter):
    """The queue shows what waits unless something else is asked for."""

    title = "state"
    parameter_name = "show"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*((v, str(word)) for v, word in EvidenceState.choices if v != "submitted"), ("all", "All")]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Evidence]") -> "QuerySet[Evidence]":
        match self.value():
            case None:
                return queryset.filter(state=EvidenceState.SUBMITTED)
            case "all":
                return queryset
            case state:
                return queryset.filter(state=state)

    def choices(self, changelist: Any) -> Any:
        found = list(super().choices(changelist))
        found[0]["display"] = "In review"
        return found


@admin.register(Evidence)
class EvidenceAdmin(admin.ModelAdmin):
    """Whoever may view sees the document; whoever may change decides."""

    list_display = ("credential", "worker", "state", "expires_on", "waits")
    list_filter = (WaitingFilter, "credential__kind")
    list_select_related = ("credential", "worker__user")
    search_fields = ("worker__user__name", "credential__name", "=number")
    ordering = ("submitted_at", "pk")
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        answer: HttpResponse = super().changelist_view(
            request, {"title": "Proofs of workers", **(extra_context or {})}
        )
        return answer

    @admin.display(description="handed in", ordering="submitted_at")
    def waits(self, row: Evidence) -> str:
        return relative(row.submitted_at, clock.now())

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The document with what is said of it, and the decision."""
        found = self.get_queryset(request).select_related("credential", "worker__user", "reviewed_by")
        row = found.filter(pk=object_id).first() if object_id.isdecimal() else None
        if row is None:
            raise Http404
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        if request.method != "POST":
            return self._page(request, row, RejectForm())
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        return self._decide(request, row)

    def _decide(self, request: HttpRequest, row: Evidence) -> HttpResponse:
        form = RejectForm(request.POST)
        is_accepted = request.POST.get("step") == "accept"
        if not form.is_valid():
            return self._page(request, row, form, status=422)
        try:
            if is_accepted:
                proving.accept_evidence(row.pk, actor=_user(request))
            else:
                proving.reject_evidence(row.pk, actor=_user(request), reason=form.cleaned_data["reason"])
        except DomainError as refused:
            field = getattr(refused, "field", None)
            form.add_error(field if field in form.fields else None, refused.sentence)
            return self._page(request, row, form, status=422)
        word = "Accepted." if is_accepted else "Not accepted."
        LogEntry.objects.log_actions(_user(request).pk, [row], CHANGE, word, single_object=True)
        messages.success(request, f"{row.credential} of {row.worker}: {word} The worker was told.")
        return redirect("admin:workers_evidence_changelist")

    def _page(self, request: HttpRequest, row: Evidence, form: RejectForm, status: int = 200) -> HttpResponse:
        may = self.has_change_permission(request, row) and row.worker.user_id != _user(request).pk
        is_open = row.state in (EvidenceState.SUBMITTED, EvidenceState.ACCEPTED)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{row.credential} of {row.worker}",
            "opts": self.opts,
            "row": row,
            "tz": _user(request).time_zone,
            "form": form if may and is_open else None,
            "may_accept": row.state == EvidenceState.SUBMITTED,
            "may_read": row.state != EvidenceState.REMOVED,
        }
        return render(request, "admin/workers/evidence.html", context, status=status)


@admin.register(Credential)
class CredentialAdmin(admin.ModelAdmin):
    """What can be proved at all: named once for all clients and workers."""

    list_display = ("name", "kind")
    list_filter = ("kind",)
    search_fields = ("name",)
    ordering = ("kind", "name")


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
