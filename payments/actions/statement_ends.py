"""A statement ends with the last of its open invoices."""

from datetime import datetime

from payments.models import Invoice, Statement, StatementLine
from payments.states import InvoiceState, StatementState


def settle_statement_of(invoice: Invoice, at: datetime) -> None:
    """Close the invoice's statement when none of its invoices is open any more.

    In the transaction that closed the invoice, after it was saved. Two that close the last two invoices at once wait
    for each other at the statement's row, so that the second one sees both.
    """
    line = StatementLine.objects.filter(invoice=invoice, is_live=True).values("statement_id").first()
    if line is None:
        return
    statement = Statement.objects.select_for_update(no_key=True).get(pk=line["statement_id"])
    of_it = Invoice.objects.filter(statement_lines__statement=statement)
    if statement.state != StatementState.OPEN or of_it.filter(state=InvoiceState.OPEN).exists():
        return
    if of_it.filter(state=InvoiceState.PAID).exists():
        statement.pay(at)
        statement.save(update_fields=["state", "paid_at"])
    else:
        statement.dissolve(at)
        statement.save(update_fields=["state", "dissolved_at"])
