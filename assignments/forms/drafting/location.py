"""Location: a saved one, an address typed here, or done remotely."""

from typing import Any
from zoneinfo import available_timezones

from django import forms

from assignments.forms.drafting.parts import Part, picked
from assignments.models import Assignment, Site
from clients.models import Location, Member
from common import places

SAVED, HERE, VIRTUAL = "saved", "here", "virtual"
ADDRESS = frozenset(
    {"site_name", "site_number", "street", "city", "region", "postcode", "country", "lat", "lon"}
)
CONTACT = frozenset({"contact_name", "contact_phone", "contact_email", "way_in"})
SITE = {
    "site_name": "name",
    "site_number": "number",
    "street": "street",
    "contact_name": "contact_name",
    "contact_phone": "contact_phone",
    "contact_email": "contact_email",
    "way_in": "instructions",
}
"""Inputs and the columns of the site that they fill."""
Where = tuple[dict[str, Any], dict[str, Any]]
"""Columns of the assignment, and those of its private site."""


class LocationPart(Part):
    place = forms.ChoiceField(
        label="Where", widget=forms.RadioSelect, choices=[(HERE, "This address"), (VIRTUAL, "Done remotely")]
    )
    location = forms.ModelChoiceField(
        Location.objects.none(), label="Saved location", required=False, empty_label="Choose"
    )
    site_name = forms.CharField(label="Location name", max_length=120, required=False)
    site_number = forms.CharField(label="Location number", max_length=40, required=False)
    street = forms.CharField(
        label="Street address", max_length=160, required=False, help_text="Shown to the assigned worker only."
    )
    city = forms.CharField(label="City", max_length=80, required=False)
    region = forms.CharField(label="State or region", max_length=80, required=False)
    postcode = forms.CharField(label="Postcode", max_length=16, required=False)
    country = forms.RegexField(
        r"^[A-Za-z]{2}$",
        label="Country",
        required=False,
        initial="US",
        error_messages={"invalid": "Enter the two letters of the country, for example US."},
        help_text="Two letters.",
    )
    time_zone = forms.ChoiceField(label="Time zone of the site")
    lat = forms.FloatField(label="Latitude", required=False, min_value=-90, max_value=90)
    lon = forms.FloatField(label="Longitude", required=False, min_value=-180, max_value=180)
    contact_name = forms.CharField(label="Site contact", max_length=120, required=False)
    contact_phone = forms.CharField(label="Contact's phone", max_length=40, required=False)
    contact_email = forms.EmailField(label="Contact's e-mail", max_length=254, required=False)
    way_in = forms.CharField(
        label="How to get in", max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    zone: str
    """The time zone of the site, "" while none is known; set by cleaning."""

    def offer_locations(self) -> None:
        """Let the inputs offer the company's saved locations, and its time zone first."""
        client = self.member.client
        fields: dict[str, Any] = self.fields
        locations = list(Location.objects.filter(client=client, is_active=True))
        fields["location"].queryset = Location.objects.filter(client=client, is_active=True)
        if locations:
            fields["place"].choices = [(SAVED, "A saved location"), *fields["place"].choices]
        self.has_locations = bool(locations)
        fields["time_zone"].choices = zones(client.time_zone, self.row.time_zone if self.row else "")

    def judge_location(self, cleaned: dict[str, Any]) -> None:
        chosen = cleaned.get("location")
        if cleaned.get("place") == SAVED and chosen is None and "location" not in self.errors:
            self.add_error("location", "Choose a saved location.")
        is_saved = cleaned.get("place") == SAVED and chosen is not None
        self.zone = chosen.time_zone if is_saved and chosen else cleaned.get("time_zone") or ""

    def where(self) -> Where:
        """A saved location is copied, so that later changes of it touch no agreed work."""
        got = self.cleaned_data
        if got["place"] == SAVED:
            return from_location(got["location"])
        site = {column: got[name] or "" for name, column in SITE.items()}
        if got["place"] == VIRTUAL:
            where = {"is_virtual": True, "city": "", "region": "", "postcode": "", "time_zone": self.zone}
            return where, {**site, "street": "", "lat": None, "lon": None}
        country = (got["country"] or "US").upper()
        lat, lon = got["lat"], got["lon"]
        known = places.find(got["postcode"], country) if lat is None or lon is None else None
        if lat is None or lon is None:
            lat, lon = (known.lat, known.lon) if known else (None, None)
        where = {
            "is_virtual": False,
            "city": got["city"],
            "region": got["region"] or (known.region if known else ""),
            "postcode": got["postcode"],
            "country": country,
            "time_zone": self.zone,
        }
        return where, {**site, "lat": lat, "lon": lon}


def unused_location(cleaned: dict[str, Any]) -> frozenset[str]:
    """Inputs that the chosen kind of place does not ask for."""
    place = cleaned.get("place")
    if place == SAVED:
        return ADDRESS | CONTACT | {"time_zone"}
    return ADDRESS | {"location"} if place == VIRTUAL else frozenset({"location"})


def location_start(member: Member, row: Assignment | None, site: Site) -> dict[str, Any]:
    """What stands in the inputs at first."""
    if row is None:
        return {"time_zone": member.client.time_zone, "place": HERE}
    return {
        **picked(row, ("city", "region", "postcode", "country", "time_zone")),
        **{name: getattr(site, column) for name, column in SITE.items()},
        "lat": site.lat,
        "lon": site.lon,
        "place": VIRTUAL if row.is_virtual else HERE,
    }


def from_location(saved: Location) -> Where:
    """A saved location as the columns of an assignment and its site."""
    names = ("name", "number", "street", "contact_name", "contact_phone", "contact_email", "instructions")
    lat, lon = saved.lat, saved.lon
    if lat is None or lon is None:
        known = places.find(saved.postcode, saved.country)
        lat, lon = (known.lat, known.lon) if known else (None, None)
    where = picked(saved, ("city", "region", "postcode", "country", "time_zone"))
    return {"is_virtual": False, **where}, {**picked(saved, names), "lat": lat, "lon": lon}


def zones(*first: str) -> list[tuple[str, str]]:
    """The zones that people choose from: those of the Olson areas, the usual ones first."""
    usual = [
        "America/New_York",
        "America/Chicago",
        "America/Denver",
        "America/Phoenix",
        "America/Los_Angeles",
        "America/Anchorage",
        "Pacific/Honolulu",
    ]
    top = list(dict.fromkeys([name for name in (*first, *usual) if name]))
    areas = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    rest = sorted(name for name in available_timezones() if name.startswith(areas) or name == "UTC")
    return [(name, name.replace("_", " ")) for name in [*top, *(name for name in rest if name not in top)]]
