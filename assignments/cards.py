"""Company cards, counted anew from the work of the last 90 days by the rules of company_rules.py (N9)."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Avg, Count, F, QuerySet

from assignments.company_rules import PERIOD, RULES, CompanyRule, measured
from assignments.models import Assignment
from clients.models import Client, CompanyCard
from common import clock

STALE: Final = timedelta(minutes=10)
BATCH: Final = 100
COLUMNS: Final = {
    "approval": ("approvals", ""),
    "payment": ("payments", ""),
    "paid_late": ("", "paid_late"),
    "pending": ("handed_in", "pending"),
    "past_due": ("invoices", "past_due"),
    "satisfaction": ("rated", "dissatisfied"),
    "site_ready": ("site_answers", "site_not_ready"),
    "scope_true": ("scope_answers", "scope_untrue"),
    "late_cancellations": ("late_cancellations", ""),
    "disputes_lost": ("disputes_lost", ""),
    "scope_changes": ("scope_changes", ""),
}
"""Rule -> the card's columns for what it counted and for what of it is bad; "" where the card needs none."""


def refresh(client_id: int) -> CompanyCard:
    """Compute one company's figures anew, in a fixed number of queries. Raises Client.DoesNotExist."""
    now = clock.now()
    client = Client.objects.get(pk=client_id)
    rows = measured(client_id, client.time_zone, now - PERIOD).order_by()
    since = now - PERIOD
    counts = rows.aggregate(
        **{
            column: Count("pk", filter=condition(since))
            for key, columns in COLUMNS.items()
            for column, condition in zip(columns, (RULES[key].counted, RULES[key].bad), strict=True)
            if column and condition
        }
    )
    approved = rows.filter(RULES["approval"].counted(since))
    figures = {
        **counts,
        "average_approval_minutes": _minutes(approved.aggregate(average=Avg("took"))["average"]),
        "median_approval_minutes": _median(approved, "took", counts["approvals"]),
        "median_payment_minutes": _median(
            rows.filter(RULES["payment"].counted(since)), "waited", counts["payments"]
        ),
        "average_days_past_due": _days_past_due(rows, since, counts["payments"]),
        "refreshed_at": now,
    }
    card, _ = CompanyCard.objects.update_or_create(client_id=client_id, defaults=figures)
    return card


def refresh_all(limit: int = BATCH) -> int:
    """Refresh the cards that are older than ten minutes, oldest first. Returns how many."""
    now = clock.now()
    missing = Client.objects.filter(card__isnull=True).order_by("pk").values_list("pk", flat=True)[:limit]
    ids = list(missing)
    old = CompanyCard.objects.filter(refreshed_at__lte=now - STALE).order_by("refreshed_at", "pk")
    ids += old.values_list("client_id", flat=True)[: max(limit - len(ids), 0)]
    for client_id in ids:
        refresh(client_id)
    return len(ids)


def _median(rows: "QuerySet[Assignment]", column: str, count: int) -> int | None:
    """The middle one, or the mean of the middle two, in whole minutes; None of none."""
    if not count:
        return None
    low, high = (count - 1) // 2, count // 2
    middle: list[Any] = list(rows.order_by(column).values_list(column, flat=True)[low : high + 1])
    return _minutes(sum(middle, timedelta()) / len(middle)) if middle else None


def _minutes(length: timedelta | None) -> int | None:
    return None if length is None else max(0, round(length.total_seconds() / 60))


def _days_past_due(rows: "QuerySet[Assignment]", since: datetime, payments: int) -> float | None:
    """Whole days after the due date, early and punctual payments as zero, on average of all payments."""
    if not payments:
        return None
    rule: CompanyRule = RULES["paid_late"]
    late: Any = rows.filter(rule.bad(since)) if rule.bad else rows.none()
    days: int = sum((paid - due).days for paid, due in late.values_list("paid_on", F("payment_due_on")))
    return days / payments
