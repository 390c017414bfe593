"""The verbs of money. Each is one transaction (a payment of several invoices is one for each invoice).

Lock order: client, worker, assignment, invoice, dispute, withdrawal, small payment, bank account,
ledger accounts (the client's own first), invoice counter.
"""

from payments.actions.approving import approve, approve_silent, cancel, cancel_with_pay
from payments.actions.bank_accounts import add_account, confirm_account, remove_account
from payments.actions.batching import file_of, make_batch, small_total, void_batch
from payments.actions.collecting import ask_collection, collect_deposit
from payments.actions.depositing import deposit_by_gateway, record_deposit, set_terms_limit
from payments.actions.disputing import (
    answer_dispute,
    assign_dispute,
    open_dispute,
    step_dispute,
    withdraw_dispute,
)
from payments.actions.fastfunds import take
from payments.actions.hearing import Event, hear
from payments.actions.invoicing import lock_invoice
from payments.actions.own_settings import (
    TaxData,
    give_tax_data,
    reveal_tax_number,
    set_auto_withdrawal,
    stop_auto_withdrawal,
)
from payments.actions.paying import pay, pay_due, stop_payment
from payments.actions.reconciling import import_statement, resolve_line
from payments.actions.sending import ask_provider, send_small, send_withdrawal
from payments.actions.settling import close_dispute, rehearse, settle
from payments.actions.withdrawing import (
    NoTaxData,
    mark_failed,
    mark_paid,
    mark_sent,
    withdraw,
    withdraw_by_itself,
)

__all__ = [
    "Event",
    "NoTaxData",
    "TaxData",
    "add_account",
    "answer_dispute",
    "approve",
    "approve_silent",
    "ask_collection",
    "ask_provider",
    "assign_dispute",
    "cancel",
    "cancel_with_pay",
    "close_dispute",
    "collect_deposit",
    "confirm_account",
    "deposit_by_gateway",
    "file_of",
    "give_tax_data",
    "hear",
    "import_statement",
    "lock_invoice",
    "make_batch",
    "mark_failed",
    "mark_paid",
    "mark_sent",
    "open_dispute",
    "pay",
    "pay_due",
    "record_deposit",
    "rehearse",
    "remove_account",
    "resolve_line",
    "reveal_tax_number",
    "send_small",
    "send_withdrawal",
    "set_auto_withdrawal",
    "set_terms_limit",
    "settle",
    "small_total",
    "step_dispute",
    "stop_auto_withdrawal",
    "stop_payment",
    "take",
    "void_batch",
    "withdraw",
    "withdraw_by_itself",
    "withdraw_dispute",
]
