"""US postcodes: where they lie, which state and which time zone they are in, without a call outside (D22).

The coordinates come from a file of the US Census (common/data/VENDORED.md); states and zones follow from the
first three digits of a postcode.
"""

import csv
import gzip
import re
from array import array
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from math import asin, cos, degrees, radians, sin, sqrt
from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).parent / "data" / "us_postcodes.csv.gz"
EARTH_RADIUS_MILES: Final = 3958.8
_FIVE: Final = re.compile(r"([0-9]{5})(?:-[0-9]{4})?")

_STATES: Final = (
    "005:NY 006-007:PR 008:VI 009:PR 010-027:MA 028-029:RI 030-038:NH 039-049:ME 050-054:VT 055:MA "
    "056-059:VT 060-069:CT 070-089:NJ 100-149:NY 150-196:PA 197-199:DE 200:DC 201:VA 202-205:DC "
    "206-219:MD 220-246:VA 247-268:WV 270-289:NC 290-299:SC 300-319:GA 320-339:FL 341-342:FL 344:FL "
    "346-347:FL 349:FL 350-369:AL 370-385:TN 386-397:MS 398-399:GA 400-427:KY 430-459:OH 460-479:IN "
    "480-499:MI 500-528:IA 530-549:WI 550-567:MN 569:DC 570-577:SD 580-588:ND 590-599:MT 600-629:IL "
    "630-658:MO 660-679:KS 680-693:NE 700-714:LA 716-729:AR 730-732:OK 733:TX 734-749:OK 750-799:TX "
    "800-816:CO 820-831:WY 832-838:ID 840-847:UT 850-865:AZ 870-884:NM 885:TX 889-898:NV 900-961:CA "
    "967-968:HI 969:GU 970-979:OR 980-994:WA 995-999:AK"
)
_ZONES: Final = {
    "America/New_York": "CT DC DE FL GA IN KY MA MD ME MI NC NH NJ NY OH PA RI SC TN VA VT WV",
    "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TX WI",
    "America/Denver": "CO ID MT NM UT WY",
    "America/Los_Angeles": "CA NV OR WA",
    "America/Phoenix": "AZ",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
    "America/Puerto_Rico": "PR VI",
    "Pacific/Guam": "GU",
}
_ZONES_OF_PARTS: Final = {
    "America/Chicago": "324-325 370-372 380-385 420-424 463-464 476-477 498-499",
    "America/Denver": "576-577 691 693 798-799 885 979",
    "America/Los_Angeles": "835 838",
}
"""Parts of states whose clocks differ from most of the state, by the first three digits."""


@dataclass(frozen=True, slots=True)
class Place:
    """The middle of a postcode's area, in degrees. `city` is empty: the Census names none."""

    postcode: str
    city: str
    region: str
    lat: float
    lon: float

    @property
    def time_zone(self) -> str:
        """The usual IANA zone there."""
        return time_zone(self.postcode)


def find(postcode: str, country: str = "US") -> Place | None:
    """The place of a postcode ("43215", "43215-1234"); None when it is not in the set or not in the US."""
    five = _five(postcode) if country.upper() == "US" else ""
    if not five:
        return None
    codes, lats, lons = _table()
    at = bisect_left(codes, int(five))
    if at == len(codes) or codes[at] != int(five):
        return None
    return Place(five, "", region(five), round(lats[at], 4), round(lons[at], 4))


def region(postcode: str) -> str:
    """The state's two letters, or "" for no US postcode."""
    return _by_prefix(_STATES.split()).get(_five(postcode)[:3], "")


def time_zone(postcode: str) -> str:
    """The zone that most of the area uses, as a form's default; "" when unknown."""
    prefix = _five(postcode)[:3]
    parts = [f"{part}:{zone}" for zone, spans in _ZONES_OF_PARTS.items() for part in spans.split()]
    return _by_prefix(parts).get(prefix) or zone_of_region(region(postcode))


def zone_of_region(state: str) -> str:
    """The zone that most of a state uses; "" for no US state."""
    return next((zone for zone, states in _ZONES.items() if state.strip().upper() in states.split()), "")


def miles(lat: float, lon: float, lat2: float, lon2: float) -> float:
    """The straight-line distance of two points given in degrees, in statute miles."""
    up, over = radians(lat2 - lat), radians(lon2 - lon)
    chord = sin(up / 2) ** 2 + cos(radians(lat)) * cos(radians(lat2)) * sin(over / 2) ** 2
    return 2 * EARTH_RADIUS_MILES * asin(sqrt(min(1.0, chord)))


def on_globe(lat: float, lon: float) -> tuple[float, float, float]:
    """A point given in degrees on a globe of radius 1: two such points are as far apart as `chord` of their miles."""
    up, over = radians(lat), radians(lon)
    return cos(up) * cos(over), cos(up) * sin(over), sin(up)


def chord(distance: float) -> float:
    """How far apart two points of that globe are in a straight line through it, for a distance in miles on it."""
    return 2 * sin(min(distance / (2 * EARTH_RADIUS_MILES), radians(90)))


def box(lat: float, lon: float, radius_miles: float) -> tuple[float, float, float, float]:
    """South, north, west and east of a square around the circle, in degrees: a first sieve for a database.

    West and east may pass 180 degrees near the date line, where only the Aleutians lie.
    """
    up = degrees(radius_miles / EARTH_RADIUS_MILES)
    over = up / max(0.01, cos(radians(lat)))
    return lat - up, lat + up, lon - over, lon + over


def _five(postcode: str) -> str:
    found = _FIVE.fullmatch(postcode.strip())
    return found.group(1) if found else ""


@lru_cache(maxsize=4)
def _spread(parts: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in parts:
        span, _, value = part.partition(":")
        first, _, last = span.partition("-")
        found |= {f"{number:03d}": value for number in range(int(first), int(last or first) + 1)}
    return found


def _by_prefix(parts: list[str]) -> dict[str, str]:
    return _spread(tuple(parts))


@lru_cache(maxsize=1)
def _table() -> tuple["array[int]", "array[float]", "array[float]"]:
    """All postcodes in order with their coordinates: about 400 kB, read when first asked for."""
    codes, lats, lons = array("l"), array("f"), array("f")
    with gzip.open(DATA, "rt", encoding="ascii", newline="") as file:
        for row in csv.DictReader(file):
            codes.append(int(row["postcode"]))
            lats.append(float(row["lat"]))
            lons.append(float(row["lon"]))
    return codes, lats, lons


COUNTRIES: Final = (
    ("US", "United States"),
    ("AR", "Argentina"),
    ("AU", "Australia"),
    ("AT", "Austria"),
    ("BE", "Belgium"),
    ("BR", "Brazil"),
    ("CA", "Canada"),
    ("CL", "Chile"),
    ("CZ", "Czechia"),
    ("DK", "Denmark"),
    ("FI", "Finland"),
    ("FR", "France"),
    ("DE", "Germany"),
    ("IN", "India"),
    ("IE", "Ireland"),
    ("IT", "Italy"),
    ("JP", "Japan"),
    ("KW", "Kuwait"),
    ("MX", "Mexico"),
    ("NL", "Netherlands"),
    ("NZ", "New Zealand"),
    ("NO", "Norway"),
    ("PL", "Poland"),
    ("PT", "Portugal"),
    ("SG", "Singapore"),
    ("ZA", "South Africa"),
    ("ES", "Spain"),
    ("SE", "Sweden"),
    ("CH", "Switzerland"),
    ("AE", "United Arab Emirates"),
    ("GB", "United Kingdom"),
)
"""Countries that forms offer. Only those of the United States have coordinates by postcode."""
