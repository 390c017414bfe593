"""Fields for what people type of money, hours and local times; they clean to minor units, minutes and instants."""

import re
from datetime import datetime
from typing import Any

from django import forms

from assignments.forms.typed import MoneyField
from common.errors import Invalid
from common.localtime import local, parse_local_datetime

HOURS = re.compile(r"(\d{1,4})(?:[.,](\d{1,4}))?(?:\s*h)?")
CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)")


class AmountField(MoneyField):
    """An amount in a currency of its own. Zero is taken only with `zero=True`."""

    def __init__(self, *, currency: str, zero: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.currency, self.zero = currency, zero

    def to_python(self, value: Any) -> Any:
        minor = super().to_python(value)
        if minor == 0 and not self.zero:
            raise forms.ValidationError("Enter an amount above zero.")
        return minor


class LocalMomentField(forms.DateTimeField):
    """A date and time on the clocks of `tz_name`; cleans to an instant. `keep` is the instant so far: it is what the
    input starts with, and it comes back exactly when the input still shows it."""

    def __init__(self, *, tz_name: str, keep: datetime | None = None, **options: Any) -> None:
        self.tz_name, self.keep = tz_name, keep
        shown = local(keep, tz_name).replace(second=0, microsecond=0) if keep else None
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        options.setdefault("initial", shown)
        super().__init__(widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **options)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        typed = super().to_python(value)
        if typed is None:
            return None
        naive = typed.replace(tzinfo=None)
        if self.keep and naive == local(self.keep, self.tz_name).replace(second=0, microsecond=0):
            return self.keep
        try:
            return parse_local_datetime(naive, self.tz_name)
        except Invalid as error:
            raise forms.ValidationError(error.sentence) from error
