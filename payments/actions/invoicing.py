"""Making an invoice, taking it back, and marking it as relied upon."""

from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from accounts.actor import Actor
from accounts.models import User
from assignments.actions import closeout
from assignments.actions.door import change, lock
from assignments.checklist import minutes_worked
from assignments.models import Assignment, CheckIn
from assignments.presenting import price_words
from assignments.pricing import cost
from assignments.states import PricingType, State
from common import clock
from common.errors import Conflict
from common.money import Money
from common.when import minutes
from payments import deadlines, notices
from payments.actions.statement_ends import settle_statement_of
from payments.models import Counter, Invoice
from payments.states import InvoiceState, LockReason

ISSUER: Final = "onsite"
STATEMENTS: Final = "onsite:statements"
CREDIT_NOTES: Final = "onsite:credit_notes"
PREFIX: Final = {ISSUER: "INV", STATEMENTS: "ST", CREDIT_NOTES: "CN"}
"""A series of numbers without gaps for each kind of document."""
Line = dict[str, object]


def issue(row: Assignment, *, actor: Actor, as_arbiter: bool = False) -> Invoice:
    """The invoice of approved work, or of cancelled work with pay: terms begin today (S33, S36).

    Must be in the transaction that approved or cancelled, with the assignment locked. The row learns its dates.
    """
    now = clock.now()
    client = row.client
    pay = Money(row.pay_minor or 0, row.currency)
    priced = cost(pay, row.fee_bps)
    issued = deadlines.issued_on(now, client.time_zone)
    due = deadlines.due_on(issued, row.terms_days)
    autopay = client.auto_pay and row.terms_days > 0
    invoice = Invoice(
        assignment=row,
        client=client,
        worker=row.worker,
        currency=row.currency,
        worker_minor=pay.minor,
        fee_minor=priced.fee.minor,
        total_minor=priced.total.minor,
        lines=lines(row, pay),
        issued_at=now,
        issued_on=issued,
        due_on=due,
        parties=parties(row),
        done_on=_done_on(row, now),
        past_due_at=deadlines.end_of(due, client.time_zone),
        past_due_next_at=deadlines.past_due_notice(due, client.time_zone, 0),
        autopay_due_at=deadlines.autopay_at(due, client.time_zone) if autopay else None,
    )
    with change(row.pk, "invoice", actor=actor, as_arbiter=as_arbiter) as opened:
        invoice.number = next_number()
        invoice.save(force_insert=True)
        opened.row.payment_due_on, opened.row.past_due_at = due, invoice.past_due_at
        opened.record(
            "invoice.issued", visibility="client", invoice=invoice.number, total=invoice.total, due_on=due
        )
        opened.record("invoice.scheduled", visibility="worker", invoice=invoice.number, pay=pay, due_on=due)
    notices.about_invoice("invoice.issued", invoice, actor=actor, at=now)
    return invoice


def next_number(series: str = ISSUER) -> str:
    """The next number of a series; the counter stays locked until the transaction ends, so none is lost."""
    Counter.objects.get_or_create(issuer=series)
    counter = Counter.objects.select_for_update(no_key=True).get(issuer=series)
    counter.value += 1
    counter.save(update_fields=["value"])
    return f"{PREFIX[series]}-{counter.value:06d}"


def parties(row: Assignment) -> dict[str, dict[str, str]]:
    """Who bills whom, as they are called and where they are today: the invoice keeps it (self-billing)."""
    worker, client = row.worker, row.client
    if worker is None:
        raise Conflict("Nobody is assigned.")
    return {
        "supplier": {"name": str(worker), "address": _address("", worker.area, worker.country)},
        "customer": {
            "name": client.name,
            "address": _address(
                client.street, client.city, f"{client.region} {client.postcode}".strip(), client.country
            ),
        },
        "issuer": {"name": settings.ONSITE_OPERATOR_NAME, "address": settings.ONSITE_OPERATOR_ADDRESS},
    }


