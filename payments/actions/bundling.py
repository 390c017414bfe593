"""Statements: many open invoices under one number, by hand or by the month (domain.md 5.3).

A statement locks its invoices for good: their payment can no longer be stopped (D7). Client, then the assignments by
ascending id, then their invoices: so a bundle and a stopped payment never both win.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction

from accounts.actor import Actor
from accounts.models import User
from assignments.actions.door import change, lock
from clients.models import Client
from common import clock
from common.actor import SYSTEM
from common.errors import AlreadyDone, Conflict, Invalid, WrongState
from common.money import Money
from payments import deadlines, notices, policies
from payments.actions.invoicing import STATEMENTS, lock_row, locked_invoice, next_number
from payments.models import Invoice, MonthDone, Statement, StatementLine
from payments.states import InvoiceState, LockReason, StatementKind, StatementState
from timeline.record import next_sequence, record

MOST: Final = 200
"""So many invoices fit on one statement."""


def bundle(
    invoice_ids: Iterable[int], *, actor: User, key: str | None = None, expected_total: Money | None = None
) -> Statement:
    """Put these open invoices on one statement. The same key again answers with the first one.

    Raises Invalid for fewer than two or too many, Conflict when one was paid, withdrawn, disputed or put on another
    statement since the page, NotAllowed.
    """
    member = policies.require_payer(actor)
    ids = sorted(set(invoice_ids))
    with transaction.atomic():
        client = Client.objects.select_for_update(no_key=True).get(pk=member.client_id)
        known = Statement.objects.filter(key=key).first() if key else None
        if known is not None:
            return _same(known, client, ids)
        if not 2 <= len(ids) <= MOST:
            raise Invalid(f"Choose at least two invoices, and at most {MOST}.", "invoices")
        found = _locked(client, ids)
        if len(found) != len(ids):
            raise Conflict("One of these invoices is no longer there. Look again before you bundle.")
        for invoice in found:
            _check(invoice)
        total = _total(found, client)
        if expected_total is not None and expected_total != total:
            raise Conflict(f"The total is now {total}. Look again before you bundle.")
        return _issue(client, found, actor, key=key or uuid.uuid4().hex)


def _same(known: Statement, client: Client, ids: Sequence[int]) -> Statement:
    if known.client_id != client.pk or sorted(known.lines.values_list("invoice_id", flat=True)) != list(ids):
        raise Conflict("This statement was made already, with other invoices. Look again before you bundle.")
    return known


def _locked(client: Client, ids: Sequence[int]) -> list[Invoice]:
    """These invoices of the company with their assignments, all locked; oldest due first."""
    rows = Invoice.objects.filter(pk__in=ids, client=client).values_list("assignment_id", "pk")
    for assignment_id in sorted({assignment_id for assignment_id, _ in rows}):
        lock(assignment_id)
    found = [locked_invoice(pk) for pk in sorted(pk for _, pk in rows)]
    return sorted(found, key=lambda one: (one.due_on, one.pk))


def _check(invoice: Invoice) -> None:
    if invoice.state != InvoiceState.OPEN:
        word = InvoiceState(invoice.state).label.lower()
        raise Conflict(f"{invoice.number} is {word} by now. Look again before you bundle.")
    if invoice.assignment.disputed_at:
        raise Conflict(f"A dispute about {invoice.number} is open. It cannot go on a statement now.")
    line = invoice.statement_lines.filter(is_live=True).select_related("statement").first()
    if line is not None:
        raise Conflict(f"{invoice.number} is on statement {line.statement} already.")


def _total(found: Iterable[Invoice], client: Client) -> Money:
    return Money.sum((one.total for one in found), client.currency)


def _issue(
    client: Client, found: Sequence[Invoice], actor: Actor, *, key: str, month: date | None = None
) -> Statement:
    now = clock.now()
    total = _total(found, client)
    statement = Statement(
        client=client,
        kind=StatementKind.MONTHLY if month else StatementKind.BUNDLE,
        month=month,
        currency=client.currency,
        total_minor=total.minor,
        due_on=min(one.due_on for one in found),
        key=key,
        issued_at=now,
        issued_on=deadlines.issued_on(now, client.time_zone),
        issued_by=actor if isinstance(actor, User) else None,
    )
    for invoice in found:
        if not invoice.locked_at:
            lock_row(invoice, LockReason.BUNDLED, now)
    statement.number = next_number(STATEMENTS)
    statement.save(force_insert=True)
    StatementLine.objects.bulk_create(
        StatementLine(statement=statement, invoice=one, position=position, total_minor=one.total_minor)
        for position, one in enumerate(found, 1)
    )
    for invoice in found:
        with change(invoice.assignment_id, "invoice", actor=actor) as opened:
            opened.record(
                "invoice.bundled", visibility="client", invoice=invoice.number, statement=statement.number
            )
    _record("statement.issued", statement, actor, now, count=len(found), total=total)
    notices.about_statement("statement.issued", statement, actor=actor, at=now, count=len(found))
    return statement


def dissolve(statement_id: int, *, actor: User) -> Statement:
    """Take an open statement apart: its invoices may go on another one, and stay locked (D7).

    Raises Conflict when it is paid, or one of its invoices was paid by it already; NotAllowed.
    """
    member = policies.require_payer(actor)
    with transaction.atomic():
        Client.objects.select_for_update(no_key=True).get(pk=member.client_id)
        statement = Statement.objects.select_for_update(no_key=True).get(
            pk=statement_id, client_id=member.client_id
        )
        if statement.state == StatementState.DISSOLVED:
            raise AlreadyDone(f"{statement} is taken apart already.")
        if statement.state != StatementState.OPEN:
            raise WrongState(f"{statement} is paid. It stays as it is.")
        if statement.lines.filter(invoice__state=InvoiceState.PAID).exists():
            raise WrongState(f"An invoice of {statement} is paid. It stays as it is.")
        now = clock.now()
        statement.dissolve(now)
        statement.save(update_fields=["state", "dissolved_at"])
        statement.lines.update(is_live=False)
        _record("statement.dissolved", statement, actor, now)
    return statement


def state_month(client_id: int, month: date) -> bool:
    """Make the statement of that month for a company that wants them; once, whatever happens. Returns whether it did.

    It takes the open invoices issued until the month's end that are on no statement and not disputed. A company seen
    for the first time, or again after a gap, has its first one at the end of the month that is running.
    """
    with transaction.atomic():
        client = Client.objects.select_for_update(no_key=True).get(pk=client_id)
        done = MonthDone.objects.filter(client=client)
        if not client.monthly_statements or done.filter(month=month).exists():
            return False
        now = clock.now()
        statement = None
        if done.filter(month=deadlines.month_before(month)).exists():
            statement = _of_month(client, month)
        MonthDone.objects.create(client=client, month=month, statement=statement, at=now)
    return statement is not None


def _of_month(client: Client, month: date) -> Statement | None:
    open_ones = Invoice.objects.filter(
        client=client,
        state=InvoiceState.OPEN,
        issued_on__lt=deadlines.month_after(month),
        assignment__disputed_at__isnull=True,
    ).exclude(statement_lines__is_live=True)
    ids = open_ones.order_by("due_on", "pk").values_list("pk", flat=True)[:MOST]
    found = [one for one in _locked(client, list(ids)) if _fits(one)]
    if not found:
        return None
    return _issue(client, found, SYSTEM, key=f"month:{client.pk}:{month}", month=month)


def _fits(invoice: Invoice) -> bool:
    """Looked at again under the lock: somebody may have paid it or opened a dispute meanwhile."""
    try:
        _check(invoice)
    except Conflict:
        return False
    return True


def _record(kind: str, statement: Statement, actor: Actor, at: datetime, **facts: object) -> None:
    record(
        kind,
        subject_type="client",
        subject_id=statement.client_id,
        sequence=next_sequence("client", statement.client_id),
        actor=actor,
        role="client" if isinstance(actor, User) else "system",
        at=at,
        facts={"statement": statement.number, **facts},
        visibility="client",
    )
