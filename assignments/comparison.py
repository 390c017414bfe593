"""Offers side by side (ux.md 6.5): what each would cost and mean, the worker's record, and the best match in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from assignments import candidates
from assignments.matching import VERSION, Ask, Match, rank
from assignments.models import Application, Assignment
from assignments.presenting import price_words, schedule_words
from assignments.requirements import Lines, Mark
from assignments.scorecard import Share
from assignments.states import ApplicationState, PricingType
from common import clock
from common.money import Money
from common.when import miles

SORTS: Final = {"best": "Best match", "lowest": "Lowest cost", "nearest": "Nearest", "on_time": "On time"}
RULES: Final = {
    "best": f"Best match, rule {VERSION}: cost, schedule, distance and record, each with its weight. Open Why below a "
    "worker to see what each factor gave.",
    "lowest": "Lowest cost for you first, fee and expenses included.",
    "nearest": "Nearest first, in a straight line to the middle of the site's area.",
    "on_time": "Highest On-Time first, of equals the one with more work counted; workers without a record come last.",
}
FAR: Final = 1e9


@dataclass(frozen=True, slots=True)
class Line:
    """One offer, ready to draw. `match` is None for an offer that is decided, and for one that is not judged."""

    offer: Application
    name: str
    area: str
    distance: str
    miles_away: float
    schedule: str
    keeps_schedule: bool
    price: str
    asks: Money
    total: Money
    added: Money
    is_expired: bool
    match: Match | None = None

    @property
    def asked(self) -> str:
        """ "$68.00 per hour, at most 6 h and $20.00 for expenses: $428.00 at most"."""
        offer = self.offer
        spent = (
            f" and {Money(offer.expenses_minor, offer.currency)} for expenses" if offer.expenses_minor else ""
        )
        is_plain = offer.pricing_type == PricingType.FLAT and not spent
        return f"{self.price}{spent}" if is_plain else f"{self.price}{spent}: {self.asks} at most"

    @property
    def reason(self) -> str:
        return self.offer.reason

    @property
    def marks(self) -> tuple[Mark, ...]:
        return self.match.marks if self.match else ()

    @property
    def on_time(self) -> Share | None:
        return self.match.facts.on_time if self.match else None

    @property
    def satisfaction(self) -> Share | None:
        return self.match.facts.satisfaction if self.match else None


def lines(
    row: Assignment, offers: Sequence[Application], sort: str = "best", wanted: Lines | None = None
) -> list[Line]:
    """These offers judged against each other, in the order asked for. A constant number of queries.

    Their workers need `user` and `skills` loaded; no worker has two of them. `wanted`: the requirements, if read.
    """
    now = clock.now()
    asks = {one.worker_id: Ask(_total(one, row), one.schedule == row.schedule) for one in offers}
    ranked = rank(row, [one.worker for one in offers], asks, wanted)
    by_worker = {one.worker_id: one for one in offers}
    found = [line(by_worker[match.worker.pk], row, now, match) for match in ranked]
    return sorted(found, key=KEYS[sort]) if sort in KEYS else found


def line(offer: Application, row: Assignment, now: datetime, match: Match | None = None) -> Line:
    """One offer in words."""
    far = candidates.distance(offer.worker, row)
    keeps = offer.schedule == row.schedule
    total = _total(offer, row)
    return Line(
        offer=offer,
        name=str(offer.worker),
        area=offer.worker.area,
        distance=miles(far) if far is not None else "",
        miles_away=FAR if far is None else far,
        schedule="As asked" if keeps else offered_schedule(offer, row),
        keeps_schedule=keeps,
        price=price_words(offer.terms),
        asks=offer.asks,
        total=total,
        added=total - row.cost_most.total,
        is_expired=offer.state == ApplicationState.PENDING and offer.is_over(now),
        match=match,
    )


def offered_schedule(offer: Application, row: Assignment) -> str:
    """The offered schedule in the site's zone."""
    shown = Assignment(
        schedule_kind=offer.schedule_kind,
        start_at=offer.start_at,
        window_end_at=offer.window_end_at,
        time_zone=row.time_zone,
    )
    return schedule_words(shown)


def _total(offer: Application, row: Assignment) -> Money:
    return offer.cost(row.fee_bps).total


def _by_record(one: Line) -> tuple[float, int, int]:
    share = one.on_time
    if share is None or share.percent is None:
        return (1.0, 0, one.offer.pk)
    return (-share.percent, -share.counted, one.offer.pk)


KEYS: dict[str, Callable[[Line], Any]] = {
    "lowest": lambda one: (one.total.minor, one.miles_away, one.offer.pk),
    "nearest": lambda one: (one.miles_away, one.total.minor, one.offer.pk),
    "on_time": _by_record,
}
"""The orders beside best match, which matching.py gives."""
