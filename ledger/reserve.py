"""Setting a client's funds aside for one subject, and giving them back.

Immediate payment needs cash; net terms take the free terms limit first and cash for the rest (decisions.md
D19). Every function locks all four accounts of the client first, so that two of them never decide on the
same money.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accounts.actor import Actor
from common.errors import Conflict, WrongState
from common.money import Money
from ledger.accounts import Ref, balances, lock
from ledger.errors import TO_SPEND, InsufficientFunds
from ledger.models import Account, Posting, Reservation
from ledger.post import Leg, post
from ledger.purposes import (
    CASH,
    CLIENT,
    PLATFORM,
    PURPOSES,
    RESERVED_CASH,
    RESERVED_TERMS,
    TERMS,
    TERMS_GRANTED,
)
from timeline.record import require_transaction


@dataclass(frozen=True, slots=True)
class Available:
    """A client's figures in one currency. `to_spend`, cash + free terms, is what net terms may take."""

    cash: Money
    terms: Money
    reserved_cash: Money
    reserved_terms: Money
    to_spend: Money


def available(client_id: int, currency: str) -> Available:
    """What a client has, in one query."""
    now = balances(CLIENT, client_id, currency)
    return Available(
        cash=now[CASH],
        terms=now[TERMS],
        reserved_cash=now[RESERVED_CASH],
        reserved_terms=now[RESERVED_TERMS],
        to_spend=now[CASH] + now[TERMS],
    )


def reserved(subject_type: str, subject_id: int) -> Reservation | None:
    """The open reservation of a subject."""
    return _newest(subject_type, subject_id).filter(state=Reservation.State.OPEN).first()


def reserve(
    client_id: int,
    *,
    subject_type: str,
    subject_id: int,
    total: Money,
    immediate: bool,
    key: str,
    at: datetime,
    actor: Actor | None,
) -> Reservation:
    """Set `total` aside. A total of zero is a reservation without a posting.

    The same key again changes nothing. Raises InsufficientFunds, Conflict when funds are already set aside
    for the subject (or the key was used for something else), ValueError for a negative total.
    """
    locked = _lock(client_id, total)
    memo = _memo(total, immediate)
    if _repeated(key, "reservation.made", subject_type, subject_id, memo):
        return _newest(subject_type, subject_id)[0]
    if reserved(subject_type, subject_id) is not None:
        raise Conflict("Funds are already set aside for this.")
    row = Reservation(
        client_id=client_id,
        subject_type=subject_type,
        subject_id=subject_id,
        currency=total.currency,
        opened_at=at,
    )
    _move(row, "reservation.made", _split(row, total, immediate, locked), key, at, actor, memo)
    return row


def change(
    client_id: int,
    *,
    subject_type: str,
    subject_id: int,
    total: Money,
    immediate: bool,
    key: str,
    at: datetime,
    actor: Actor | None,
) -> Reservation:
    """Raise or lower the open reservation to `total`, split as if it were given back and made anew.

    The same key again changes nothing. Raises InsufficientFunds, WrongState when nothing is set aside,
    Conflict.
    """
    locked = _lock(client_id, total)
    memo = _memo(total, immediate)
    if _repeated(key, "reservation.changed", subject_type, subject_id, memo):
        return _newest(subject_type, subject_id)[0]
    row = _open(client_id, subject_type, subject_id)
    _move(row, "reservation.changed", _split(row, total, immediate, locked), key, at, actor, memo)
    return row


def release(
    client_id: int, *, subject_type: str, subject_id: int, key: str, at: datetime, actor: Actor | None
) -> Reservation:
    """Give everything back: the subject will not be paid from it. The same key again changes nothing."""
    return _close(client_id, Reservation.State.RELEASED, subject_type, subject_id, key, at, actor)


def consume(
    client_id: int, *, subject_type: str, subject_id: int, key: str, at: datetime, actor: Actor | None
) -> Reservation:
    """Give everything back because the invoice is paid from cash in the same transaction.

    Terms return to the limit and reserved cash to cash, in one posting; the caller then posts the payment.
    """
    return _close(client_id, Reservation.State.CONSUMED, subject_type, subject_id, key, at, actor)


