"""What a worker asks of Find Work, as one value that forms, saved searches and mails share."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from common import places
from workers.models import Worker

SOONEST, NEAREST, PAY, RATE, BEST = "soonest", "nearest", "pay", "rate", "best"
RADII: Final = (10, 25, 50, 100, 250)
"""Miles that the form offers beside the worker's own radius."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where distances count from: degrees rounded to two decimals, and how the place is called."""

    lat: float
    lon: float
    words: str
    is_home: bool = False

    def miles_to(self, lat: float | None, lon: float | None) -> float | None:
        """The straight-line distance to a rounded place; None when it has none."""
        return None if lat is None or lon is None else places.miles(self.lat, self.lon, lat, lon)


def home_of(worker: Worker) -> Origin | None:
    """The worker's home as an origin; None while the profile has no coordinates."""
    if worker.lat is None or worker.lon is None:
        return None
    return Origin(round(worker.lat, 2), round(worker.lon, 2), worker.area, is_home=True)


@dataclass(frozen=True, slots=True)
class Search:
    """`within` in miles, None for any distance; days are the worker's own; money in minor units.

    `where`: "remote" or "on_site", "" for both. `client` is a part of a company's name.
    """

    text: str = ""
    origin: Origin | None = None
    within: int | None = None
    from_day: date | None = None
    to_day: date | None = None
    pay_minor: int | None = None
    rate_minor: int | None = None
    skill_id: int | None = None
    industry: str = ""
    kind: str = ""
    where: str = ""
    client: str = ""
    fastfunds: bool = False
    qualified: bool = False
    sort: str = SOONEST
