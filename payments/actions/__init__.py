"""The verbs of money. Each is one transaction (a payment of several invoices is one for each invoice).

Lock order: client, worker, assignment, invoice, dispute, ledger accounts (the client's own first), statement, counters.
"""

from payments.actions.approving import approve, approve_silent, cancel, cancel_with_pay
from payments.actions.autopay import pay_due
from payments.actions.bundling import bundle, dissolve
from payments.actions.crediting import credit
from payments.actions.depositing import (
    confirm_deposit,
    deposit_by_gateway,
    record_deposit,
    refuse_deposit,
    return_deposit,
    set_terms_limit,
)
from payments.actions.disputing import (
    answer_dispute,
    assign_dispute,
    open_dispute,
    step_dispute,
    withdraw_dispute,
)
from payments.actions.fastfunds import take
from payments.actions.invoicing import lock_invoice
from payments.actions.paying import pay, pay_statement, stop_payment
from payments.actions.proving import issue_pack
from payments.actions.settling import close_dispute, rehearse, settle
from payments.actions.withdrawing import (
    add_account,
    mark_failed,
    mark_paid,
    mark_sent,
    remove_account,
    withdraw,
)

__all__ = [
    "add_account",
    "answer_dispute",
    "approve",
    "approve_silent",
    "assign_dispute",
    "bundle",
    "cancel",
    "cancel_with_pay",
    "close_dispute",
    "confirm_deposit",
    "credit",
    "deposit_by_gateway",
    "dissolve",
    "issue_pack",
    "lock_invoice",
    "mark_failed",
    "mark_paid",
    "mark_sent",
    "open_dispute",
    "pay",
    "pay_due",
    "pay_statement",
    "record_deposit",
    "refuse_deposit",
    "rehearse",
    "remove_account",
    "return_deposit",
    "set_terms_limit",
    "settle",
    "step_dispute",
    "stop_payment",
    "take",
    "withdraw",
    "withdraw_dispute",
]
