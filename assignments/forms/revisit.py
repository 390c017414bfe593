"""What the client types for a revisit: what is left, and the price where no rate gives it."""

from typing import Any

from django import forms

from assignments.forms.typed import MoneyField
from assignments.models import Assignment
from assignments.pricing import Terms
from assignments.revisit import Rest
from assignments.states import PricingType


class RevisitForm(forms.Form):
    """A flat price is the client's to say; units may differ from the computed rest; hours follow from the visits."""

    note = forms.CharField(
        label="What is left to do",
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The worker reads it, and it stands in both histories.",
    )

    def __init__(self, *data: Any, row: Assignment, rest: Rest, terms: Terms) -> None:
        super().__init__(*data)
        if row.pricing_type == PricingType.FLAT:
            price = MoneyField(
                label="Flat price of the revisit",
                initial=terms.price_minor,
                help_text=f"The first visit costs {row.money(row.price_minor)}. That does not change.",
            )
            price.currency = row.currency
            self.fields["price_minor"] = price
        if row.pricing_type == PricingType.UNIT:
            self.fields["units"] = forms.IntegerField(
                label="Units left", min_value=1, max_value=100_000, initial=rest.units or None
            )
