"""How the ledger says no."""

from typing import Final

from common.errors import DomainError
from common.money import Money
from ledger import purposes

TO_SPEND: Final = "to_spend"
"""Not an account: a client's cash and free terms together, which is what a net-terms reservation draws on."""

_NAMES: Final[dict[str, str]] = {
    TO_SPEND: "Available to spend",
    purposes.CASH: "The cash balance",
    purposes.TERMS: "The free terms limit",
    purposes.BALANCE: "Available to withdraw",
}


class InsufficientFunds(DomainError):
    """An account that may not go below zero would. `short` is the amount that is missing (positive)."""

    def __init__(self, owner_kind: str, owner_id: int, purpose: str, short: Money) -> None:
        super().__init__(f"{_NAMES.get(purpose, 'The balance')} is {short} short.")
        self.owner_kind = owner_kind
        self.owner_id = owner_id
        self.purpose = purpose
        self.short = short
