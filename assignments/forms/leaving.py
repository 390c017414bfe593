"""Why a worker is removed, and at which price the work is offered again."""

from collections.abc import Sequence
from typing import Any

from django import forms

from assignments.leaving import FOR_CLIENTS, Price
from assignments.presenting import price_words


class ReasonField(forms.ChoiceField):
    """Offers the reasons that hold now. Another known one goes on to the action, which says why it does not hold."""

    def valid_value(self, value: Any) -> bool:
        return value in FOR_CLIENTS


class UnassignForm(forms.Form):
    """`engagement` is of the worker who was on the page: nobody who came since is removed unseen."""

    engagement = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = ReasonField(label="Reason")
    note = forms.CharField(
        label="Note",
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What happened. The worker reads it.",
    )
    budget = forms.ChoiceField(label="Offer it again at", widget=forms.RadioSelect)

    def __init__(
        self,
        data: Any = None,
        *,
        reasons: Sequence[tuple[str, str]],
        prices: Sequence[Price],
        engagement_id: int | None,
        reason: str = "",
    ) -> None:
        first = {"budget": "original", "engagement": engagement_id, "reason": reason}
        super().__init__(data, initial=first)
        self.fields["reason"].choices = [("", "Choose"), *reasons]  # type: ignore[attr-defined]
        self.fields["budget"].choices = [(one.key, _words(one)) for one in prices]  # type: ignore[attr-defined]
        if len(prices) < 2:
            del self.fields["budget"]

    @property
    def original_budget(self) -> bool:
        return bool(self.cleaned_data.get("budget", "original") == "original")


def _words(price: Price) -> str:
    return f"{price.name}: {price_words(price.terms)}. {effect(price)}"


def effect(price: Price) -> str:
    """What it means for the money set aside."""
    if not price.freed.minor:
        return f"{price.reserved} stay reserved"
    if price.freed.minor > 0:
        return f"{price.reserved} stay reserved, {price.freed} are yours again"
    return f"{price.reserved} are reserved then, {-price.freed} more"
