"""The time zones that people choose from."""

from typing import Any
from zoneinfo import available_timezones

from django import forms

_USUAL = [
    ("America/New_York", "Eastern – New York"),
    ("America/Chicago", "Central – Chicago"),
    ("America/Denver", "Mountain – Denver"),
    ("America/Phoenix", "Arizona – Phoenix"),
    ("America/Los_Angeles", "Pacific – Los Angeles"),
    ("America/Anchorage", "Alaska – Anchorage"),
    ("Pacific/Honolulu", "Hawaii – Honolulu"),
    ("America/Puerto_Rico", "Atlantic – Puerto Rico"),
]
_AREAS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """All zones by area, those of the United States first."""
    named = sorted(name for name in available_timezones() if name.split("/")[0] in _AREAS)
    groups = [("United States", _USUAL)]
    for area in _AREAS:
        of_area = [(name, _words(name)) for name in named if name.startswith(f"{area}/")]
        groups.append((area, of_area))
    return [*groups, ("Other", [("UTC", "UTC")])]


def words(name: str) -> str:
    """A zone as people read it: "Berlin (Europe)"."""
    return dict(_USUAL).get(name) or f"{_words(name)} ({name.split('/')[0]})"


def _words(name: str) -> str:
    return name.split("/", 1)[-1].replace("_", " ").replace("/", ", ")


class TimeZoneField(forms.ChoiceField):
    """A choice of IANA zones by their names."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Time zone")
        super().__init__(
            choices=choices,
            error_messages={"invalid_choice": "Choose a time zone from the list"},
            **kwargs,
        )
