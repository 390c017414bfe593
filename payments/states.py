"""The words for invoices, withdrawals, deposits and disputes, and the groups that rules speak of. A leaf."""

from typing import Final

from django.db import models


class InvoiceState(models.TextChoices):
    OPEN = "open", "Open"
    PAID = "paid", "Paid"
    WITHDRAWN = "withdrawn", "Withdrawn"


class WithdrawalState(models.TextChoices):
    REQUESTED = "requested", "Requested"
    SENT = "sent", "Sent to the bank"
    PAID = "paid", "Paid out"
    FAILED = "failed", "Failed"


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