def _address(*parts: str) -> str:
    """The parts that are known; a country alone is no address."""
    known = [part for part in parts if part]
    return ", ".join(known) if len(known) > 1 else ""


def _done_on(row: Assignment, now: datetime) -> date:
    """The day of the work at its site: the last check-out, else when it was handed in, else today."""
    visits = CheckIn.objects.filter(assignment=row, engagement=row.engagement)
    last = visits.aggregate(at=Max("out_at"))["at"]
    return deadlines.issued_on(last or row.submitted_at or now, row.time_zone)


def lines(row: Assignment, pay: Money) -> list[Line]:
    """What makes up the worker's pay, frozen as it was on that day: base, expenses, bonus, and any difference."""
    if row.state == State.CANCELLED:
        return [_line("Pay after cancellation", pay)]
    base = closeout.base_pay(row)
    found = [_line(_base_words(row), base)]
    if row.expenses_minor:
        found.append(_line("Approved expenses", row.money(row.expenses_minor)))
    if row.bonus_minor:
        found.append(_line("Bonus", row.money(row.bonus_minor)))
    if row.reduced_minor is not None and row.reduced_minor != base.minor:
        found.append(_line("Lowered by the worker", row.money(row.reduced_minor) - base))
    rest = pay.minor - closeout.final_pay(row).minor
    if rest:
        found.append(_line("Decision of the dispute", Money(rest, row.currency)))
    return found


def _base_words(row: Assignment) -> str:
    if row.pricing_type == PricingType.FLAT:
        return "Flat price"
    if row.pricing_type == PricingType.UNIT:
        return f"{row.units_done} units: {price_words(row.terms)}"
    return f"{minutes(minutes_worked(row))}: {price_words(row.terms)}"


def _line(what: str, amount: Money) -> Line:
    return {"what": what, "minor": amount.minor}


def locked_invoice(invoice_id: int) -> Invoice:
    """The invoice, locked until the transaction ends. Lock its assignment first."""
    rows = Invoice.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "client", "worker__user", "assignment"
    )
    return rows.get(pk=invoice_id)


def open_invoice(row: Assignment) -> Invoice | None:
    """The open invoice of a locked assignment, locked as well."""
    found = (
        Invoice.objects.filter(assignment=row, state=InvoiceState.OPEN).values_list("pk", flat=True).first()
    )
    return locked_invoice(found) if found else None


def withdraw_invoice(invoice: Invoice, at: datetime) -> None:
    """Take an open invoice back; the number stays used, and a statement that waited for it alone ends."""
    invoice.withdraw(at)
    invoice.save(update_fields=["state", "withdrawn_at"])
    settle_statement_of(invoice, at)


def lock_row(invoice: Invoice, reason: LockReason, at: datetime) -> None:
    """Write on the locked row that its client relies on it; the first reason stays."""
    invoice.locked_at, invoice.lock_reason = at, reason
    invoice.save(update_fields=["locked_at", "lock_reason"])


def lock_invoice(invoice_id: int, *, actor: User, reason: LockReason = LockReason.DOWNLOADED) -> Invoice:
    """The client downloads or prints the document: its payment cannot be stopped from now on (D7). Again changes
    nothing.

    Raises NotAllowed for people who neither manage the assignment nor handle money, Conflict when withdrawn.
    """
    with transaction.atomic():
        assignment_id = Invoice.objects.values_list("assignment_id", flat=True).get(pk=invoice_id)
        row = lock(assignment_id)
        invoice = locked_invoice(invoice_id)
        if invoice.state == InvoiceState.WITHDRAWN:
            raise Conflict(f"{invoice.number} was withdrawn.")
        if invoice.state == InvoiceState.PAID or invoice.locked_at:
            return invoice
        lock_row(invoice, reason, clock.now())
        with change(row.pk, "invoice", actor=actor) as opened:
            opened.record("invoice.locked", visibility="client", invoice=invoice.number, how=reason.value)
    return invoice
