from payments.models.credit import CreditNote
from payments.models.dispute import Dispute
from payments.models.fastfunds import Advance
from payments.models.funds import Deposit, PayoutAccount, TermsGrant, Withdrawal
from payments.models.invoice import Counter, Invoice
from payments.models.proof import ProofKey, ProofPack
from payments.models.run import PaymentItem, PaymentRun
from payments.models.statement import MonthDone, Statement, StatementLine

__all__ = [
    "Advance",
    "Counter",
    "CreditNote",
    "Deposit",
    "Dispute",
    "Invoice",
    "MonthDone",
    "PaymentItem",
    "PaymentRun",
    "PayoutAccount",
    "ProofKey",
    "ProofPack",
    "Statement",
    "StatementLine",
    "TermsGrant",
    "Withdrawal",
]
