"""Where somebody is based, as a form asks it. US postcodes give state and coordinates."""

from dataclasses import dataclass
from typing import Any

from django import forms

from common import places

LABELS = {"postcode": "Home postcode", "city": "City", "region": "State or region", "country": "Country"}


@dataclass(frozen=True, slots=True)
class Area:
    """A base: words for people, degrees for distances (None where nobody knows them)."""

    postcode: str
    city: str
    region: str
    country: str
    lat: float | None
    lon: float | None


def fields(*, postcode_label: str = "Home postcode") -> dict[str, forms.Field]:
    """The four inputs, in the order of an address line."""
    return {
        "postcode": forms.CharField(
            label=postcode_label,
            max_length=16,
            widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
            help_text="Clients see city and state only. Distances are counted from here.",
        ),
        "city": forms.CharField(
            label="City", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "address-level2"})
        ),
        "region": forms.CharField(
            label="State or region",
            max_length=80,
            required=False,
            widget=forms.TextInput(attrs={"autocomplete": "address-level1"}),
            help_text="Left empty, it follows from a US postcode.",
        ),
        "country": forms.ChoiceField(label="Country", choices=places.COUNTRIES, initial="US"),
    }


def cleaned(form: forms.Form) -> Area | None:
    """The area of a cleaned form; puts the sentence at the postcode and gives None when it is not one."""
    data: dict[str, Any] = form.cleaned_data
    if "postcode" not in data or "city" not in data or "country" not in data:
        return None
    place = places.find(data["postcode"], data["country"])
    if place is None and data["country"] == "US":
        form.add_error("postcode", _sentence(data["postcode"]))
        return None
    region = data.get("region", "") or (place.region if place else "")
    code = place.postcode if place else data["postcode"].upper()
    lat, lon = (place.lat, place.lon) if place else (None, None)
    return Area(code, " ".join(data["city"].split()), region, data["country"], lat, lon)


def _sentence(postcode: str) -> str:
    if places.region(postcode):
        return "This postcode has no area on the map. Enter that of a street nearby"
    return "Enter a US postcode of five digits, for example 43215"
