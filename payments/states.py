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


class DepositState(models.TextChoices):
    PENDING = "pending", "On its way"
    RECEIVED = "received", "Received"
    FAILED = "failed", "Failed"


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
    DECIDED = "decided", "Decided"
    CLOSED = "closed", "Closed without a decision"
    WITHDRAWN = "withdrawn", "Withdrawn"


RUNNING: Final = (
    DisputeState.OPEN,
    DisputeState.IN_THREAD,
    DisputeState.WITH_MANAGER,
    DisputeState.WITH_ACCOUNT,
)
"""A dispute in one of these holds the money."""


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
