"""The broken control of the sweepers: claim the row in one transaction, do what it asks for in a second one.

Whoever is killed between the two leaves a row that says that it was moved, and no history, notice or money of it.
"""

from django.db import connection, transaction

from assignments import notices
from assignments.actions import closeout
from assignments.actions.door import SUBJECT, lock
from assignments.models import Assignment
from assignments.states import State
from common import clock
from common.actor import SYSTEM
from payments.actions.paying import _move_money
from payments.models import Invoice
from payments.states import InvoiceState
from timeline.record import record


def sweep() -> None:
    """Starts and payments, taken in turns so that both are met by kills."""
    now = clock.now()
    starts = Assignment.objects.filter(state=State.ASSIGNED, auto_start_due_at__lte=now).order_by("pk")
    pays = Invoice.objects.filter(state=InvoiceState.OPEN, autopay_due_at__lte=now).order_by("pk")
    left = [*map(start, starts.values_list("pk", flat=True)), *map(pay, pays.values_list("pk", flat=True))]
    assert all(left) or not left


def claimed(sql: str, *values: object) -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount == 1


def start(pk: int) -> bool:
    sql = "UPDATE assignments_assignment SET state = 'in_progress', auto_start_due_at = NULL WHERE id = %s AND state = 'assigned'"
    if not claimed(sql, pk):
        return True
    with transaction.atomic():
        row, now = lock(pk), clock.now()
        Assignment.objects.filter(pk=pk).update(version=row.version + 1)
        facts = {"start_at": row.start_at}
        entry = record(
            "assignment.started", subject_type=SUBJECT, subject_id=pk, sequence=row.version + 1, actor=SYSTEM,
            role="system", at=now, facts=facts, visibility="all",
        )  # fmt: skip
        notices.announce(entry, row, actor=SYSTEM, told={}, more={})
    return True


def pay(pk: int) -> bool:
    sql = "UPDATE payments_invoice SET state = 'paid', paid_at = %s WHERE id = %s AND state = 'open'"
    if not claimed(sql, clock.now(), pk):
        return True
    with transaction.atomic():
        invoice = Invoice.objects.get(pk=pk)
        row = lock(invoice.assignment_id)
        closeout.pay(row.pk, actor=SYSTEM, amount=invoice.pay_amount)
        _move_money(row, invoice, SYSTEM, clock.now())
    return True
