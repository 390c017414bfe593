"""Amounts from which on money needs more than one person, by currency (settings, in minor units)."""

from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from common.money import Money

NAME: Final = "ONSITE_DEPOSIT_SECOND_PERSON_ABOVE"


def by_currency(text: str) -> dict[str, int]:
    """Read "2500000" (every currency) or "USD:2500000,JPY:3000000"; the key "" stands for every other currency.

    Empty: no limit, one person always suffices. Raises ImproperlyConfigured for anything else.
    """
    found: dict[str, int] = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        code, _, figure = part.rpartition(":")
        if not figure.strip().isdecimal() or (
            code and not (code.isalpha() and code.isupper() and len(code) == 3)
        ):
            raise ImproperlyConfigured(
                f"{NAME} reads like 2500000 or USD:2500000,JPY:3000000; {part!r} does not."
            )
        found[code] = int(figure)
    return found


def needs_second(amount: Money) -> bool:
    """Whether a deposit of that amount waits for a second admin: above the limit, not at it."""
    limits = by_currency(settings.ONSITE_DEPOSIT_SECOND_PERSON_ABOVE)
    limit = limits.get(amount.currency, limits.get(""))
    return limit is not None and amount.minor > limit
