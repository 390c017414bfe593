"""The statement of funds: a month of movements with the balances after each, as page and file."""

from datetime import date

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from common import clock, tables
from common.money import Money
from payments.queries.funds import FundsStatement, funds_statement, months
from payments.views.base import Table
from payments.views.center import MoneyPage

COLUMNS = ("At (UTC)", "What", "About", "Cash", "Cash balance", "Terms", "Free terms", "Currency")
PER_PAGE = 200


class FundsStatementPage(MoneyPage):
    """`?month=2026-12` is a month; without it the running one."""

    tab = "funds"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        self.require_money()
        client, now = self.member.client, clock.now()
        choices = months(client, now)
        month = chosen(request.GET.get("month", ""), choices)
        found = funds_statement(client, month)
        if kind := tables.asked(request):
            return tables.download(request, kind, f"funds-{month:%Y-%m}", COLUMNS, table(found))
        at = page_of(request.GET.get("page", ""), len(found.lines))
        most = self.member.max_budget_minor
        return self.draw(
            request,
            "payments/funds_statement.html",
            found=found,
            lines=found.lines[(at - 1) * PER_PAGE : at * PER_PAGE],
            months=choices,
            most=None if most is None else Money(most, client.currency),
            page=pager(month, at, len(found.lines)),
            exports=tables.links(request),
        )


def chosen(text: str, choices: list[date]) -> date:
    """The month that was asked for, where there is one; else the newest."""
    return next((month for month in choices if f"{month:%Y-%m}" == text), choices[0])


def page_of(text: str, count: int) -> int:
    """The page that was asked for, within those that are there."""
    last = max((count - 1) // PER_PAGE + 1, 1)
    return min(max(int(text), 1), last) if text.isdecimal() and len(text) < 6 else 1


def pager(month: date, at: int, count: int) -> dict[str, str]:
    """What the pager draws."""
    found = {}
    if at > 1:
        found["prev_url"] = f"?month={month:%Y-%m}&page={at - 1}"
    if at * PER_PAGE < count:
        found["next_url"] = f"?month={month:%Y-%m}&page={at + 1}"
    if found:
        found["summary"] = f"Page {at}"
    return found


def table(found: FundsStatement) -> Table:
    """The lines of a file, between what there was before and after the month."""
    opening, closing = found.opening, found.closing
    currency = opening["cash"].currency
    yield "", "Balance before", "", "", opening["cash"].decimal(), "", opening["terms"].decimal(), currency
    for line in found.lines:
        yield (
            line.at,
            line.what,
            line.about,
            line.cash.decimal(),
            line.cash_after.decimal(),
            line.terms.decimal(),
            line.terms_after.decimal(),
            currency,
        )
    yield "", "Balance after", "", "", closing["cash"].decimal(), "", closing["terms"].decimal(), currency