def grant_terms(
    client_id: int, limit: Money, *, key: str, at: datetime, actor: Actor | None
) -> Posting | None:
    """Set the client's terms limit; None when it already is that.

    Raises InsufficientFunds when more than `limit` is in use, ValueError for a negative limit.
    """
    locked = _lock(client_id, limit, Ref(PLATFORM, 0, TERMS_GRANTED, limit.currency))
    earlier = Posting.objects.filter(key=key).first()
    memo = f"Terms limit {limit}"
    if earlier is not None:
        if (earlier.kind, earlier.subject_id, earlier.memo) != ("terms.granted", client_id, memo):
            raise Conflict("This terms limit was already set with another amount.")
        return earlier
    in_use = locked[RESERVED_TERMS].balance
    more = limit - in_use - locked[TERMS].balance
    if not more:
        return None
    return post(
        "terms.granted",
        key=key,
        legs=[Leg(CLIENT, client_id, TERMS, more), Leg(PLATFORM, 0, TERMS_GRANTED, -more)],
        at=at,
        subject_type=CLIENT,
        subject_id=client_id,
        actor=actor,
        memo=memo,
    )


def _lock(client_id: int, total: Money, *more: Ref) -> dict[str, Account]:
    """Lock the client's accounts, and `more` in the same order; returns them by purpose."""
    require_transaction()
    if total.minor < 0:
        raise ValueError("an amount below zero cannot be set aside")
    refs = [Ref(CLIENT, client_id, purpose, total.currency) for purpose in PURPOSES[CLIENT]]
    return {ref.purpose: row for ref, row in lock([*refs, *more]).items()}


def _split(row: Reservation, total: Money, immediate: bool, locked: dict[str, Account]) -> tuple[int, int]:
    """How much of `total` comes from cash and from terms, counting what the row already holds as free."""
    cash = locked[CASH].balance_minor + row.cash_minor
    terms = 0 if immediate else locked[TERMS].balance_minor + row.terms_minor
    if total.minor > cash + terms:
        short = Money(total.minor - cash - terms, total.currency)
        raise InsufficientFunds(CLIENT, row.client_id, CASH if immediate else TO_SPEND, short)
    from_terms = min(total.minor, terms)
    return total.minor - from_terms, from_terms


def _move(
    row: Reservation,
    kind: str,
    split: tuple[int, int],
    key: str,
    at: datetime,
    actor: Actor | None,
    memo: str,
) -> None:
    """Bring the reservation to this split, by one posting when anything moves."""
    cash, terms = (Money(minor, row.currency) for minor in split)
    legs = _legs(row, cash - row.cash, terms - row.terms)
    if legs:
        post(
            kind,
            key=key,
            legs=legs,
            at=at,
            subject_type=row.subject_type,
            subject_id=row.subject_id,
            actor=actor,
            memo=memo,
        )
    row.cash_minor, row.terms_minor = split
    row.save()


def _legs(row: Reservation, cash: Money, terms: Money) -> Sequence[Leg]:
    legs = [
        Leg(CLIENT, row.client_id, CASH, -cash),
        Leg(CLIENT, row.client_id, RESERVED_CASH, cash),
        Leg(CLIENT, row.client_id, TERMS, -terms),
        Leg(CLIENT, row.client_id, RESERVED_TERMS, terms),
    ]
    return [leg for leg in legs if leg.amount]


def _close(
    client_id: int,
    state: Reservation.State,
    subject_type: str,
    subject_id: int,
    key: str,
    at: datetime,
    actor: Actor | None,
) -> Reservation:
    kind = f"reservation.{state.value}"
    newest = _newest(subject_type, subject_id).first()
    if newest is None or newest.client_id != client_id:
        raise WrongState("No funds are set aside for this.")
    _lock(client_id, newest.total)
    if _repeated(key, kind, subject_type, subject_id, ""):
        return _newest(subject_type, subject_id)[0]
    row = _open(client_id, subject_type, subject_id)
    legs = _legs(row, -row.cash, -row.terms)
    if legs:
        post(kind, key=key, legs=legs, at=at, subject_type=subject_type, subject_id=subject_id, actor=actor)
    row.state, row.closed_at = state, at
    row.save(update_fields=["state", "closed_at"])
    return row


def _open(client_id: int, subject_type: str, subject_id: int) -> Reservation:
    row = reserved(subject_type, subject_id)
    if row is None or row.client_id != client_id:
        raise WrongState("No funds are set aside for this.")
    return row


def _newest(subject_type: str, subject_id: int) -> QuerySet[Reservation]:
    return Reservation.objects.filter(subject_type=subject_type, subject_id=subject_id).order_by("-pk")


def _memo(total: Money, immediate: bool) -> str:
    return f"{total} from cash" if immediate else f"{total} from terms, then cash"


def _repeated(key: str, kind: str, subject_type: str, subject_id: int, memo: str) -> bool:
    """Whether this very act was done before; raises Conflict when the key was used for another one."""
    earlier = Posting.objects.filter(key=key).first()
    if earlier is None:
        return False
    if (earlier.kind, earlier.subject_type, earlier.subject_id, earlier.memo) != (
        kind,
        subject_type,
        subject_id,
        memo,
    ):
        raise Conflict("This was already done with other amounts.")
    return True
