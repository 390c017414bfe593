"""The broken controls. Of the sweepers: claim the row in one transaction, do what it asks for in a second one.

Whoever is killed between the two leaves a row that says that it was moved, and no history, notice or money of it.
"""

import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.core.mail import get_connection
from django.db import IntegrityError, connection, transaction

from assignments import notices
from assignments.actions import closeout, timers
from assignments.actions.door import SUBJECT, lock
from assignments.models import Assignment
from assignments.states import State
from common import clock
from common.actor import SYSTEM
from notifications import outbox
from notifications.mail import compose
from notifications.models import Message
from payments.actions.paying import _move_money
from payments.models import Invoice
from payments.states import InvoiceState
from timeline.record import record


def sweep() -> None:
    """Starts, then payments."""
    now = clock.now()
    starts = Assignment.objects.filter(state=State.ASSIGNED, auto_start_due_at__lte=now).order_by("pk")
    pays = Invoice.objects.filter(state=InvoiceState.OPEN, autopay_due_at__lte=now).order_by("pk")
    for pk in starts.values_list("pk", flat=True):
        start(pk)
    for pk in pays.values_list("pk", flat=True):
        pay(pk)


def start_all() -> int:
    """The control of the poisonous row: a loop that nothing guards. Returns how many were started."""
    rows = Assignment.objects.filter(state=State.ASSIGNED, auto_start_due_at__lte=clock.now())
    done = 0
    try:
        for pk in rows.order_by("auto_start_due_at", "pk").values_list("pk", flat=True):
            done += timers.start(pk)
    except IntegrityError:
        traceback.print_exc()
    return done


def deliver() -> int:
    """The control of the outbox: a mail is marked as sent, then sent, and what fails is gone. Returns how many left."""
    left = 0
    for message in Message.objects.filter(state=Message.State.QUEUED):
        outbox.mark_sent(message.pk)
        try:
            left += compose(message, get_connection()).send()
        except OSError:
            traceback.print_exc()
    return left


def claimed(sql: str, *values: object) -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount == 1


def start(pk: int) -> None:
    sql = (
        "UPDATE assignments_assignment SET state = 'in_progress', auto_start_due_at = NULL "
        "WHERE id = %s AND state = 'assigned'"
    )
    if not claimed(sql, pk):
        return
    with transaction.atomic():
        _record_start(pk)


def pay(pk: int) -> None:
    sql = "UPDATE payments_invoice SET state = 'paid', paid_at = %s WHERE id = %s AND state = 'open'"
    if not claimed(sql, clock.now(), pk):
        return
    with transaction.atomic():
        invoice = Invoice.objects.get(pk=pk)
        row = lock(invoice.assignment_id)
        closeout.pay(row.pk, actor=SYSTEM, amount=invoice.pay_amount)
        _move_money(row, invoice, SYSTEM, clock.now())


def start_of_this_minute() -> int:
    """The control of late timers: what fell due since the last look, as if no look were ever missed."""
    now = clock.now()
    rows = Assignment.objects.filter(
        state=State.ASSIGNED, auto_start_due_at__range=(now - timedelta(minutes=1), now)
    )
    return sum(timers.start(pk) for pk in rows.values_list("pk", flat=True))


def four_at_once() -> list[int]:
    """The control of several sweepers: each chooses its rows, and acts on them without looking again."""
    gate = threading.Barrier(4)

    def sweeper(_: int) -> int:
        ids = list(Assignment.objects.filter(state=State.ASSIGNED, auto_start_due_at__lte=clock.now()))
        gate.wait(60)
        for row in ids:
            blindly_started(row)
        connection.close()
        return len(ids)

    with ThreadPoolExecutor(4) as threads:
        return list(threads.map(sweeper, range(4)))


def blindly_started(row: Assignment) -> None:
    """The move, the history and the notices, as if nobody else could have done it."""
    with transaction.atomic(), connection.cursor() as cursor:
        sql = (
            "UPDATE assignments_assignment SET state = 'in_progress', auto_start_due_at = NULL WHERE id = %s"
        )
        cursor.execute(sql, [row.pk])
        _record_start(row.pk)


def _record_start(pk: int) -> None:
    row, now = lock(pk), clock.now()
    Assignment.objects.filter(pk=pk).update(version=row.version + 1)
    entry = record(
        "assignment.started", subject_type=SUBJECT, subject_id=pk, sequence=row.version + 1, actor=SYSTEM,
        role="system", at=now, facts={"start_at": row.start_at}, visibility="all",
    )  # fmt: skip
    notices.announce(entry, row, actor=SYSTEM, told={}, more={})
