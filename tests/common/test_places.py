"""The postcode set: coordinates, states, zones and distances."""

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import validate_time_zone
from common import places


@pytest.mark.parametrize(
    ("postcode", "state", "zone"),
    [
        ("10001", "NY", "America/New_York"),
        ("43215", "OH", "America/New_York"),
        ("43215-1234", "OH", "America/New_York"),
        (" 60601 ", "IL", "America/Chicago"),
        ("80202", "CO", "America/Denver"),
        ("98101", "WA", "America/Los_Angeles"),
        ("85004", "AZ", "America/Phoenix"),
        ("79901", "TX", "America/Denver"),
        ("37203", "TN", "America/Chicago"),
        ("37919", "TN", "America/New_York"),
        ("46402", "IN", "America/Chicago"),
        ("99501", "AK", "America/Anchorage"),
        ("96813", "HI", "Pacific/Honolulu"),
        ("00901", "PR", "America/Puerto_Rico"),
    ],
)
def test_find_knows_state_and_zone(postcode: str, state: str, zone: str) -> None:
    place = places.find(postcode)
    assert place is not None
    assert (place.region, place.time_zone, place.city) == (state, zone, "")
    assert place.postcode == postcode.strip()[:5]


NO_POSTCODES = ["", "4321", "432155", "43215-", "43215-12", "SW1A 1AA", "٤٣٢١٥", "00000", "-4321", "²2222"]


@pytest.mark.parametrize("text", NO_POSTCODES)
def test_find_refuses_what_is_no_postcode(text: str) -> None:
    assert places.find(text) is None


def test_only_us_postcodes_are_known() -> None:
    assert places.find("10115", "DE") is None
    assert places.find("43215", "us") is not None


def test_distances_are_those_of_the_map() -> None:
    columbus, cleveland = places.find("43215"), places.find("44114")
    assert columbus is not None
    assert cleveland is not None
    assert places.miles(columbus.lat, columbus.lon, cleveland.lat, cleveland.lon) == pytest.approx(127, abs=3)
    assert places.miles(0, 0, 0, 180) == pytest.approx(12437, abs=3)


@given(st.floats(-60, 70), st.floats(-170, 170), st.floats(1, 500), st.floats(0, 360))
def test_box_holds_the_circle(lat: float, lon: float, radius: float, bearing: float) -> None:
    south, north, west, east = places.box(lat, lon, radius)
    for other in ((south - 0.01, lon), (north + 0.01, lon)):
        assert places.miles(lat, lon, *other) > radius * 0.999
    assert west < lon < east


def test_every_postcode_has_a_state_with_a_zone() -> None:
    codes, _, _ = places._table()
    texts = [f"{code:05d}" for code in codes]
    assert [text for text in texts if not places.region(text)] == []
    zones = {places.time_zone(text) for text in texts}
    assert "" not in zones
    for zone in zones:
        validate_time_zone(zone)


def test_the_file_is_the_recorded_one() -> None:
    recorded = re.search(r"\| ([0-9a-f]{64}) \|", (places.DATA.parent / "VENDORED.md").read_text())
    assert recorded is not None
    assert hashlib.sha256(places.DATA.read_bytes()).hexdigest() == recorded.group(1)
    assert places.DATA.stat().st_size < 3_000_000
