"""The payments part of a company's card: how late it pays, and the disputes it lost, over the last 90 days (N9)."""

from datetime import timedelta
from typing import Final

from clients.models import CompanyCard
from common import clock
from common.when import zone
from payments.models import Dispute, Invoice
from payments.states import Decision, DisputeState, InvoiceState, Side

PERIOD: Final = timedelta(days=90)


def refresh(client_id: int) -> None:
    """Compute the payments figures of one company anew. Days past due count from the due date, early ones as zero."""
    now = clock.now()
    paid = Invoice.objects.filter(
        client_id=client_id, state=InvoiceState.PAID, paid_at__gte=now - PERIOD, total_minor__gt=0
    ).values_list("due_on", "paid_at", "client__time_zone")
    late = [
        max((paid_at.astimezone(zone(tz)).date() - due_on).days, 0) for due_on, paid_at, tz in paid if paid_at
    ]
    figures = {
        "payments": len(late),
        "average_days_past_due": sum(late) / len(late) if late else None,
        "disputes_lost": disputes_lost(client_id),
    }
    CompanyCard.objects.update_or_create(client_id=client_id, defaults=figures)


def disputes_lost(client_id: int) -> int:
    """Decided against the client: the worker's claim was granted at least in part, or the client's own one refused."""
    decided = Dispute.objects.filter(
        client_id=client_id, state=DisputeState.DECIDED, closed_at__gte=clock.now() - PERIOD
    )
    by_worker = decided.filter(side=Side.WORKER, decision__in=[Decision.FULL, Decision.PART])
    return by_worker.count() + decided.filter(side=Side.CLIENT, decision=Decision.FULL).count()


def refresh_all() -> int:
    """All companies that paid or disputed lately, so that what is older than 90 days falls out. Returns how many."""
    since = clock.now() - PERIOD - timedelta(days=2)
    paying = (
        Invoice.objects.filter(paid_at__gte=since).order_by().values_list("client_id", flat=True).distinct()
    )
    disputing = (
        Dispute.objects.filter(closed_at__gte=since).order_by().values_list("client_id", flat=True).distinct()
    )
    ids = sorted({*paying, *disputing})
    for client_id in ids:
        refresh(client_id)
    return len(ids)
