from payments.models.claims import (
    Precedent,
    Ruling,
    SealedFigure,
    SettlementOffer,
    Statement,
    StatementFile,
)
from payments.models.dispute import Dispute
from payments.models.fastfunds import Advance, AutoFastFunds, AutoSkip
from payments.models.funds import Deposit, PayoutAccount, TermsGrant, Withdrawal
from payments.models.invoice import Counter, Invoice
from payments.models.run import PaymentItem, PaymentRun

__all__ = [
    "Advance",
    "AutoFastFunds",
    "AutoSkip",
    "Counter",
    "Deposit",
    "Dispute",
    "Invoice",
    "PaymentItem",
    "PaymentRun",
    "PayoutAccount",
    "Precedent",
    "Ruling",
    "SealedFigure",
    "SettlementOffer",
    "Statement",
    "StatementFile",
    "TermsGrant",
    "Withdrawal",
]
