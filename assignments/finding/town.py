"""A place as a person types it: a postcode, a town where work is open, or coordinates (decisions.md D22)."""

import re
from statistics import median
from typing import Final

from django.db.models import Q

from assignments import search
from assignments.finding.asked import Origin
from assignments.models import Findable
from common import places
from common.errors import Invalid

_POINT: Final = re.compile(r"(-?\d{1,2}(?:\.\d{1,8})?)\s*[,; ]\s*(-?\d{1,3}(?:\.\d{1,8})?)")
LOOKED_AT: Final = 200
"""Rows of a town that are looked at: for its middle, and to see whether two states have one of that name."""


def origin(text: str, field: str) -> Origin:
    """Where distances shall count from. Raises Invalid at `field` with what to type instead."""
    bare = " ".join(text.split())
    if place := places.find(bare):
        return Origin(round(place.lat, 2), round(place.lon, 2), f"{place.postcode}, {place.region}")
    if point := _POINT.fullmatch(bare):
        return _point(float(point[1]), float(point[2]), field)
    return _town(bare, field)


def _point(lat: float, lon: float, field: str) -> Origin:
    if abs(lat) > 90 or abs(lon) > 180:
        raise Invalid("Enter latitude up to 90 and longitude up to 180, for example 40.71, -74.01.", field)
    return Origin(round(lat, 2), round(lon, 2), f"{lat:.2f}, {lon:.2f}")


def _town(text: str, field: str) -> Origin:
    """The town of that name that has work on the marketplace; the state is only needed where there are two."""
    wanted = ", ".join(part.strip() for part in text.lower().split(",") if part.strip())
    rows = (
        search.matching(Findable.objects.filter(lat__isnull=False), wanted)
        if wanted
        else Findable.objects.none()
    )
    named = rows.filter(Q(town=wanted) | Q(town__startswith=f"{wanted},"))
    found: dict[str, list[tuple[float, float]]] = {}
    for town, lat, lon in named.values_list("town", "lat", "lon")[:LOOKED_AT]:
        if lat is not None and lon is not None:
            found.setdefault(town, []).append((lat, lon))
    if not found:
        raise Invalid("Enter a US postcode, or a town that has open work, for example 43215.", field)
    if len(found) > 1:
        example = _spoken(min(found))
        raise Invalid(f"There are several of that name. Add the state, for example {example}.", field)
    (town, spots), *_ = found.items()
    lat, lon = (median(one) for one in zip(*spots, strict=True))
    return Origin(round(lat, 2), round(lon, 2), _spoken(town))


def _spoken(town: str) -> str:
    """ "Albany, NY" of "albany, ny"."""
    city, _, region = town.partition(", ")
    return ", ".join(
        part for part in (city.title(), region.upper() if len(region) == 2 else region.title()) if part
    )
