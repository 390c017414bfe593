"""Finding and locking accounts."""

import re
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Final, NamedTuple

from django.db.models import Q

from common.money import Money
from ledger import purposes
from ledger.models import Account

_CURRENCY: Final = re.compile(r"[A-Z]{3}")


class Ref(NamedTuple):
    """What names an account."""

    owner_kind: str
    owner_id: int
    purpose: str
    currency: str


def account(owner_kind: str, owner_id: int, purpose: str, currency: str) -> Account:
    """The account of that name, made when it is missing. Raises ValueError for a name that may not exist."""
    ref = Ref(owner_kind, owner_id, purpose, currency)
    found = Account.objects.filter(**ref._asdict()).first()
    if found is None:
        _make([ref])
        found = Account.objects.get(**ref._asdict())
    return found


def balance(owner_kind: str, owner_id: int, purpose: str, currency: str) -> Money:
    """What Onsite owes that owner for that purpose; zero where there is no account yet."""
    rows = Account.objects.filter(
        owner_kind=owner_kind, owner_id=owner_id, purpose=purpose, currency=currency
    )
    return Money(rows.values_list("balance_minor", flat=True).first() or 0, currency)


def balances(owner_kind: str, owner_id: int, currency: str) -> dict[str, Money]:
    """All balances of an owner in one currency, by purpose, in one query."""
    rows = Account.objects.filter(owner_kind=owner_kind, owner_id=owner_id, currency=currency)
    found = {row.purpose: row.balance for row in rows}
    return {name: found.get(name, Money.zero(currency)) for name in purposes.PURPOSES[owner_kind]}


def lock(refs: Iterable[Ref]) -> dict[Ref, Account]:
    """Lock these accounts by ascending id until the transaction ends, making the missing ones first.

    A transaction with several postings locks all their accounts here first: then two of them cannot wait for
    each other. Must be in a transaction.
    """
    wanted = set(refs)
    found = _locked(wanted)
    if len(found) < len(wanted):
        _make(sorted(wanted - found.keys()))
        found = _locked(wanted)
    return found


def _locked(refs: set[Ref]) -> dict[Ref, Account]:
    named = reduce(or_, (Q(**ref._asdict()) for ref in sorted(refs)))
    rows = Account.objects.select_for_update(no_key=True).filter(named).order_by("pk")
    return {Ref(row.owner_kind, row.owner_id, row.purpose, row.currency): row for row in rows}


def _make(refs: list[Ref]) -> None:
    for ref in refs:
        purposes.check(ref.owner_kind, ref.purpose)
        if not _CURRENCY.fullmatch(ref.currency):
            raise ValueError(f"{ref.currency!r} is no currency code")
    Account.objects.bulk_create(
        [Account(**ref._asdict(), overdraft=ref.purpose in purposes.OVERDRAFT) for ref in refs],
        ignore_conflicts=True,
    )
