"""The assignments part of a company's card: how long it takes to approve, and late cancellations, over 90 days (N9)."""

from datetime import timedelta
from typing import Final

from django.db.models import Avg, DurationField, ExpressionWrapper, F

from assignments import deadlines
from assignments.models import Assignment
from assignments.states import EngagementEnd, State
from clients.models import Client, CompanyCard
from common import clock

PERIOD: Final = timedelta(days=90)
STALE: Final = timedelta(minutes=10)
BATCH: Final = 100


def refresh(client_id: int) -> CompanyCard:
    """Compute one company's figures anew: from the last submission to the approval, in whole minutes."""
    now = clock.now()
    approved = Assignment.objects.filter(
        client_id=client_id, approved_at__gte=now - PERIOD, submitted_at__isnull=False
    ).order_by()
    took = ExpressionWrapper(F("approved_at") - F("submitted_at"), output_field=DurationField())
    average: timedelta | None = approved.aggregate(average=Avg(took))["average"]
    card, _ = CompanyCard.objects.update_or_create(
        client_id=client_id,
        defaults={
            "approvals": approved.count(),
            "average_approval_minutes": None
            if average is None
            else max(0, round(average.total_seconds() / 60)),
            "late_cancellations": _late_cancellations(client_id),
            "refreshed_at": now,
        },
    )
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


def _late_cancellations(client_id: int) -> int:
    """Cancelled by the client with a worker on it, less than 24 hours before the start or after it."""
    return (
        Assignment.objects.filter(
            client_id=client_id,
            state=State.CANCELLED,
            cancelled_at__gte=clock.now() - PERIOD,
            engagement__end=EngagementEnd.CANCELLED,
            cancelled_at__gt=F("start_at") - deadlines.LATE_NOTICE,
        )
        .order_by()
        .count()
    )
