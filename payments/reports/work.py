"""Reports over a company's work: filled, in time, approved. No money is in them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from assignments import work_figures
from clients.models import Client
from common.when import zone
from payments.reports.periods import Period
from payments.reports.shapes import Block, Cell, Line, Report, share, written

MONTHS = "months are those of the company's own calendar"


def fill(client: Client, period: Period) -> Report:
    found = work_figures.filled(client.pk, period.first, period.last, zone(client.time_zone))
    by_month = {one.month: one for one in found}
    lines = []
    for month in work_figures.months(period.first, period.last):
        one = by_month.get(month)
        sent, filled = (one.sent, one.filled) if one else (0, 0)
        rate = share(filled, sent)
        lines.append(_line(month, (sent, filled, rate, one.median if one else None), float(rate or 0), rate))
    sent, filled = sum(one.sent for one in found), sum(one.filled for one in found)
    return Report(
        "fill", "Fill rate and time to fill",
        f"Assignments by the day on which they were sent to workers: {MONTHS}. Filled ones have a worker; time to fill "
        "is the median from sending to assigning.",
        "Month", ("Sent", "Filled", "Fill rate", "Time to fill"),
        _block(lines, (sent, filled, share(filled, sent), None), bool(found)),
        "No assignment was sent to workers in these days.", "share of the sent assignments that were filled",
    )  # fmt: skip


def on_time(client: Client, period: Period) -> Report:
    found = work_figures.on_time(client.pk, period.first, period.last, zone(client.time_zone))
    by_month = {one.month: one for one in found}
    lines = []
    for month in work_figures.months(period.first, period.last):
        one = by_month.get(month)
        checked, good = (one.checked, one.on_time) if one else (0, 0)
        rate = share(good, checked)
        lines.append(_line(month, (checked, good, rate), float(rate or 0), rate))
    checked, good = sum(one.checked for one in found), sum(one.on_time for one in found)
    return Report(
        "on_time", "On-time share",
        f"Completed work by the day of its first check-in: {MONTHS}. On time is by what was agreed at that moment.",
        "Month", ("Check-ins", "On time", "Share"), _block(lines, (checked, good, share(good, checked)), bool(found)),
        "No completed work had a check-in in these days.", "share of first check-ins on time",
    )  # fmt: skip


def approvals(client: Client, period: Period) -> Report:
    found = work_figures.approved(client.pk, period.first, period.last, zone(client.time_zone))
    by_month = {one.month: one for one in found}
    lines = []
    for month in work_figures.months(period.first, period.last):
        one = by_month.get(month)
        median = one.median if one else None
        hours = (median or timedelta()).total_seconds()
        lines.append(_line(month, (one.approved if one else 0, median), hours, median))
    return Report(
        "approvals", "Time to approve",
        f"Approvals by their day: {MONTHS}. The time is the median from the last submission to the approval.",
        "Month", ("Approved", "Time to approve"),
        _block(lines, (sum(one.approved for one in found), None), bool(found)),
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


def _line(month: date, cells: tuple[Cell, ...], size: float, shown: Cell) -> Line:
    return Line(f"{month:%b %Y}", cells, size, written(shown))


def _block(lines: Iterable[Line], total: tuple[Cell, ...], has_any: bool) -> tuple[Block, ...]:
    return (Block("", tuple(lines), total, by_time=True),) if has_any else ()
