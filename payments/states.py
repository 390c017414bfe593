"""The words for invoices, withdrawals, deposits and disputes, and the groups that rules speak of. A leaf."""

from typing import Final

from django.db import models


class InvoiceState(models.TextChoices):
    OPEN = "open", "Open"
    PAID = "paid", "Paid"
    WITHDRAWN = "withdrawn", "Withdrawn"


class WithdrawalState(models.TextChoices):
    REQUESTED = "requested", "Requested"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent to the bank"
    PAID = "paid", "Paid out"
    FAILED = "failed", "Failed"
    RETURNED = "returned", "Returned by the bank"


class AccountState(models.TextChoices):
    """A bank account on its way to being trusted (domain.md 5.5)."""

    WAITING = "waiting", "Two small payments wait to be sent"
    SENT = "sent", "Waits for the two amounts"
    VERIFIED = "verified", "Verified"
    DEAD = "dead", "Locked"


class SmallState(models.TextChoices):
    """One small payment to a bank account."""

    WAITING = "waiting", "Waiting"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent to the bank"
    FAILED = "failed", "Failed"


class AccountScheme(models.TextChoices):
    """How a bank account is named, which decides what files can carry it."""

    US = "us", "US routing and account number"
    IBAN = "iban", "IBAN"
    OTHER = "other", "BIC and account number"


class AccountKind(models.TextChoices):
    CHECKING = "checking", "Checking"
    SAVINGS = "savings", "Savings"


class PayoutFormat(models.TextChoices):
    PAIN = "pain001", "ISO 20022 pain.001"
    NACHA = "nacha", "NACHA ACH"
    CSV = "csv", "CSV"


class LineResult(models.TextChoices):
    """What a line of a bank statement did."""

    PAID = "paid", "Paid out"
    RETURNED = "returned", "Came back"
    NOTHING_NEW = "nothing_new", "Known already"
    UNMATCHED = "unmatched", "Waits for a person"
    RESOLVED = "resolved", "Looked at by a person"


class EventResult(models.TextChoices):
    """What a provider's event did."""

    APPLIED = "applied", "Applied"
    NOTHING_NEW = "nothing_new", "Known already"
    UNKNOWN = "unknown", "Kept: unknown kind or key"
    ODD = "odd", "Kept: does not fit"


class TinType(models.TextChoices):
    SSN = "ssn", "Social Security number (SSN)"
    EIN = "ein", "Employer identification number (EIN)"


class TaxClass(models.TextChoices):
    """The classes of a federal tax form W-9, line 3a."""

    INDIVIDUAL = "individual", "Individual or sole proprietor"
    C_CORPORATION = "c_corporation", "C corporation"
    S_CORPORATION = "s_corporation", "S corporation"
    PARTNERSHIP = "partnership", "Partnership"
    TRUST = "trust", "Trust or estate"
    LLC_C = "llc_c", "LLC taxed as a C corporation"
    LLC_S = "llc_s", "LLC taxed as an S corporation"
    LLC_P = "llc_p", "LLC taxed as a partnership"
    OTHER = "other", "Other"


class LockReason(models.TextChoices):
    """What made an invoice one that its client relies on (D7)."""

    DOWNLOADED = "downloaded", "Downloaded"
    PRINTED = "printed", "Printed"
    BUNDLED = "bundled", "On a statement"


class StatementState(models.TextChoices):
    OPEN = "open", "Open"
    PAID = "paid", "Paid"
    DISSOLVED = "dissolved", "Taken apart"


class StatementKind(models.TextChoices):
    BUNDLE = "bundle", "Bundle"
    MONTHLY = "monthly", "Month"


class DepositState(models.TextChoices):
    PENDING = "pending", "On its way"
    WAITING = "waiting", "Waits for a second person"
    RECEIVED = "received", "Received"
    FAILED = "failed", "Failed"
    RETURNED = "returned", "Returned by the bank"


class DepositSource(models.TextChoices):
    BANK_TRANSFER = "bank_transfer", "Bank transfer"
    DEMO = "demo", "Demo gateway"
    PROVIDER = "provider", "Online payment"


class ItemResult(models.TextChoices):
    WAITING = "waiting", "Waiting"
    PAID = "paid", "Paid"
    FAILED = "failed", "Not paid"


class DisputeState(models.TextChoices):
    """The steps of domain.md 5.2: each 48 hours without an answer leads one further."""

    OPEN = "open", "Opened"
    IN_THREAD = "in_thread", "Asked on the assignment"
    WITH_MANAGER = "with_manager", "With the manager"
    WITH_ACCOUNT = "with_account", "With the account manager"
    FIGURES = "figures", "Small claims: sealed figures"
    NAMED = "named", "Small claims: with a named admin"
    RULED = "ruled", "Decided, can be appealed"
    APPEALED = "appealed", "Appealed"
    DECIDED = "decided", "Decided"
    SETTLED = "settled", "Settled by both sides"
    CLOSED = "closed", "Closed without a decision"
    WITHDRAWN = "withdrawn", "Withdrawn"


ASKED: Final = (
    DisputeState.OPEN,
    DisputeState.IN_THREAD,
    DisputeState.WITH_MANAGER,
    DisputeState.WITH_ACCOUNT,
)
"""The steps of the usual way, before anything is decided."""
UNDECIDED: Final = (*ASKED, DisputeState.FIGURES, DisputeState.NAMED)
"""Nothing is decided so far."""
RUNNING: Final = (*UNDECIDED, DisputeState.RULED, DisputeState.APPEALED)
"""A dispute in one of these holds the money: also a decision waits until it can no longer be appealed."""
HEARD: Final = (*UNDECIDED, DisputeState.APPEALED)
"""Both sides may add statements."""
DECIDABLE: Final = (*ASKED, DisputeState.NAMED, DisputeState.APPEALED)
"""An admin may decide. While figures are sealed nobody decides."""
NEGOTIABLE: Final = (*ASKED, DisputeState.NAMED, DisputeState.RULED, DisputeState.APPEALED)
"""Either side may propose a settlement. While figures are sealed these are the only proposals."""


class OfferState(models.TextChoices):
    """A proposed settlement of a dispute."""

    OPEN = "open", "Open"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Expired"
    CLOSED = "closed", "Closed with the dispute"


class Side(models.TextChoices):
    CLIENT = "client", "Client"
    WORKER = "worker", "Worker"


class Ground(models.TextChoices):
    """Why somebody asks Onsite to decide (domain.md 5.2)."""

    OVERDUE = "overdue_approval", "Approval is overdue"
    PAST_DUE = "past_due", "The payment is past due"
    NO_EXPLANATION = "no_explanation", "Cancelled without an explanation"
    WORK_DONE = "work_done", "Cancelled after work was done"
    AMOUNT = "amount", "The amount is wrong"
    QUALITY = "quality", "The work is not as agreed"
    OTHER = "other", "Something else"


class Decision(models.TextChoices):
    FULL = "full", "Pay in full"
    PART = "part", "Pay a part"
    NONE = "none", "Pay nothing"
