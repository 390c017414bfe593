"""Amounts by currency that settings give in minor units, and what they decide."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from common.money import Money


def by_currency(name: str) -> dict[str, int]:
    """Read the setting of that name: "2500000" (every currency) or "USD:2500000,JPY:3000000"; the key "" stands for
    every other currency.

    Empty: no figures. Raises ImproperlyConfigured for anything else.
    """
    found: dict[str, int] = {}
    for part in filter(None, (one.strip() for one in getattr(settings, name).split(","))):
        code, _, figure = part.rpartition(":")
        if not figure.strip().isdecimal() or (
            code and not (code.isalpha() and code.isupper() and len(code) == 3)
        ):
            raise ImproperlyConfigured(
                f"{name} reads like 2500000 or USD:2500000,JPY:3000000; {part!r} does not."
            )
        found[code] = int(figure)
    return found


def needs_second(amount: Money) -> bool:
    """Whether a deposit of that amount waits for a second admin: above the limit, not at it; never without one."""
    limits = by_currency("ONSITE_DEPOSIT_SECOND_PERSON_ABOVE")
    limit = limits.get(amount.currency, limits.get(""))
    return limit is not None and amount.minor > limit
