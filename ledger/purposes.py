"""Whose money, for what: the accounts that may exist, and which of them may go below zero."""

from typing import Final

CLIENT: Final = "client"
WORKER: Final = "worker"
PLATFORM: Final = "platform"
PROVIDER: Final = "provider"

CASH: Final = "cash"
RESERVED_CASH: Final = "reserved_cash"
TERMS: Final = "terms"
RESERVED_TERMS: Final = "reserved_terms"
BALANCE: Final = "balance"
PENDING_PAYOUT: Final = "pending_payout"
FEE: Final = "fee"
FASTFUNDS_FEE: Final = "fastfunds_fee"
FASTFUNDS_ADVANCED: Final = "fastfunds_advanced"
TERMS_GRANTED: Final = "terms_granted"
CREDITS: Final = "credits"
"""What Onsite gave back to clients by credit notes out of its own pocket: zero or below."""
VERIFICATION: Final = "verification"
CLEARING: Final = "clearing"

PURPOSES: Final[dict[str, tuple[str, ...]]] = {
    CLIENT: (CASH, RESERVED_CASH, TERMS, RESERVED_TERMS),
    WORKER: (BALANCE, PENDING_PAYOUT),
    PLATFORM: (FEE, FASTFUNDS_FEE, FASTFUNDS_ADVANCED, TERMS_GRANTED, CREDITS, VERIFICATION),
    PROVIDER: (CLEARING,),
}
OVERDRAFT: Final = frozenset({FASTFUNDS_ADVANCED, TERMS_GRANTED, CREDITS, VERIFICATION, CLEARING})


def check(owner_kind: str, purpose: str) -> None:
    """Raise ValueError for an account that may not exist."""
    if purpose not in PURPOSES.get(owner_kind, ()):
        raise ValueError(f"the ledger has no account {owner_kind}/{purpose}")
