"""The range of days of a report, as the address says it: a preset, or two days."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django import forms

MOST_DAYS: Final = 5 * 366
PRESETS: Final = (
    ("month", "This month"),
    ("last_month", "Last month"),
    ("quarter", "This quarter"),
    ("year", "This year"),
    ("custom", "Other days"),
)
USUAL: Final = "year"


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included."""

    first: date
    last: date


def preset(name: str, today: date) -> Period:
    """The range of a preset as of that day; ends with its month, quarter or year."""
    month = today.replace(day=1)
    if name == "last_month":
        return Period((month - timedelta(days=1)).replace(day=1), month - timedelta(days=1))
    if name == "quarter":
        start = month.replace(month=(month.month - 1) // 3 * 3 + 1)
        return Period(start, _end(start.replace(month=start.month + 2)))
    if name == "year":
        return Period(month.replace(month=1), month.replace(month=12, day=31))
    return Period(month, _end(month))


def _end(month: date) -> date:
    """The last day of a month."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


class PeriodForm(forms.Form):
    """A GET form: without a period it is that of this year."""

    period = forms.ChoiceField(
        label="Period",
        choices=PRESETS,
        required=False,
        error_messages={"invalid_choice": "Choose a period from the list."},
    )
    first = forms.DateField(
        label="From",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Enter a day, such as 2026-12-01."},
    )
    last = forms.DateField(
        label="To",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Enter a day, such as 2026-12-31."},
    )

    def __init__(self, asked: Any, today: date) -> None:
        usual = preset(USUAL, today)
        filled = {"period": USUAL, "first": usual.first.isoformat(), "last": usual.last.isoformat()}
        super().__init__({**filled, **{name: asked[name] for name in filled if name in asked}})
        self.today = today

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("period") != "custom":
            return found
        first, last = found.get("first"), found.get("last")
        if first is None and "first" not in self.errors:
            self.add_error("first", "Enter the first day.")
        if last is None and "last" not in self.errors:
            self.add_error("last", "Enter the last day.")
        if first and last and last < first:
            self.add_error("last", "Enter a day that is not before the first one.")
        elif first and last and (last - first).days > MOST_DAYS:
            self.add_error("last", "Choose at most five years.")
        return found

    @property
    def chosen(self) -> Period:
        """The range of a valid form."""
        if self.cleaned_data["period"] != "custom":
            return preset(self.cleaned_data["period"] or USUAL, self.today)
        return Period(self.cleaned_data["first"], self.cleaned_data["last"])

    @property
    def shown(self) -> Period:
        """The chosen range, or the usual one while something is to be mended."""
        return self.chosen if self.is_valid() else preset(USUAL, self.today)
