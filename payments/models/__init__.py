from payments.models.batches import BankLine, BankStatement, PayoutBatch, PayoutItem
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
from payments.models.funds import Deposit, TermsGrant
from payments.models.invoice import Counter, Invoice
from payments.models.owed import Owed
from payments.models.payouts import AutoWithdrawal, PayoutAccount, SmallPayment, Withdrawal
from payments.models.proof import ProofKey, ProofPack
from payments.models.provider import Collection, ProviderEvent
from payments.models.run import PaymentItem, PaymentRun
from payments.models.statement import MonthDone, Statement, StatementLine
from payments.models.tax import TaxForm

__all__ = [
    "Advance",
    "AutoFastFunds",
    "AutoSkip",
    "AutoWithdrawal",
    "BankLine",
    "BankStatement",
    "Collection",
    "Counter",
    "CreditNote",
    "Deposit",
    "Dispute",
    "DisputeFile",
    "DisputeStatement",
    "Invoice",
    "MonthDone",
    "Owed",
    "PaymentItem",
    "PaymentRun",
    "PayoutAccount",
    "PayoutBatch",
    "PayoutItem",
    "Precedent",
    "ProofKey",
    "ProofPack",
    "ProviderEvent",
    "Ruling",
    "SealedFigure",
    "SettlementOffer",
    "SmallPayment",
    "Statement",
    "StatementLine",
    "TaxForm",
    "TermsGrant",
    "Withdrawal",
]
