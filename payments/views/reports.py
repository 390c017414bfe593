"""Reports: of the company's money and work, of a worker's earnings, and of the whole platform for its staff.

The days stand in the address. Each report is a picture, a table and a file (`?report=key&format=csv`).
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views import View

from clients.queries import membership
from common import clock, tables
from common.when import zone
from payments import policies
from payments.models import Invoice
from payments.queries.client import today
from payments.reports import money, work
from payments.reports.periods import Period, PeriodForm
from payments.reports.shapes import Report
from payments.views.base import ClientPage, WorkerPage, acts_as_worker, user_of
from workers.queries import worker_of

Makers = dict[str, Callable[[Period], Report]]
"""How each report of a page is made, by its key: a file makes only the one that it is."""


class Reports(LoginRequiredMixin, View):
    """One address: the hat says whose, and staff without a side of their own go to the platform's."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        user = user_of(request)
        if user.is_staff and membership(user) is None and worker_of(user) is None:
            return redirect("payments:platform_reports")
        side = WorkerReports if acts_as_worker(user) else MoneyReports
        return side.as_view()(request)


class ReportPage:
    """What every page of reports does with its makers."""

    part = ""

    def answer(self, request: HttpRequest, makers: Makers, day: date, **more: Any) -> HttpResponseBase:
        """The page, or one report as a file. Bad days: the page of the usual ones, with words at the field (422)."""
        form = PeriodForm(request.GET, day)
        period = form.shown
        kind = tables.asked(request)
        if kind and form.is_valid():
            maker = makers.get(request.GET.get("report", ""))
            if maker is None:
                raise Http404
            report = maker(period)
            name = f"{report.key.replace('_', '-')}-{period.first}-{period.last}"
            return tables.download(request, kind, name, report.header(), report.rows())
        made = [maker(period) for maker in makers.values()]
        context = {
            "form": form,
            "period": period,
            "part": self.part,
            "reports": [(one, tables.links(request, report=one.key)) for one in made],
            "has_errors": not form.is_valid(),
            **more,
        }
        return render(request, "payments/reports.html", context, status=200 if form.is_valid() else 422)


class MoneyReports(ReportPage, ClientPage):
    """Spend and what is owed, for Administrator and Controller."""

    part = "money"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if not policies.handles_money(self.member) and policies.reads_reports(self.member):
            if tables.asked(request):
                policies.require_reports(self.member, of_money=True)
            return redirect("payments:work_reports")
        policies.require_reports(self.member, of_money=True)
        client, now = self.member.client, clock.now()
        invoices = Invoice.objects.filter(client=client)
        makers: Makers = {
            "spend_month": lambda period: money.spend_by_month(client, period),
            "spend_customer": lambda period: money.spend_by_customer(client, period),
            "spend_project": lambda period: money.spend_by_project(client, period),
            "payables": lambda period: money.payables(invoices, now),
        }
        return self.answer(request, makers, today(client, now), has_money=True)


class WorkReports(ReportPage, ClientPage):
    """Filled, on time, approved: without sums, so for Managers and View Only too."""

    part = "work"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        policies.require_reports(self.member, of_money=False)
        client, now = self.member.client, clock.now()
        makers: Makers = {
            "fill": lambda period: work.fill(client, period),
            "on_time": lambda period: work.on_time(client, period),
            "approvals": lambda period: work.approvals(client, period),
            "approval_age": lambda period: work.waiting(client, now),
        }
        has_money = policies.handles_money(self.member)
        return self.answer(request, makers, today(client, now), has_money=has_money)


class WorkerReports(ReportPage, WorkerPage):
    """A worker's own earnings; "today" is that of the worker's own zone."""

    part = "earnings"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        worker, now = self.worker, clock.now()
        invoices = Invoice.objects.filter(worker=worker)
        makers: Makers = {
            "earnings_month": lambda period: money.earnings_by_month(worker, period),
            "earnings_client": lambda period: money.earnings_by_client(worker, period),
            "receivables": lambda period: money.receivables(invoices, now),
        }
        return self.answer(request, makers, _day(now, user_of(request).time_zone))


class PlatformReports(LoginRequiredMixin, ReportPage, View):
    """Over all companies and workers, for staff who may read invoices; months are those of UTC."""

    part = "platform"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        user = user_of(request)
        if not user.is_staff:
            raise Http404
        policies.require_staff(user, "payments.view_invoice")
        now, invoices = clock.now(), Invoice.objects.all()
        makers: Makers = {
            "fees_month": money.fees_by_month,
            "payables": lambda period: money.payables(invoices, now, of_all=True),
            "receivables": lambda period: money.receivables(invoices, now, of_all=True),
        }
        return self.answer(request, makers, _day(now, "UTC"))


def _day(now: datetime, zone_name: str) -> date:
    return now.astimezone(zone(zone_name)).date()
