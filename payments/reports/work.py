"""Reports over a company's work: filled, in time, approved. No money is in them."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar

from assignments import work_figures
from clients.models import Client
from common.when import zone
from payments.reports.periods import Period
from payments.reports.shapes import Block, Cell, Line, Report, share, written

MONTHS = "months are those of the company's own calendar"


def fill(client: Client, period: Period) -> Report:
    def line(month: date, one: work_figures.Filled | None) -> Line:
        sent, filled = (one.sent, one.filled) if one else (0, 0)
        rate = share(filled, sent)
        return _line(month, (sent, filled, rate, one.median if one else None), float(rate or 0), rate)

    found = work_figures.filled(client.pk, period.first, period.last, zone(client.time_zone))
    sent, filled = sum(one.sent for one in found), sum(one.filled for one in found)
    return Report(
        "fill", "Fill rate and time to fill",
        f"Assignments by the day on which they were sent to workers: {MONTHS}. Filled ones have a worker; time to fill "
        "is the median from sending to assigning.",
        "Month", ("Sent", "Filled", "Fill rate", "Time to fill"),
        _block(_calendar(found, period, line), (sent, filled, share(filled, sent), None), bool(found)),
        "No assignment was sent to workers in these days.", "share of the sent assignments that were filled",
    )  # fmt: skip


def on_time(client: Client, period: Period) -> Report:
    def line(month: date, one: work_figures.OnTime | None) -> Line:
        checked, good = (one.checked, one.on_time) if one else (0, 0)
        rate = share(good, checked)
        return _line(month, (checked, good, rate), float(rate or 0), rate)

    found = work_figures.on_time(client.pk, period.first, period.last, zone(client.time_zone))
    checked, good = sum(one.checked for one in found), sum(one.on_time for one in found)
    return Report(
        "on_time", "On-time share",
        f"Completed work by the day of its first check-in: {MONTHS}. On time is by what was agreed at that moment.",
        "Month", ("Check-ins", "On time", "Share"),
        _block(_calendar(found, period, line), (checked, good, share(good, checked)), bool(found)),
        "No completed work had a check-in in these days.", "share of first check-ins on time",
    )  # fmt: skip


def approvals(client: Client, period: Period) -> Report:
    def line(month: date, one: work_figures.Approved | None) -> Line:
        median = one.median if one else None
        seconds = (median or timedelta()).total_seconds()
        return _line(month, (one.approved if one else 0, median), seconds, median)

    found = work_figures.approved(client.pk, period.first, period.last, zone(client.time_zone))
    return Report(
        "approvals", "Time to approve",
        f"Approvals by their day: {MONTHS}. The time is the median from the last submission to the approval.",
        "Month", ("Approved", "Time to approve"),
        _block(_calendar(found, period, line), (sum(one.approved for one in found), None), bool(found)),
        "No work was approved in these days.", "median time to approve",
    )  # fmt: skip


def waiting(client: Client, now: datetime) -> Report:
    found = work_figures.waiting(client.pk, now)
    total = sum(count for _, count in found)
    lines = [Line(words, (count,), count) for words, count in found]
    return Report(
        "approval_age", "Approval age", "Work that waits for approval now, by how long, whatever days are chosen.",
        "Waiting", ("Assignments",), _block(lines, (total,), bool(total)), "No work waits for approval.",
        "assignments that wait",
    )  # fmt: skip


class _OfMonth(Protocol):
    @property
    def month(self) -> date: ...


Figure = TypeVar("Figure", bound=_OfMonth)


def _calendar(
    found: Iterable[Figure], period: Period, line: Callable[[date, Figure | None], Line]
) -> list[Line]:
    """A line for each month of the period, also where nothing was found."""
    by_month = {one.month: one for one in found}
    return [line(month, by_month.get(month)) for month in work_figures.months(period.first, period.last)]


def _line(month: date, cells: tuple[Cell, ...], size: float, shown: Cell) -> Line:
    return Line(f"{month:%b %Y}", cells, size, written(shown))


def _block(lines: Iterable[Line], total: tuple[Cell, ...], has_any: bool) -> tuple[Block, ...]:
    return (Block("", tuple(lines), total, by_time=True),) if has_any else ()
