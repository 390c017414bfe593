"""What may be broken after faults, counted from the stored rows. Acts of a warm process (tests/faults/warm.py)."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now

from assignments.models import Assignment
from assignments.states import State
from common import clock
from ledger.audit import audit
from notifications import sender
from notifications.models import Message, Notice
from payments.models import Invoice
from payments.states import InvoiceState
from tests.factories import StaffFactory
from timeline.models import Entry
from timeline.seals import verify

TOLD: Final = ("assignment.started", "assignment.paid")
"""Of each such move the worker and one of the company hear; who does it is not told of it."""
ONCE: Final = ("assignment.started", "assignment.approved", "assignment.paid", "invoice.issued")
"""Moves that these assignments make once in their life."""
REACHED: Final = {
    State.IN_PROGRESS: "assignment.started",
    State.APPROVED: "assignment.approved",
    State.PAID: "assignment.paid",
}


def sweep() -> list[str]:
    """One run of the whole timetable; the names of timers that failed."""
    from config.management.commands.sweep import run_all  # noqa: PLC0415 - reads models, which are ready only now

    return run_all()


def found() -> dict[str, int]:
    """Name of a fault -> how many rows have it. All of them are 0 in a portal that is whole and has nothing to do."""
    return {
        "ledger": len(audit()),
        "stuck": _stuck(),
        "doubled": _doubled(),
        "without history": _without_history(),
        "not told": _not_told(),
        "parked": Assignment.objects.filter(failures__gt=0).count(),
        "chains": len(verify().broken),
        "mails not sent": Message.objects.exclude(state=Message.State.SENT).count(),
    }


def _stuck() -> int:
    now = clock.now()
    due = (
        Assignment.objects.filter(state=State.ASSIGNED, auto_start_due_at__lte=now),
        Assignment.objects.filter(state=State.PENDING_APPROVAL, auto_approve_due_at__lte=now),
        Invoice.objects.filter(state=InvoiceState.OPEN, autopay_due_at__lte=now),
        # A start that nobody waits for any more: its due time is gone, and it was not made.
        Assignment.objects.filter(
            state=State.ASSIGNED, start_at__lte=now, checkin_required=False, auto_start_due_at=None
        ),
    )
    return sum(rows.count() for rows in due)


def _doubled() -> int:
    """Moves made twice, invoices of the same work, notices of the same entry for the same person."""
    return sum(
        _repeated(rows, *names)
        for rows, names in (
            (Entry.objects.filter(kind__in=ONCE), ("subject_type", "subject_id", "kind")),
            (Invoice.objects.exclude(state=InvoiceState.WITHDRAWN), ("assignment_id",)),
            (Notice.objects.filter(entry_id__isnull=False), ("user_id", "entry_id", "kind")),
        )
    )


def _repeated(rows: "QuerySet[Any]", *names: str) -> int:
    counted = rows.order_by().values(*names).annotate(times=Count("pk"))
    return sum(counted.filter(times__gt=1).values_list("times", flat=True)) or 0


def _entries() -> "QuerySet[Entry]":
    return Entry.objects.filter(subject_type="assignment", subject_id=OuterRef("pk"))


def _without_history() -> int:
    """Rows whose version is not the number of their entries, or whose stage no entry tells."""
    counted = _entries().order_by().values("subject_id").annotate(times=Count("pk")).values("times")
    rows = Assignment.objects.annotate(told=Subquery(counted))
    off = Q(told__isnull=True) | ~Q(told=F("version"))
    for state, kind in REACHED.items():
        missing = Assignment.objects.filter(state=state).exclude(
            pk__in=Entry.objects.filter(subject_type="assignment", kind=kind).values("subject_id")
        )
        if state == State.IN_PROGRESS:
            missing = missing.filter(checkin_required=False)
        off |= Q(pk__in=missing.values("pk"))
    return rows.exclude(state=State.PAID).filter(off).count() + _paid_without_history()


def _paid_without_history() -> int:
    """What is Paid stays as it is while entries are added beside it: only the move itself has to be told."""
    told = Entry.objects.filter(subject_type="assignment", kind="assignment.paid")
    return Assignment.objects.filter(state=State.PAID).exclude(pk__in=told.values("subject_id")).count()


def _not_told() -> int:
    """Entries of which too few or too many people heard, and mails without their notice or the other way round."""
    wrong = 0
    for kind in TOLD:
        heard = dict(_count(Notice.objects.filter(kind=kind), "entry_id"))
        for pk, actor in Entry.objects.filter(kind=kind).values_list("pk", "actor_id"):
            wrong += heard.get(pk, 0) != (1 if actor else 2)
    notices, mails = dict(_count(Notice.objects.all(), "kind")), dict(_count(Message.objects.all(), "kind"))
    return wrong + sum(abs(notices.get(kind, 0) - mails.get(kind, 0)) for kind in {*notices, *mails})


def _count(rows: "QuerySet[Any]", name: str) -> Iterable[tuple[Any, int]]:
    return rows.order_by().values_list(name).annotate(times=Count("pk"))


def deliver(minutes: int) -> int:
    """So many minutes with a delivery each, from now on by the portal's clock. Returns how many mails left."""
    now, left = clock.now(), 0
    for minute in range(minutes):
        with clock.moved(now + timedelta(minutes=minute)):
            left += sender.deliver_all()
    return left


def deliver_rest(after: int, steps: int) -> int:
    """Deliveries from so many minutes on, at first each minute, then seldom as back-offs grow, until all is sent.

    Leases of senders end in between. Returns how many mails are left after so many deliveries.
    """
    now, minute = clock.now(), float(after)
    waiting = Message.objects.exclude(state=Message.State.SENT)
    while steps and waiting.exists():
        with clock.moved(now + timedelta(minutes=minute)):
            sender.deliver_all()
        waiting.filter(state=Message.State.SENDING).update(lease_until=Now() - timedelta(seconds=1))
        steps, minute = steps - 1, max(minute + 1, minute * 1.02)
    return waiting.count()


def sweep_in(minutes: float) -> list[str]:
    """`sweep`, so many minutes from now by the portal's clock."""
    with clock.moved(clock.now() + timedelta(minutes=minutes)):
        return sweep()


def poison() -> int:
    """Make the oldest due start impossible: its next place in the history is taken. Returns its id."""
    row = Assignment.objects.filter(state=State.ASSIGNED).order_by("auto_start_due_at", "pk")[0]
    entry = Entry.objects.filter(subject_type="assignment", subject_id=row.pk).latest("sequence")
    entry.pk, entry.sequence, entry._state.adding = None, row.version + 1, True
    entry.save(force_insert=True)
    return row.pk


def staff() -> int:
    """Somebody who looks after the portal."""
    return StaffFactory(name="Stella Staff").pk
