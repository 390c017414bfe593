"""Balances of the past, from entries alone: what an account held at any instant (domain.md 5.4).

The cached figure of an account is only a quicker way to the same answer; the audit compares the two. An instant
includes what was posted at it.
"""

from datetime import datetime

from django.db.models import Q, Sum

from common.money import Money
from ledger import purposes
from ledger.models import Account, Entry


def balance_at(owner_kind: str, owner_id: int, purpose: str, currency: str, at: datetime) -> Money:
    """What Onsite owed that owner for that purpose at that instant, in one query."""
    rows = Entry.objects.filter(
        account__owner_kind=owner_kind,
        account__owner_id=owner_id,
        account__purpose=purpose,
        account__currency=currency,
        at__lte=at,
    )
    return Money(rows.aggregate(total=Sum("amount_minor"))["total"] or 0, currency)


def balances_at(
    owner_kind: str, owner_id: int, currency: str, at: datetime, *, before: bool = False
) -> dict[str, Money]:
    """All balances of an owner in one currency at that instant, by purpose, in one query.

    With `before` what was posted at that very instant does not count yet: the opening balances of a month.
    """
    until = Q(entries__at__lt=at) if before else Q(entries__at__lte=at)
    rows = Account.objects.filter(owner_kind=owner_kind, owner_id=owner_id, currency=currency)
    totals = dict(rows.values_list("purpose").annotate(total=Sum("entries__amount_minor", filter=until)))
    return {name: Money(totals.get(name) or 0, currency) for name in purposes.PURPOSES[owner_kind]}
