"""Bank statements: uploaded, read once, and the lines that wait for a person. And the provider's events, to read."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path

from common.admin import ReadOnlyAdmin
from common.errors import DomainError
from payments import actions, queries
from payments.actions.reconciling import IMPORT, RESOLVE
from payments.admin.acting import admin_user, log, own_zone
from payments.gateway.camt053 import LARGEST_FILE
from payments.models import BankLine, BankStatement, ProviderEvent


class UploadForm(forms.Form):
    file = forms.FileField(
        label="camt.053 file of the bank", help_text=f"XML of at most {LARGEST_FILE // 1024 // 1024} MB."
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(f"The file is larger than {LARGEST_FILE // 1024 // 1024} MB.")
        return file


@admin.register(BankStatement)
class BankStatementAdmin(ReadOnlyAdmin):
    """Statements that were read, and the door for the next one."""

    list_display = ("statement_id", "account", "file_name", "imported_at", "imported_by")
    list_select_related = ("imported_by",)
    ordering = ("-pk",)
    change_list_template = "admin/payments/statements.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("import/", view(self.import_view), name="payments_bankstatement_import"),
            path("unmatched/", view(self.unmatched_view), name="payments_bankstatement_unmatched"),
        ]
        return [*own, *super().get_urls()]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        if not admin_user(request).has_perm(IMPORT):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        status = 200
        if request.method == "POST":
            if form.is_valid():
                file = form.cleaned_data["file"]
                try:
                    found = actions.import_statement(file.read(), file.name, actor=admin_user(request))
                except DomainError as refused:
                    form.add_error("file", refused.sentence)
                else:
                    for one in found:
                        log(request, one, "Read in.")
                    messages.success(request, "The statement is read in.")
                    return redirect("admin:payments_bankstatement_change", found[-1].pk)
            status = 422
        context = {**self._frame(request, "Read a bank statement"), "form": form}
        return render(request, "admin/payments/statement_import.html", context, status=status)

    def unmatched_view(self, request: HttpRequest) -> HttpResponse:
        """What waits for a person; a note takes it off the list."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        may = admin_user(request).has_perm(RESOLVE)
        if request.method == "POST":
            if not may:
                raise PermissionDenied
            self._resolve(request)
            return redirect("admin:payments_bankstatement_unmatched")
        context = {
            **self._frame(request, "Lines that match nothing"),
            "lines": queries.unmatched_lines()[:200],
            "may": may,
        }
        return render(request, "admin/payments/unmatched.html", context)

    def _resolve(self, request: HttpRequest) -> None:
        pk = request.POST.get("line", "")
        if not pk.isdecimal() or not BankLine.objects.filter(pk=pk).exists():
            raise Http404
        try:
            line = actions.resolve_line(int(pk), actor=admin_user(request), note=request.POST.get("text", ""))
        except DomainError as refused:
            messages.error(request, refused.sentence)
        else:
            log(request, line.statement, f"Line {line.ordinal}: {line.resolution}")
            messages.success(request, "The line is off the list.")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        rows = BankStatement.objects.select_related("imported_by")
        found = rows.filter(pk=object_id).first() if object_id.isdecimal() else None
        if found is None:
            raise Http404
        if not self.has_view_permission(request, found):
            raise PermissionDenied
        if request.method == "POST":
            raise PermissionDenied
        lines = found.lines.select_related("item__withdrawal", "item__small_payment", "resolved_by")
        context = {
            **self._frame(request, f"Statement {found.statement_id}"),
            "statement": found,
            "lines": lines.order_by("ordinal"),
        }
        return render(request, "admin/payments/statement.html", context)

    def _frame(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            **own_zone(request),
            "opts": self.opts,
            "title": title,
        }


@admin.register(ProviderEvent)
class ProviderEventAdmin(ReadOnlyAdmin):
    """What the payment provider told, as it came, and what it did."""

    list_display = ("received_at", "kind", "key", "result", "why")
    list_filter = ("result", "kind")
    search_fields = ("key", "event_id")
    ordering = ("-pk",)
