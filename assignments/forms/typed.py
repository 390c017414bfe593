"""Fields in which people type money and hours as they say them."""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms

from common.money import BadAmount, Money

HOURS = re.compile(r"(\d{1,4})(?:[.,](\d{1,4}))?(?:\s*h)?")
CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)")


class MoneyField(forms.CharField):
    """An amount in major units ("1,204.50"); cleans to minor units, or None when empty. Never negative."""

    currency = "USD"

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "maxlength": "20"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **options)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            amount = Money.parse(text, self.currency)
        except BadAmount as error:
            raise forms.ValidationError(str(error)) from error
        if amount.minor < 0:
            raise forms.ValidationError("Enter an amount of zero or more.")
        return amount.minor

    def prepare_value(self, value: Any) -> Any:
        return str(Money(value, self.currency).decimal()) if isinstance(value, int) else value


class HoursField(forms.CharField):
    """A length of time in hours ("2.5") or hours and minutes ("2:30"); cleans to minutes, or None when empty."""

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "maxlength": "10"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **options)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        if found := CLOCK.fullmatch(text):
            return int(found[1]) * 60 + int(found[2])
        if found := HOURS.fullmatch(text):
            hours = Decimal(f"{found[1]}.{found[2] or 0}")
            return int((hours * 60).to_integral_value(ROUND_HALF_UP))
        raise forms.ValidationError("Enter hours in digits, for example 2.5 or 2:30.")

    def prepare_value(self, value: Any) -> Any:
        return spoken(value) if isinstance(value, int) else value


def spoken(minutes: int) -> str:
    """ "2" or "2:30": how a length of time stands in its input."""
    hours, rest = divmod(minutes, 60)
    return f"{hours}:{rest:02d}" if rest else str(hours)


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files at once; cleans to a list."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given:
            super().clean(None, initial)  # says so where a file is required
        return [super(ManyFilesField, self).clean(one, initial) for one in given]


class DayInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    """The browser's own time picker, to the minute."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")
