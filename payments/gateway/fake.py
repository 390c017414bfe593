"""The built-in demo gateway: no money moves anywhere. Only for development settings."""

import hashlib

from common.money import Money
from payments.gateway.base import Receipt

REFUSED_MINOR = 13
"""Amounts that end in .13 are declined, so that the failure can be seen."""


class DemoGateway:
    """Answers at once, and the same for the same key."""

    def collect(self, key: str, amount: Money, payer: str) -> Receipt:
        if amount.minor % 100 == REFUSED_MINOR:
            return Receipt(False, why_not="The demo bank declines amounts that end in .13.")
        return Receipt(True, reference=f"DEMO-{hashlib.sha256(key.encode()).hexdigest()[:12].upper()}")
