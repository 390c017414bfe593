"""FastFunds by itself: for whom, for what, until when, as one condition for sweep and door (domain.md 5.5).

Only where the worker said so before the approval, for at most the fee that was shown then, not where the worker
switched it off for one assignment, not while a dispute is open, and never later than 24 hours after the approval.
"""

from datetime import datetime

from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet

from assignments.models import Assignment
from assignments.states import State
from common.money import Money
from payments import deadlines
from payments.models import AutoFastFunds, AutoSkip, Invoice
from payments.states import InvoiceState
from workers.models import Worker


def fee_bps() -> int:
    """The fee of today in hundredths of a percent."""
    return int(settings.ONSITE_FASTFUNDS_BPS)


def of(worker: Worker) -> AutoFastFunds | None:
    """The worker's word while it stands."""
    return AutoFastFunds.objects.filter(worker=worker, off_at__isnull=True).first()


def skipped(row: Assignment) -> bool:
    """Whether the assigned worker switched it off for this assignment."""
    return AutoSkip.objects.filter(assignment=row, worker=row.worker).exists()


def due(now: datetime) -> "QuerySet[Invoice]":
    """Open invoices for which FastFunds is taken by itself now."""
    rows = Invoice.objects.filter(
        state=InvoiceState.OPEN,
        advanced_at__isnull=True,
        worker_minor__gt=0,
        assignment__state=State.APPROVED,
        assignment__fastfunds_eligible=True,
        assignment__disputed_at__isnull=True,
        issued_at__gt=now - deadlines.AUTO_FASTFUNDS_LATEST,
        worker__auto_fastfunds__off_at__isnull=True,
        worker__auto_fastfunds__on_at__lte=F("issued_at"),
        worker__auto_fastfunds__agreed_bps__gte=fee_bps(),
    )
    skips = AutoSkip.objects.filter(assignment_id=OuterRef("assignment_id"), worker_id=OuterRef("worker_id"))
    return rows.exclude(Exists(skips))


def is_due(invoice: Invoice, now: datetime) -> bool:
    """The same rule for one locked invoice and its locked assignment."""
    return due(now).filter(pk=invoice.pk).exists()


def will_take(row: Assignment, word: AutoFastFunds | None) -> bool:
    """Whether it would be taken after an approval now; the switch of this assignment left aside."""
    return (
        word is not None
        and row.fastfunds_eligible
        and not row.advanced_at
        and word.agreed_bps >= fee_bps()
        and row.terms_days > 0
    )


def fee_of(pay: Money) -> Money:
    """The fee on that pay today."""
    return pay.percent(fee_bps())
