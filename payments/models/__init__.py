from payments.models.claims import (
    DisputeFile,
    DisputeStatement,
    Precedent,
    Ruling,
    SealedFigure,
    SettlementOffer,
)
from payments.models.credit import CreditNote
from payments.models.dispute import Dispute
from payments.models.fastfunds import Advance, AutoFastFunds, AutoSkip
from payments.models.funds import Deposit, PayoutAccount, TermsGrant, Withdrawal
from payments.models.invoice import Counter, Invoice
from payments.models.proof import ProofKey, ProofPack
from payments.models.run import PaymentItem, PaymentRun
from payments.models.statement import MonthDone, Statement, StatementLine

__all__ = [
    "Advance",
    "AutoFastFunds",
    "AutoSkip",
    "Counter",
    "CreditNote",
    "Deposit",
    "Dispute",
    "DisputeFile",
    "DisputeStatement",
    "Invoice",
    "MonthDone",
    "PaymentItem",
    "PaymentRun",
    "PayoutAccount",
    "Precedent",
    "ProofKey",
    "ProofPack",
    "Ruling",
    "SealedFigure",
    "SettlementOffer",
    "Statement",
    "StatementLine",
    "TermsGrant",
    "Withdrawal",
]
