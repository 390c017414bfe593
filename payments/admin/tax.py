"""Tax data in the administration: last four digits, the number for a written reason, and a year of all workers."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path

from common import clock, tables
from common.admin import ReadOnlyAdmin
from common.errors import DomainError
from payments import actions, queries
from payments.admin.acting import admin_user, log, own_zone
from payments.models import TaxForm

COLUMNS = (
    "Worker",
    "Name on the tax form",
    "Number ends in",
    "Client",
    "Invoices",
    "Pay",
    "Expenses",
    "FastFunds fees",
    "Received",
    "Currency",
)
REVEAL = "payments.reveal_taxform"


@admin.register(TaxForm)
class TaxFormAdmin(ReadOnlyAdmin):
    """Versions of what workers stated. No number stands here."""

    list_display = ("worker", "name", "tin_type", "tin_last4", "certified_at", "superseded_at")
    list_filter = ("tin_type",)
    list_select_related = ("worker__user",)
    search_fields = ("name", "worker__user__name")
    ordering = ("-pk",)
    change_list_template = "admin/payments/tax_forms.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [path("year/", view(self.year_view), name="payments_taxform_year"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        year = clock.now().year
        more = {"years": [year - back for back in range(5)], **(extra_context or {})}
        answer: HttpResponse = super().changelist_view(request, more)
        return answer

    def year_view(self, request: HttpRequest) -> HttpResponseBase:
        """Every worker's totals of a year, by client, as CSV."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        text = request.GET.get("year", "")
        if not (text.isdecimal() and 2000 <= int(text[:5]) <= clock.now().year):
            raise Http404
        return tables.download(request, "csv", f"workers-{text}", COLUMNS, _year_rows(int(text)))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        rows = TaxForm.objects.select_related("worker__user")
        form = rows.filter(pk=object_id).first() if object_id.isdecimal() else None
        if form is None:
            raise Http404
        if not self.has_view_permission(request, form):
            raise PermissionDenied
        may = admin_user(request).has_perm(REVEAL) and form.superseded_at is None
        number = ""
        if request.method == "POST":
            if not may:
                raise PermissionDenied
            number = self._reveal(request, form)
        context = {
            **self.admin_site.each_context(request),
            **own_zone(request),
            "opts": self.opts,
            "title": f"Tax data of {form.worker}",
            "form": form,
            "may": may,
            "number": number,
        }
        response = render(request, "admin/payments/tax_form.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def _reveal(self, request: HttpRequest, form: TaxForm) -> str:
        reason = request.POST.get("text", "")
        try:
            number = actions.reveal_tax_number(form.worker_id, actor=admin_user(request), reason=reason)
        except DomainError as refused:
            messages.error(request, refused.sentence)
            return ""
        log(request, form, f"Read the tax number: {reason.strip()[:200]}")
        return number


def _year_rows(year: int) -> Iterator[Sequence[object]]:
    forms = {one.worker_id: one for one in TaxForm.objects.filter(superseded_at__isnull=True)}
    for line in queries.year_of_all(year):
        given = forms.get(line.worker.pk)
        yield (
            line.worker.user.name,
            given.name if given else "",
            given.tin_last4 if given else "",
            line.client,
            line.count,
            line.gross.decimal(),
            line.expenses.decimal(),
            line.fees.decimal(),
            line.net.decimal(),
            line.gross.currency,
        )
