"""The money side of the plot: approve, pay, FastFunds, withdraw, dispute, cancel with pay, each at a moved instant."""

from datetime import datetime

from accounts.models import User
from assignments.models import Assignment
from assignments.states import CancelReason
from common import clock
from common.money import Money
from payments import queries, quotes
from payments.actions import (
    approving,
    bank_accounts,
    batching,
    bundling,
    crediting,
    disputing,
    own_settings,
    paying,
    withdrawing,
)
from payments.actions import fastfunds as advances
from payments.actions.approving import Grading
from payments.actions.own_settings import TaxData
from payments.models import Invoice, PayoutAccount
from payments.states import Ground, PayoutFormat, TaxClass, TinType
from workers.models import Worker


def approve(row: Assignment, by: User, at: datetime, *, grade: str = "") -> None:
    with clock.moved(at):
        grading = Grading(grade, "Came on time and left the place tidy.") if grade else None
        approving.approve(row.pk, actor=by, rating=grading)


def pay(row: Assignment, by: User, at: datetime) -> None:
    """Pay the assignment's open invoice."""
    with clock.moved(at):
        invoice = Invoice.objects.get(assignment=row, state="open")
        paying.pay([invoice.pk], actor=by, key=f"demo:pay:{invoice.pk}")


def bundle(rows: list[Assignment], by: User, at: datetime) -> None:
    """Put the open invoices of these assignments on one statement."""
    with clock.moved(at):
        ids = Invoice.objects.filter(assignment__in=rows, state="open").values_list("pk", flat=True)
        bundling.bundle(list(ids), actor=by, key=f"demo:bundle:{rows[0].pk}")


def credit(row: Assignment, by: User, at: datetime, minor: int) -> None:
    """Onsite gives the client a part of a paid invoice back."""
    with clock.moved(at):
        invoice = Invoice.objects.get(assignment=row, state="paid")
        crediting.credit(
            invoice.pk,
            actor=by,
            amount=Money(minor, row.currency),
            reason="The first visit was too late to count.",
            key=f"demo:credit:{invoice.pk}",
        )


def fastfunds(row: Assignment, worker: Worker, at: datetime) -> None:
    with clock.moved(at):
        offer = quotes.quote(queries.invoice_of(row), clock.now())
        advances.take(row.pk, offer.signed, actor=worker.user)


def withdraw(worker: Worker, minor: int, at: datetime, admin: User) -> None:
    with clock.moved(at):
        account = verified_account(worker, admin)
        withdrawing.withdraw(
            actor=worker.user,
            account_id=account.pk,
            amount=Money(minor, "USD"),
            key=f"demo:withdraw:{worker.pk}",
        )


def verified_account(worker: Worker, admin: User) -> PayoutAccount:
    """Tax data, and a bank account whose two small payments went out in a file and were read by the worker."""
    own_settings.give_tax_data(
        TaxData(
            name=worker.user.name, business_name="", classification=TaxClass.INDIVIDUAL, street="7 Elm Street",
            city="Albany", region="NY", postcode="12207", tin_type=TinType.SSN, tin="219-09-9999",
        ),
        actor=worker.user,
        certified=True,
    )  # fmt: skip
    account = bank_accounts.add_account(
        actor=worker.user,
        holder=worker.user.name,
        bank_name="First Example Bank",
        routing="021000021",
        number="000123456789",
    )
    first, second = bank_accounts.amounts_of(account)
    batching.make_batch(
        actor=admin,
        currency=account.currency,
        format=PayoutFormat.CSV,
        withdrawal_ids=[],
        expected=Money(first + second, account.currency),
        key=f"demo:small:{account.pk}",
    )
    bank_accounts.confirm_account(account.pk, actor=worker.user, amounts=(first, second))
    return account


def cancel_with_pay(row: Assignment, by: User, at: datetime, minor: int) -> None:
    with clock.moved(at):
        approving.cancel(
            row.pk,
            actor=by,
            reason=CancelReason.CUSTOMER,
            note="The customer closed the store today. You are paid for the trip.",
            pay=Money(minor, row.currency),
        )


def escalate(row: Assignment, worker: Worker, at: datetime) -> None:
    with clock.moved(at):
        words = (
            "The work was handed in more than a week ago and signed off on site. I wrote and got no answer."
        )
        disputing.open_dispute(row.pk, actor=worker.user, ground=Ground.OVERDUE, statement=words)


def dispute(row: Assignment, by: User, at: datetime) -> None:
    with clock.moved(at):
        words = "Two of the four outlets failed the day after. We ask for a part of the price back."
        disputing.open_dispute(row.pk, actor=by, ground=Ground.QUALITY, statement=words)
