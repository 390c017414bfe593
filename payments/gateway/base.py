"""What moves money outside must offer. Every call carries an idempotency key: the same again has the same effect."""

from dataclasses import dataclass
from typing import Final, Protocol

from common.money import Money

ACCEPTED: Final = "accepted"
PAID: Final = "paid"
FAILED: Final = "failed"
RETURNED: Final = "returned"
STATUSES: Final = (ACCEPTED, PAID, FAILED, RETURNED)
"""What a provider can say of a payout or a collection. Accepted: it is on its way."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the provider answered: the money arrived with this reference, or why not."""

    is_received: bool
    reference: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """How far a payout or a collection is, with the provider's own reference."""

    status: str
    reference: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Payout:
    """One payment to a worker's bank account; `number` is the unsealed account number."""

    key: str
    scheme: str
    kind: str
    holder: str
    bank_name: str
    routing: str
    number: str
    amount: Money
    reference: str
    end_to_end_id: str


class GatewayDown(Exception):
    """The provider did not answer, or not as it should: nobody knows yet. Ask again with the same key."""


class Gateway(Protocol):
    """A way to take a client's money at once."""

    def collect(self, key: str, amount: Money, payer: str) -> Receipt:
        """Take a client's money. Raises GatewayDown."""


class Provider(Protocol):
    """A payment provider that is called. Each call may be repeated with its key; each may raise GatewayDown."""

    def start_collection(self, key: str, amount: Money, payer: str) -> Transfer:
        """Begin to take a client's money."""

    def collection(self, key: str, amount: Money) -> Transfer | None:
        """How far it is; None when the provider never heard of that key."""

    def pay_out(self, payout: Payout) -> Transfer:
        """Pay a worker."""

    def payout(self, key: str, amount: Money) -> Transfer | None:
        """How far it is; None when the provider never heard of that key."""
