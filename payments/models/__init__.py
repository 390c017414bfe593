from payments.models.dispute import Dispute
from payments.models.fastfunds import Advance
from payments.models.funds import Deposit, PayoutAccount, TermsGrant, Withdrawal
from payments.models.invoice import Counter, Invoice
from payments.models.proof import ProofKey, ProofPack
from payments.models.run import PaymentItem, PaymentRun

__all__ = [
    "Advance",
    "Counter",
    "Deposit",
    "Dispute",
    "Invoice",
    "PaymentItem",
    "PaymentRun",
    "PayoutAccount",
    "ProofKey",
    "ProofPack",
    "TermsGrant",
    "Withdrawal",
]
