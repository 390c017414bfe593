from payments.models.batches import BankStatement, PayoutBatch, PayoutItem, StatementLine
from payments.models.dispute import Dispute
from payments.models.fastfunds import Advance
from payments.models.funds import Deposit, TermsGrant
from payments.models.invoice import Counter, Invoice
from payments.models.payouts import AutoWithdrawal, PayoutAccount, SmallPayment, Withdrawal
from payments.models.provider import Collection, ProviderEvent
from payments.models.run import PaymentItem, PaymentRun
from payments.models.tax import TaxForm

__all__ = [
    "Advance",
    "AutoWithdrawal",
    "BankStatement",
    "Collection",
    "Counter",
    "Deposit",
    "Dispute",
    "Invoice",
    "PaymentItem",
    "PaymentRun",
    "PayoutAccount",
    "PayoutBatch",
    "PayoutItem",
    "ProviderEvent",
    "SmallPayment",
    "StatementLine",
    "TaxForm",
    "TermsGrant",
    "Withdrawal",
]
