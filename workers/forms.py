"""Forms of the worker's side. They clean what was typed; actions write."""

from typing import Any

from django import forms

from common.errors import Invalid
from workers import area, hours, skills
from workers.models import Availability, Worker

ABOUT_HINT = "What you are good at, which tools and vehicle you bring. No phone numbers or addresses."


class SkillsField(forms.CharField):
    """Words between commas, as a list."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Words between commas, for example: Cabling, Wi-Fi, Point of sale")
        super().__init__(label="Skills", max_length=2000, required=False, **kwargs)

    def clean(self, value: Any) -> list[str]:
        try:
            return skills.parse(super().clean(value))
        except Invalid as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


class RadiusField(forms.IntegerField):
    """How far somebody travels, in miles."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Travel radius in miles")
        super().__init__(
            min_value=1,
            max_value=1000,
            error_messages={
                "invalid": "Enter a whole number of miles",
                "min_value": "Enter at least 1 mile",
                "max_value": "Enter at most 1,000 miles",
            },
            **kwargs,
        )


class BecomeForm(forms.Form):
    """The worker's part of sign-up: where, how far, what."""

    radius_miles = RadiusField(initial=50, help_text="Work within this distance is shown first.")
    skills = SkillsField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {**area.fields(), **self.fields}

    def clean(self) -> dict[str, Any]:
        return {**self.cleaned_data, "area": area.cleaned(self)}


class WorkForm(BecomeForm):
    """The worker's whole profile."""

    phone = forms.CharField(
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text="A client sees it once you are assigned.",
    )
    about = forms.CharField(
        label="About you", required=False, max_length=2000, widget=forms.Textarea, help_text=ABOUT_HINT
    )
    is_available = forms.BooleanField(
        label="I am open to new work",
        required=False,
        help_text="Off: clients do not find you in their list. Work you have goes on.",
    )

    @classmethod
    def of(cls, worker: Worker, data: Any = None) -> "WorkForm":
        """The form of that worker, filled with what is kept."""
        names = (
            "postcode", "city", "region", "country", "radius_miles", "phone", "about", "is_available"
        )  # fmt: skip
        kept = {name: getattr(worker, name) for name in names}
        return cls(data, initial={**kept, "skills": ", ".join(skill.name for skill in worker.skills.all())})

    def clean_phone(self) -> str:
        phone = " ".join(self.cleaned_data["phone"].split())
        digits = sum(letter.isdigit() for letter in phone)
        if phone and (digits < 7 or not set(phone) <= set("+-() ./0123456789x")):
            raise forms.ValidationError("Enter a phone number in digits, for example +1 614 555 0100")
        return phone


class HoursForm(forms.Form):
    """From and to for each weekday; a day without both is a day without work."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day in Availability.Weekday:
            for name, word in (("from", "from"), ("to", "to")):
                self.fields[f"{name}_{day.value}"] = forms.TimeField(
                    label=f"{day.label} {word}",
                    required=False,
                    widget=forms.TimeInput(attrs={"type": "time", "class": "in"}, format="%H:%M"),
                    error_messages={"invalid": f"Enter the time for {day.label} {word} as 08:30"},
                )

    @classmethod
    def of(cls, worker: Worker, data: Any = None) -> "HoursForm":
        kept: dict[str, Any] = {}
        for row in worker.availability.all():
            kept[f"from_{row.weekday}"] = hours.time_of(row.from_minute)
            kept[f"to_{row.weekday}"] = hours.time_of(row.to_minute)
        return cls(data, initial=kept)

    def rows(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """Weekday, from and to, for the table."""
        return [
            (str(day.label), self[f"from_{day.value}"], self[f"to_{day.value}"])
            for day in Availability.Weekday
        ]

    def clean(self) -> dict[str, Any]:
        spans = []
        for day in Availability.Weekday:
            start, end = self.cleaned_data.get(f"from_{day.value}"), self.cleaned_data.get(f"to_{day.value}")
            if f"from_{day.value}" in self.errors or f"to_{day.value}" in self.errors:
                continue
            try:
                found = hours.span(day.value, start, end)
            except Invalid as refusal:
                self.add_error(refusal.field, refusal.sentence)
                continue
            spans += [found] if found else []
        return {**self.cleaned_data, "spans": spans}
