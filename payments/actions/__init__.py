"""The verbs of money. Each is one transaction (a payment of several invoices is one for each invoice).

Lock order: client, worker, assignment, invoice, dispute, ledger accounts (the client's own first), statement, counters.
"""

from payments.actions.appealing import appeal_dispute, waive_appeal
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
    withdraw_dispute,
)
from payments.actions.fastfunds import set_automatic, skip_automatic, take, take_by_itself
from payments.actions.figures import give_figure
from payments.actions.invoicing import lock_invoice
from payments.actions.offering import (
    accept_settlement,
    decline_settlement,
    expire_settlement,
    offer_settlement,
    withdraw_settlement,
)
from payments.actions.paying import pay, pay_statement, stop_payment
from payments.actions.proving import issue_pack
from payments.actions.publishing import publish_precedent
from payments.actions.settling import close_dispute, rehearse, settle
from payments.actions.stepping import step_dispute
from payments.actions.withdrawing import (
    add_account,
    mark_failed,
    mark_paid,
    mark_sent,
    remove_account,
    withdraw,
)

__all__ = [
    "accept_settlement",
    "add_account",
    "answer_dispute",
    "appeal_dispute",
    "approve",
    "approve_silent",
    "assign_dispute",
    "bundle",
    "cancel",
    "cancel_with_pay",
    "close_dispute",
    "confirm_deposit",
    "credit",
    "decline_settlement",
    "deposit_by_gateway",
    "dissolve",
    "expire_settlement",
    "give_figure",
    "issue_pack",
    "lock_invoice",
    "mark_failed",
    "mark_paid",
    "mark_sent",
    "offer_settlement",
    "open_dispute",
    "pay",
    "pay_due",
    "pay_statement",
    "publish_precedent",
    "record_deposit",
    "refuse_deposit",
    "rehearse",
    "remove_account",
    "return_deposit",
    "set_automatic",
    "set_terms_limit",
    "settle",
    "skip_automatic",
    "step_dispute",
    "stop_payment",
    "take",
    "take_by_itself",
    "waive_appeal",
    "withdraw",
    "withdraw_dispute",
    "withdraw_settlement",
]
