"""What is typed about extra work, and the other amount that a client offers. Forms clean input; actions decide."""

from typing import Any

from django import forms

from assignments.actions.changes import Extra
from assignments.actions.counters import Counter
from assignments.actions.money import Ask, worth
from assignments.forms.fields import AmountField
from assignments.forms.typed import HoursField
from assignments.models import Assignment, MoneyRequest
from assignments.models.changes import LONGEST_WORDS
from assignments.states import PricingType

TIMED = (PricingType.HOURLY, PricingType.BLENDED)


def _words(label: str, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 3}), **options)


class ChangeForm(forms.Form):
    """Extra work: what, and how much more by the kind of price; a photo if there is one."""

    what = _words(
        "What is to be done in addition",
        max_length=LONGEST_WORDS,
        help_text="These words become part of the agreed scope.",
    )

    def __init__(self, *data: Any, row: Assignment) -> None:
        super().__init__(*data)
        self.row = row
        if row.pricing_type in TIMED:
            self.fields["add_minutes"] = HoursField(label="More hours", help_text="For example 1 or 0:30.")
        elif row.pricing_type == PricingType.UNIT:
            self.fields["add_units"] = forms.IntegerField(label="More units", min_value=1, max_value=100_000)
        else:
            self.fields["amount"] = AmountField(
                label="How much more",
                currency=row.currency,
                help_text="What you get in addition.",
                error_messages={"required": "Enter the amount"},
            )
        self.fields["photo"] = forms.FileField(
            label="Photo", required=False, help_text="At most 25 MB.", allow_empty_file=True
        )

    def extra(self) -> Extra:
        """What is ordered; only after is_valid()."""
        got = self.cleaned_data
        return Extra(
            got["what"], got.get("amount") or 0, got.get("add_minutes") or 0, got.get("add_units") or 0
        )

    def more_minor(self) -> int:
        """What it is worth to the worker as far as typed; 0 while nothing can be read."""
        return typed_worth(self, self.row, "increase")


class CounterForm(forms.Form):
    """Another amount for a request: an amount, or hours or units where these were asked."""

    def __init__(self, *data: Any, row: Assignment, asked: MoneyRequest) -> None:
        super().__init__(*data)
        self.row, self.asked = row, asked
        if asked.add_minutes:
            self.fields["add_minutes"] = HoursField(label="Hours that you offer", help_text="1 or 0:30.")
        elif asked.add_units:
            self.fields["add_units"] = forms.IntegerField(
                label="Units that you offer", min_value=1, max_value=100_000
            )
        else:
            self.fields["amount"] = AmountField(label="Amount that you offer", currency=row.currency)
        self.fields["reason"] = _words("Reason", max_length=1_000, help_text="The worker reads it.")

    def counter(self) -> Counter:
        """What is offered; only after is_valid()."""
        got = self.cleaned_data
        return Counter(
            got["reason"], got.get("amount") or 0, got.get("add_minutes") or 0, got.get("add_units") or 0
        )

    def more_minor(self) -> int:
        """What the offer is worth to the worker as far as typed; 0 while nothing can be read."""
        return typed_worth(self, self.row, self.asked.kind)


def typed_worth(form: forms.BaseForm, row: Assignment, kind: str) -> int:
    """What the typed amount, hours or units are worth in worker pay, even while other inputs are wrong."""
    if not form.is_bound:
        return 0
    form.is_valid()
    got = form.cleaned_data
    ask = Ask(kind, "", got.get("amount") or 0, got.get("add_minutes") or 0, got.get("add_units") or 0)
    return worth(row.terms, ask)
