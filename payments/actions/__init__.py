"""The verbs of money. Each is one transaction (a payment of several invoices is one for each invoice).

Lock order: client, worker, assignment, invoice, dispute, withdrawal, small payment, bank account, ledger accounts (the
client's own first), statement, counters.
"""

from payments.actions.appealing import appeal_dispute, waive_appeal
from payments.actions.approving import approve, approve_silent, cancel, cancel_with_pay
from payments.actions.autopay import pay_due
from payments.actions.bank_accounts import add_account, confirm_account, remove_account
from payments.actions.batching import file_of, make_batch, small_total, void_batch
from payments.actions.bundling import bundle, dissolve
from payments.actions.collecting import ask_collection, collect_deposit
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
from payments.actions.hearing import Event, hear
from payments.actions.invoicing import lock_invoice
from payments.actions.offering import (
    accept_settlement,
    decline_settlement,
    expire_settlement,
    offer_settlement,
    withdraw_settlement,
)
from payments.actions.own_settings import (
    TaxData,
    give_tax_data,
    reveal_tax_number,
    set_auto_withdrawal,
    stop_auto_withdrawal,
)
from payments.actions.paying import pay, pay_statement, stop_payment
from payments.actions.proving import issue_pack
from payments.actions.publishing import publish_precedent
from payments.actions.reconciling import import_statement, resolve_line
from payments.actions.sending import ask_provider, send_small, send_withdrawal
from payments.actions.settling import close_dispute, rehearse, settle
from payments.actions.stepping import step_dispute
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
    "accept_settlement",
    "add_account",
    "answer_dispute",
    "appeal_dispute",
    "approve",
    "approve_silent",
    "ask_collection",
    "ask_provider",
    "assign_dispute",
    "bundle",
    "cancel",
    "cancel_with_pay",
    "close_dispute",
    "collect_deposit",
    "confirm_account",
    "confirm_deposit",
    "credit",
    "decline_settlement",
    "deposit_by_gateway",
    "dissolve",
    "expire_settlement",
    "file_of",
    "give_figure",
    "give_tax_data",
    "hear",
    "import_statement",
    "issue_pack",
    "lock_invoice",
    "make_batch",
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
    "resolve_line",
    "return_deposit",
    "reveal_tax_number",
    "send_small",
    "send_withdrawal",
    "set_auto_withdrawal",
    "set_automatic",
    "set_terms_limit",
    "settle",
    "skip_automatic",
    "small_total",
    "step_dispute",
    "stop_auto_withdrawal",
    "stop_payment",
    "take",
    "take_by_itself",
    "void_batch",
    "waive_appeal",
    "withdraw",
    "withdraw_by_itself",
    "withdraw_dispute",
    "withdraw_settlement",
]
