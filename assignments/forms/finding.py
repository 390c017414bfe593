"""The filters of Find Work. All in the address: a list can be bookmarked, shared and saved as a search."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict

from assignments.finding.asked import BEST, NEAREST, PAY, RADII, RATE, SOONEST, Search, home_of
from assignments.finding.town import origin
from assignments.forms.typed import DayInput, MoneyField
from assignments.industries import INDUSTRIES
from assignments.search import LONGEST_QUERY
from assignments.states import ScheduleKind
from common.errors import Invalid
from common.money import Money
from common.when import day
from workers.models import Skill, Worker

SORTS: Final = (
    (SOONEST, "Soonest"),
    (NEAREST, "Nearest"),
    (PAY, "Highest pay"),
    (RATE, "Highest pay per hour"),
    (BEST, "Best match"),
)
ANY: Final = "any"
WHERE: Final = (("", "Anywhere"), ("on_site", "On site"), ("remote", "Remote"))
SHOWN_FIRST: Final = ("q", "near", "within", "sort")
"""Fields beside the button; the others are under More filters."""


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=DayInput(),
        error_messages={"invalid": "Enter a date, for example 2026-12-01."},
        validators=[
            MinValueValidator(date(2000, 1, 1), "Enter a day after 1999."),
            MaxValueValidator(date(2199, 12, 31), "Enter a day before 2200."),
        ],
    )


@dataclass(frozen=True, slots=True)
class Active:
    """One filter that is set: its words, and the address of the list without it."""

    words: str
    url: str


class FindForm(forms.Form):
    """Bound to an address. A value that cannot be read is told at its field and left out; the others count.

    Without a place, distances count from home and start at the worker's own radius.
    """

    q = forms.CharField(
        label="Words",
        required=False,
        max_length=LONGEST_QUERY,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    near = forms.CharField(
        label="Near", required=False, max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    within = forms.ChoiceField(label="Distance", required=False)
    sort = forms.ChoiceField(label="Sort by", required=False, choices=SORTS)
    from_day = _day("From")
    to_day = _day("Until")
    pay = MoneyField(label="Pay at least", required=False)
    rate = MoneyField(label="Per hour at least", required=False)
    skill = forms.CharField(
        label="Skill", required=False, max_length=60, widget=forms.TextInput(attrs={"list": "skills"})
    )
    industry = forms.ChoiceField(label="Industry", required=False)
    kind = forms.ChoiceField(
        label="Schedule", required=False, choices=[("", "Any schedule"), *ScheduleKind.choices]
    )
    where = forms.ChoiceField(label="Where", required=False, choices=WHERE)
    client = forms.CharField(label="Client", required=False, max_length=80)
    fastfunds = forms.BooleanField(label="FastFunds eligible", required=False)
    qualified = forms.BooleanField(label="Only what I qualify for", required=False)

    def __init__(self, data: Any, *, worker: Worker) -> None:
        self.given = data
        filled = data.copy()
        for name, value in (("within", str(worker.radius_miles)), ("sort", SOONEST)):
            if not filled.get(name):
                filled[name] = value
        super().__init__(filled)
        self.worker = worker
        self._skill: Skill | None = None
        self._origin = home_of(worker)
        miles = sorted({*RADII, worker.radius_miles})
        own = worker.radius_miles
        self._choose(
            "within",
            [(str(one), f"{one} mi (your radius)" if one == own else f"{one} mi") for one in miles]
            + [(ANY, "Any distance")],
        )
        typed = data.get("industry", "")
        extra = [typed] if typed.isprintable() and 0 < len(typed) <= 60 and typed not in INDUSTRIES else []
        self._choose("industry", [("", "Any industry"), *((one, one) for one in [*INDUSTRIES, *extra])])
        self.fields["near"].widget.attrs["placeholder"] = "43215 or Columbus, OH"

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_near(self) -> str:
        text: str = self.cleaned_data["near"]
        if text:
            try:
                self._origin = origin(text, "near")
            except Invalid as error:
                raise forms.ValidationError(error.sentence) from error
        return text

    def clean_skill(self) -> str:
        name = " ".join(self.cleaned_data["skill"].split())
        self._skill = Skill.objects.filter(name__iexact=name).first() if name else None
        if name and self._skill is None:
            raise forms.ValidationError("No skill is called that. Try fewer letters in Words instead.")
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("to_day") and cleaned.get("from_day") and cleaned["to_day"] < cleaned["from_day"]:
            self.add_error("to_day", "Enter a day on or after the first one.")
        if cleaned.get("sort") == NEAREST and self._origin is None and "near" not in self.errors:
            self.add_error("sort", "Enter a postcode or town to sort by distance.")
        return cleaned

    def search(self) -> Search:
        """What was asked, as far as it could be read."""
        self.is_valid()
        found = self.cleaned_data
        within = found.get("within")
        return Search(
            text=found.get("q", ""),
            origin=self._origin,
            within=int(within) if within and within != ANY and self._origin else None,
            from_day=found.get("from_day"),
            to_day=found.get("to_day"),
            pay_minor=found.get("pay"),
            rate_minor=found.get("rate"),
            skill_id=self._skill.pk if self._skill else None,
            industry=found.get("industry", ""),
            kind=found.get("kind", ""),
            where=found.get("where", ""),
            client=found.get("client", ""),
            fastfunds=bool(found.get("fastfunds")),
            qualified=bool(found.get("qualified")),
            sort=found.get("sort") or SOONEST,
        )

    @property
    def query(self) -> str:
        """The address of this search behind the question mark: what is set and can be read, nothing foreign."""
        self.is_valid()
        kept = QueryDict(mutable=True)
        for name in self.fields:
            value = self.given.get(name, "")
            if value and name not in self.errors and not self._is_usual(name):
                kept[name] = value
        return kept.urlencode()

    @property
    def active(self) -> list[Active]:
        """The filters that are set, each with the way to take it away. The order is no filter."""
        self.is_valid()
        return [
            Active(self._words(name), self._without(name))
            for name in self.fields
            if name != "sort" and self.cleaned_data.get(name) and not self._is_usual(name)
        ]

    @property
    def hidden_active(self) -> int:
        """How many of them stand under More filters."""
        return sum(
            1
            for name in self.fields
            if name not in SHOWN_FIRST and self.cleaned_data.get(name) and not self._is_usual(name)
        )

    @property
    def first_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in SHOWN_FIRST]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in SHOWN_FIRST]

    def _is_usual(self, name: str) -> bool:
        """What the page starts with anyway."""
        usual = {"within": str(self.worker.radius_miles), "sort": SOONEST}
        return name in usual and self.cleaned_data.get(name) in (None, "", usual[name])

    def _without(self, name: str) -> str:
        kept = self.given.copy()
        for one in (name, "page"):
            kept.pop(one, None)
        for one in [key for key, value in kept.items() if not value]:
            del kept[one]
        return f"?{kept.urlencode()}"

    def _words(self, name: str) -> str:
        value = self.cleaned_data[name]
        if name in ("pay", "rate"):
            return f"At least {Money(value, 'USD')}{' an hour' if name == 'rate' else ''}"
        if name in ("from_day", "to_day"):
            return f"{'From' if name == 'from_day' else 'Until'} {day(value)}"
        if name == "within":
            return "Any distance" if value == ANY else f"Within {value} mi"
        if name in ("kind", "where"):
            return str(dict(self.fields[name].choices)[value])  # type: ignore[attr-defined]
        if name in ("fastfunds", "qualified"):
            return str(self.fields[name].label)
        if name == "near":
            return f"Near {self._origin.words}" if self._origin else ""
        return f"“{value}”" if name == "q" else f"{self.fields[name].label}: {value}"


class SavedSearchForm(forms.Form):
    """Name and mail rhythm of a saved search."""

    name = forms.CharField(label="Name", max_length=60)
    mail = forms.ChoiceField(label="Mail", widget=forms.RadioSelect)

    def __init__(self, *data: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*data, **options)
        self.fields["mail"].choices = choices  # type: ignore[attr-defined]
