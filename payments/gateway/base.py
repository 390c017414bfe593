"""What a payment provider must offer. Every call carries an idempotency key: the same key again has the same effect."""

from dataclasses import dataclass
from typing import Protocol

from common.money import Money


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the provider answered: the money arrived with this reference, or why not."""

    is_received: bool
    reference: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Payout:
    """One payment to a worker's bank account; `number` is the unsealed account number."""

    key: str
    holder: str
    bank_name: str
    routing: str
    number: str
    amount: Money
    reference: str


class GatewayDown(Exception):
    """The provider did not answer: nobody knows yet. Ask again with the same key."""


class Gateway(Protocol):
    """A way of money in and out."""

    def collect(self, key: str, amount: Money, payer: str) -> Receipt:
        """Take a client's money. Raises GatewayDown."""

    def pay_out(self, payouts: list[Payout]) -> bytes:
        """Hand payouts over; returns the document for the bank, if there is one. Raises GatewayDown."""
