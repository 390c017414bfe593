"""Short words for tests that move money."""

from datetime import UTC, datetime
from itertools import count
from typing import Final

from common.actor import SYSTEM
from common.money import Money
from ledger.models import Posting, Reservation
from ledger.post import Leg, post
from ledger.purposes import CASH, CLEARING, CLIENT, PROVIDER
from ledger.reserve import available, change, consume, grant_terms, release, reserve

AT: Final = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
_numbers = count(1)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def fresh_key() -> str:
    return f"key-{next(_numbers)}"


def deposit(client_id: int, money: Money, key: str | None = None) -> Posting:
    """Money arrives at the provider for a client."""
    legs = [Leg(CLIENT, client_id, CASH, money), Leg(PROVIDER, 0, CLEARING, -money)]
    return post("deposit.received", key=key or fresh_key(), legs=legs, at=AT)


def grant(client_id: int, money: Money, key: str | None = None) -> Posting | None:
    return grant_terms(client_id, money, key=key or fresh_key(), at=AT, actor=SYSTEM)


def set_aside(
    client_id: int, job: int, money: Money, *, immediate: bool = False, key: str | None = None
) -> Reservation:
    return reserve(
        client_id,
        subject_type="job",
        subject_id=job,
        total=money,
        immediate=immediate,
        key=key or fresh_key(),
        at=AT,
        actor=SYSTEM,
    )


def alter(
    client_id: int, job: int, money: Money, *, immediate: bool = False, key: str | None = None
) -> Reservation:
    return change(
        client_id,
        subject_type="job",
        subject_id=job,
        total=money,
        immediate=immediate,
        key=key or fresh_key(),
        at=AT,
        actor=SYSTEM,
    )


def give_back(client_id: int, job: int, key: str | None = None) -> Reservation:
    return release(client_id, subject_type="job", subject_id=job, key=key or fresh_key(), at=AT, actor=SYSTEM)


def use(client_id: int, job: int, key: str | None = None) -> Reservation:
    return consume(client_id, subject_type="job", subject_id=job, key=key or fresh_key(), at=AT, actor=SYSTEM)


def figures(client_id: int, currency: str = "USD") -> tuple[int, int, int, int]:
    """Cash, terms, reserved cash, reserved terms in minor units."""
    now = available(client_id, currency)
    return now.cash.minor, now.terms.minor, now.reserved_cash.minor, now.reserved_terms.minor
