"""The worker's tax data, and what was received year by year."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from assignments.views.base import refused
from common import clock, tables
from common.errors import Invalid
from payments import actions, queries
from payments.actions import TaxData
from payments.payout_forms import TaxDataForm
from payments.views.base import Table, WorkerPage, user_of

COLUMNS = ("Client", "Invoices", "Pay", "Expenses", "FastFunds fees", "Received", "Currency")


class Tax(WorkerPage):
    """The data, and the years."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, TaxDataForm(given=queries.tax_form_of(self.worker)))

    def page(self, request: HttpRequest, form: TaxDataForm, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "given": queries.tax_form_of(self.worker),
            "years": queries.years_of(self.worker),
            "is_required": settings.ONSITE_TAX_FORM,
            "tz": user_of(request).time_zone,
        }
        return render(request, "payments/tax.html", context, status=status)

    def post(self, request: HttpRequest) -> HttpResponse:
        given = queries.tax_form_of(self.worker)
        form = TaxDataForm(request.POST, given=given)
        if form.is_valid():
            cleaned = dict(form.cleaned_data)
            certified = cleaned.pop("certified")
            try:
                actions.give_tax_data(
                    TaxData(**cleaned),
                    actor=user_of(request),
                    certified=certified,
                    address=request.META.get("REMOTE_ADDR", ""),
                )
            except Invalid as error:
                refused(form, error)
            else:
                messages.success(request, "Your tax data is saved.")
                return redirect("payments:tax")
        return self.page(request, form, status=422)


class TaxYear(WorkerPage):
    """One year's totals, and the same as a file."""

    def get(self, request: HttpRequest, year: int) -> HttpResponseBase:
        if not 2000 <= year <= clock.now().year:
            raise Http404
        lines = queries.year_of(self.worker, year)
        if kind := tables.asked(request):
            return tables.download(request, kind, f"received-{year}", COLUMNS, year_table(lines))
        context = {
            "year": year,
            "lines": lines,
            "sums": queries.sums_of(lines),
            "exports": tables.links(request),
        }
        return render(request, "payments/tax_year.html", context)


def year_table(lines: list[queries.YearLine]) -> Table:
    """A worker's lines of a year; amounts as numbers."""
    for line in lines:
        yield (
            line.client,
            line.count,
            line.gross.decimal(),
            line.expenses.decimal(),
            line.fees.decimal(),
            line.net.decimal(),
            line.gross.currency,
        )
