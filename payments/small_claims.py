"""The small-claims lane (N6): which disputes go there by themselves, and how figures that cross meet. Pure rules.

Published in docs/money/small-claims.md and on the page where a figure is given; both read these functions.
"""

from common.money import Money
from payments.limits import by_currency


def limit(currency: str) -> int:
    """The amount in minor units below which a dispute is a small claim; 0 where there is no lane.

    ONSITE_SMALL_CLAIMS_BELOW is one number for every currency ("30000"), or one for each ("USD:30000,JPY:40000"): then
    other currencies have no lane. Raises ImproperlyConfigured for anything else.
    """
    limits = by_currency("ONSITE_SMALL_CLAIMS_BELOW")
    return limits.get(currency, limits.get("", 0))


def is_small(amount: Money) -> bool:
    """Whether a dispute about this pay goes to the lane. Where nothing is to be paid there is nothing to offer."""
    return 0 < amount.minor < limit(amount.currency)


def cross(offered: Money, asked: Money) -> bool:
    """The client offers at least what the worker asks."""
    return offered >= asked


def middle(offered: Money, asked: Money) -> Money:
    """Half-way between two figures that cross; half a minor unit goes to the worker."""
    return Money((offered.minor + asked.minor + 1) // 2, offered.currency)


def by_silence(amount: Money, offered: Money | None, asked: Money | None) -> Money:
    """What holds when the time has passed and at least one side gave no figure.

    The one figure that was given, at most the amount in dispute; without any figure, the agreed amount in full.
    """
    given = offered if offered is not None else asked
    return amount if given is None else min(given, amount)
