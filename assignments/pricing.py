"""What work costs: pure functions over terms. Preview, check page, approval and invoice all ask here.

Rates are minor units per hour or unit; time is whole minutes. Billable time is summed over the visits, rounded once
up to the minute; an amount is rate x minutes / 60, rounded half up, then capped (decisions.md D20, domain.md 3.2).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from assignments.states import PricingType
from common.money import Money, half_up


@dataclass(frozen=True, slots=True)
class Terms:
    """The price of an assignment or offer. `price_minor`: flat price, or the rate per hour or unit."""

    pricing_type: str
    currency: str
    price_minor: int
    max_minutes: int = 0
    max_units: int = 0
    extra_price_minor: int = 0
    extra_max_minutes: int = 0

    @property
    def budget(self) -> Money:
        """The most that the base pay can come to."""
        return self.pay(minutes=self.billable_cap, units=self.max_units)

    @property
    def billable_cap(self) -> int:
        """Minutes that can be paid at most; 0 where time is not what is paid."""
        if self.pricing_type == PricingType.HOURLY:
            return self.max_minutes
        if self.pricing_type == PricingType.BLENDED:
            return self.max_minutes + self.extra_max_minutes
        return 0

    def pay(self, *, minutes: int, units: int = 0) -> Money:
        """Base pay for time worked or units done, never above the budget."""
        if self.pricing_type == PricingType.FLAT:
            amount = self.price_minor
        elif self.pricing_type == PricingType.UNIT:
            amount = self.price_minor * min(units, self.max_units)
        else:
            first = min(minutes, self.max_minutes)
            amount = half_up(self.price_minor * first, 60)
            if self.pricing_type == PricingType.BLENDED:
                more = min(max(minutes - self.max_minutes, 0), self.extra_max_minutes)
                amount += half_up(self.extra_price_minor * more, 60)
        return Money(amount, self.currency)


@dataclass(frozen=True, slots=True)
class Cost:
    """What an amount of worker pay means for the client."""

    worker: Money
    fee: Money

    @property
    def total(self) -> Money:
        return self.worker + self.fee


def cost(worker: Money, fee_bps: int) -> Cost:
    """The client's platform fee is on top of all that the worker gets."""
    return Cost(worker, worker.percent(fee_bps))


def worker_total(base: Money, *, expenses: Money, bonus: Money) -> Money:
    """Base pay + approved expenses + approved bonus (domain.md 5.6)."""
    return base + expenses + bonus


def billable_minutes(visits: Iterable[tuple[datetime, datetime]]) -> int:
    """Minutes of all closed visits together, rounded once up to the full minute."""
    total = sum((out - came for came, out in visits), timedelta())
    seconds = total.days * 86_400 + total.seconds + (1 if total.microseconds else 0)
    return -(-seconds // 60)
