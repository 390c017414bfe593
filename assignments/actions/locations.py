"""A saved location as what an assignment keeps of it: a copy, so that later changes of it touch no agreed work."""

from typing import Any, Final

from clients.models import Location
from common import places

Where = tuple[dict[str, Any], dict[str, Any]]
"""Columns of the assignment, and those of its private site."""
AREA: Final = ("city", "region", "postcode", "country", "time_zone")
SITE: Final = ("name", "number", "street", "contact_name", "contact_phone", "contact_email", "instructions")


def from_location(saved: Location) -> Where:
    """Columns and site of an assignment at that location. Without coordinates those of its postcode are taken."""
    lat, lon = saved.lat, saved.lon
    if lat is None or lon is None:
        known = places.find(saved.postcode, saved.country)
        lat, lon = (known.lat, known.lon) if known else (None, None)
    columns = {"is_virtual": False, **{name: getattr(saved, name) for name in AREA}}
    return columns, {**{name: getattr(saved, name) for name in SITE}, "lat": lat, "lon": lon}
