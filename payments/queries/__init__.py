"""Reads of money, a file for each reader: client, worker, one invoice, disputes, ledger lines."""

from payments.queries.automatic import automatic_box
from payments.queries.client import (
    INVOICE_FILTERS,
    all_deposits,
    all_reservations,
    client_figures,
    client_invoices,
    deposits,
    left_on,
    payable,
    reservations,
    short_for,
    terms_in_use,
    today,
    with_statements,
)
from payments.queries.dispute_clock import clock_of
from payments.queries.disputes import (
    advance_of,
    alert_box,
    approval_age,
    dispute_of,
    next_in_queue,
    offers_of,
    statement_file,
    statements_of,
)
from payments.queries.evidence import evidence
from payments.queries.invoices import invoice_of, invoice_word, money_box, pdf_is_free
from payments.queries.ledger import LINES, ledger_lines
from payments.queries.precedents import precedents
from payments.queries.worker import (
    currency_of,
    newest_figures,
    paid_to,
    pending_pay,
    receivables,
    withdrawals,
    worker_figures,
)

__all__ = [
    "INVOICE_FILTERS",
    "LINES",
    "advance_of",
    "alert_box",
    "all_deposits",
    "all_reservations",
    "approval_age",
    "automatic_box",
    "client_figures",
    "client_invoices",
    "clock_of",
    "currency_of",
    "deposits",
    "dispute_of",
    "evidence",
    "invoice_of",
    "invoice_word",
    "ledger_lines",
    "left_on",
    "money_box",
    "newest_figures",
    "next_in_queue",
    "offers_of",
    "paid_to",
    "payable",
    "pdf_is_free",
    "pending_pay",
    "precedents",
    "receivables",
    "reservations",
    "short_for",
    "statement_file",
    "statements_of",
    "terms_in_use",
    "today",
    "with_statements",
    "withdrawals",
    "worker_figures",
]
