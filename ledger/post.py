"""The one writer of the books. Nothing is edited: what was wrong is taken back by a posting of its own."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Value, When

from accounts.actor import Actor, actor_user
from common.errors import Conflict, WrongState
from common.money import Money
from ledger.accounts import Ref, lock
from ledger.errors import InsufficientFunds
from ledger.models import Account, Entry, Posting
from timeline.record import require_transaction


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a movement: positive when Onsite will owe that owner more. Zero legs are left out."""

    owner_kind: str
    owner_id: int
    purpose: str
    amount: Money

    @property
    def ref(self) -> Ref:
        return Ref(self.owner_kind, self.owner_id, self.purpose, self.amount.currency)


REVERSED: Final = "posting.reversed"


def post(
    kind: str,
    *,
    key: str,
    legs: Sequence[Leg],
    at: datetime,
    subject_type: str = "",
    subject_id: int = 0,
    actor: Actor | None = None,
    memo: str = "",
) -> Posting:
    """Move money, in the caller's transaction and a constant number of queries.

    The same `key` with the same legs again returns the first posting; with other legs it raises Conflict.
    Raises InsufficientFunds when an account would go below zero (nothing is written), ValueError for legs
    that do not sum to zero in each currency, RuntimeError outside a transaction.
    """
    posting = Posting(
        id=uuid.uuid4(),
        key=key,
        kind=kind,
        at=at,
        memo=memo,
        subject_type=subject_type,
        subject_id=subject_id,
        actor=actor_user(actor) if actor is not None else None,
    )
    return _put(posting, legs)


def reverse(
    posting_id: uuid.UUID, *, key: str, at: datetime, actor: Actor | None = None, memo: str = ""
) -> Posting:
    """Take a posting back, in the caller's transaction: the same accounts, each leg with the other sign.

    It stands beside the first one with the same subject, once at most: the database refuses a second one, and one
    that is no mirror. The same key again returns the first reversal. Raises WrongState when it was taken back already
    or takes back itself, InsufficientFunds when the money is spent by now (nothing is written).
    """
    require_transaction()
    wrong = Posting.objects.get(pk=posting_id)
    if wrong.reverses_id is not None:
        raise WrongState("What takes a posting back is not taken back itself. Post it anew.")
    earlier = Posting.objects.filter(reverses_id=posting_id).first()
    if earlier is not None and earlier.key != key:
        raise WrongState("This was taken back already.")
    legs = [
        Leg(entry.account.owner_kind, entry.account.owner_id, entry.account.purpose, -entry.amount)
        for entry in wrong.entries.select_related("account").order_by("pk")
    ]
    mirror = Posting(
        id=uuid.uuid4(),
        key=key,
        kind=REVERSED,
        at=at,
        memo=memo,
        subject_type=wrong.subject_type,
        subject_id=wrong.subject_id,
        actor=actor_user(actor) if actor is not None else None,
        reverses=wrong,
    )
    return _put(mirror, legs)


def _put(posting: Posting, legs: Sequence[Leg]) -> Posting:
    """Lock the accounts, ask whether the key was used, check, write."""
    require_transaction()
    moved = [leg for leg in legs if leg.amount]
    check_balanced(moved)
    locked = lock(leg.ref for leg in moved)
    earlier = Posting.objects.filter(key=posting.key).first()
    if earlier is not None:
        return same(earlier, moved, locked)
    check_covered(moved, locked)
    _write(posting, moved, locked)
    return posting


def check_balanced(legs: Sequence[Leg]) -> None:
    """Raise ValueError unless there are at least two legs and they sum to zero in each currency."""
    sums: dict[str, int] = defaultdict(int)
    for leg in legs:
        sums[leg.amount.currency] += leg.amount.minor
    if len(legs) < 2 or any(sums.values()):
        raise ValueError(f"the legs do not sum to zero: {dict(sums)}")


def check_covered(legs: Sequence[Leg], locked: Mapping[Ref, Account]) -> None:
    """Raise InsufficientFunds for the first leg whose account would end below zero."""
    changes = _changes(legs)
    for leg in legs:
        row = locked[leg.ref]
        after = row.balance_minor + changes[leg.ref]
        if after < 0 and not row.overdraft and leg.amount.minor < 0:
            raise InsufficientFunds(
                leg.owner_kind, leg.owner_id, leg.purpose, Money(-after, leg.amount.currency)
            )


def same(posting: Posting, legs: Sequence[Leg], locked: Mapping[Ref, Account]) -> Posting:
    """The earlier posting, when it moved exactly this; raises Conflict otherwise."""
    then = Counter(posting.entries.values_list("account_id", "amount_minor"))
    if then != Counter((locked[leg.ref].pk, leg.amount.minor) for leg in legs):
        raise Conflict("This payment was already made with other amounts.")
    return posting


def _changes(legs: Sequence[Leg]) -> dict[Ref, int]:
    changes: dict[Ref, int] = defaultdict(int)
    for leg in legs:
        changes[leg.ref] += leg.amount.minor
    return changes


def _write(posting: Posting, legs: Sequence[Leg], locked: Mapping[Ref, Account]) -> None:
    """Balances, entries, then the posting: the triggers judge the whole when it arrives."""
    changes = {locked[ref].pk: change for ref, change in _changes(legs).items() if change}
    entries = [
        Entry(
            posting_id=posting.pk,
            account=locked[leg.ref],
            at=posting.at,
            amount_minor=leg.amount.minor,
            currency=leg.amount.currency,
        )
        for leg in legs
    ]
    try:
        with transaction.atomic():
            Account.objects.filter(pk__in=changes).update(
                balance_minor=F("balance_minor")
                + Case(*(When(pk=pk, then=Value(change)) for pk, change in changes.items()), default=Value(0))
            )
            Entry.objects.bulk_create(entries)
            posting.save(force_insert=True)
    except IntegrityError as error:
        if Posting.objects.filter(key=posting.key).exists():
            raise Conflict("This payment was already made with other amounts.") from error
        if posting.reverses_id and Posting.objects.filter(reverses_id=posting.reverses_id).exists():
            raise WrongState("This was taken back already.") from error
        raise
