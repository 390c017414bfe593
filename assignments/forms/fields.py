"""Inputs of worker forms: amounts in the assignment's currency, and moments on the clocks of its site."""

from datetime import datetime
from typing import Any

from django import forms

from assignments.forms.typed import MoneyField
from common.errors import Invalid
from common.localtime import local, parse_local_datetime


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


class LocalMomentField(forms.Field):
    """A date and time on the clocks of a site; gives the instant in UTC.

    `keep` is the instant so far: it is what the input starts with, and it comes back exactly while the input still
    shows it, also in the hour that happens twice in autumn.
    """

    def __init__(self, *, tz_name: str, keep: datetime | None = None, **options: Any) -> None:
        super().__init__(widget=forms.DateTimeInput(attrs={"type": "datetime-local"}), **options)
        self.tz_name, self.keep = tz_name, keep
        if keep is not None:
            self.initial = keep

    def prepare_value(self, value: Any) -> Any:
        return self._shown(value) if isinstance(value, datetime) else value

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        try:
            typed = datetime.fromisoformat(str(value).strip())
        except ValueError:
            raise forms.ValidationError("Enter a date and a time, for example 2026-12-01 09:00.") from None
        if typed.tzinfo is not None:
            raise forms.ValidationError("Enter the time as the clocks at the site show it.")
        if self.keep and typed.isoformat(timespec="minutes") == self._shown(self.keep):
            return self.keep
        try:
            return parse_local_datetime(typed, self.tz_name)
        except Invalid as error:
            raise forms.ValidationError(error.sentence) from error

    def _shown(self, moment: datetime) -> str:
        return local(moment, self.tz_name).isoformat(timespec="minutes")
