"""Price: what the work pays, by when, and what may be asked beyond it."""

from typing import Any

from django import forms

from assignments.forms.drafting.parts import Part, picked
from assignments.forms.rows import QuietForm
from assignments.forms.typed import HoursField, MoneyField
from assignments.models import Assignment
from assignments.pricing import Terms
from assignments.states import PricingType
from clients.models import ANSWER_TIMES, TERMS_DAYS, ChangeAnswer, Member

RULES = ("non_negotiable", "requests_allowed", "fastfunds_eligible")


class PriceForm(QuietForm):
    """What the work pays. The live preview reads these fields alone."""

    needed_later = frozenset({"price"})

    pricing_type = forms.ChoiceField(
        label="Kind of price", choices=PricingType.choices, widget=forms.RadioSelect, initial=PricingType.FLAT
    )
    price = MoneyField(
        label="Price or rate", required=False, help_text="What the worker gets, for example 320.00."
    )
    hours = HoursField(
        label="Most hours paid",
        required=False,
        help_text="For example 3 or 2:30. For blended work: the hours at the first rate.",
    )
    units = forms.IntegerField(label="Most units paid", required=False, min_value=0, max_value=1_000_000)
    extra_price = MoneyField(label="Rate per hour after that", required=False)
    extra_hours = HoursField(label="Most hours at that rate", required=False)
    terms_days = forms.TypedChoiceField(
        label="Payment terms",
        choices=TERMS_DAYS,
        coerce=int,
        initial=30,
        help_text="Counted from the day of the invoice, which is the day you approve.",
    )

    def __init__(self, *data: Any, currency: str, **options: Any) -> None:
        super().__init__(*data, **options)
        self.currency = currency
        for field in self.fields.values():
            if isinstance(field, MoneyField):
                field.currency = currency

    def unused(self, cleaned: dict[str, Any]) -> set[str]:
        """Inputs that the chosen kind does not ask for: what is left in them does not matter."""
        kind = cleaned.get("pricing_type")
        found = {"hours", "units", "extra_price", "extra_hours"}
        if kind in (PricingType.HOURLY, PricingType.BLENDED):
            found.discard("hours")
        if kind == PricingType.UNIT:
            found.discard("units")
        return found - {"extra_price", "extra_hours"} if kind == PricingType.BLENDED else found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in self.unused(cleaned):
            self.errors.pop(name, None)
            cleaned.setdefault(name, None)
        return cleaned

    def terms(self) -> Terms:
        """The typed price; only after is_valid(). Quantities that the kind does not use are left out."""
        got = self.cleaned_data
        kind = got["pricing_type"]
        is_timed, is_blended = kind in (PricingType.HOURLY, PricingType.BLENDED), kind == PricingType.BLENDED
        return Terms(
            pricing_type=kind,
            currency=self.currency,
            price_minor=got["price"] or 0,
            max_minutes=(got["hours"] or 0) if is_timed else 0,
            max_units=(got["units"] or 0) if kind == PricingType.UNIT else 0,
            extra_price_minor=(got["extra_price"] or 0) if is_blended else 0,
            extra_max_minutes=(got["extra_hours"] or 0) if is_blended else 0,
        )


class PricePart(PriceForm, Part):
    non_negotiable = forms.BooleanField(label="The price is not negotiable", required=False)
    requests_allowed = forms.BooleanField(
        label="The worker may ask for more money (increase, expense, bonus)", required=False, initial=True
    )
    fastfunds_eligible = forms.BooleanField(
        label="FastFunds eligible: the worker may be paid early, at the worker's cost", required=False
    )

    change_answer = forms.ChoiceField(
        label="Extra work ordered on site that nobody answers",
        choices=[("", "As in the company's settings"), *ChangeAnswer.choices],
        required=False,
    )
    change_limit = MoneyField(
        label="Approved unanswered up to",
        required=False,
        help_text="What the worker may get in addition, without the fee.",
    )
    change_minutes = forms.TypedChoiceField(
        label="Time to answer extra work", choices=ANSWER_TIMES, coerce=int, required=False, initial=120
    )

    def clean(self) -> dict[str, Any]:
        """Where silence approves there is a limit; elsewhere what was left in that input does not matter."""
        cleaned = super().clean()
        if cleaned.get("change_answer") != ChangeAnswer.APPROVE:
            self.errors.pop("change_limit", None)
        elif not cleaned.get("change_limit") and "change_limit" not in self.errors:
            self.add_error("change_limit", "Enter up to which amount, above zero.")
        return cleaned

    def change_columns(self) -> dict[str, Any]:
        """What silence answers: nothing of its own, or all three columns."""
        answer = self.cleaned_data.get("change_answer") or ""
        limit = self.cleaned_data.get("change_limit") if answer == ChangeAnswer.APPROVE else 0
        time = (self.cleaned_data.get("change_minutes") or 120) if answer else None
        return {"change_answer": answer, "change_limit_minor": limit or 0, "change_minutes": time}

    def offer_price(self) -> None:
        if not self.member.client.fastfunds_allowed:
            del self.fields["fastfunds_eligible"]

    def price_columns(self) -> dict[str, Any]:
        got, terms = self.cleaned_data, self.terms()
        columns = picked(terms, [name for name in Terms.__dataclass_fields__ if name != "currency"])
        rules = {name: bool(got.get(name)) for name in RULES}
        return {**columns, "terms_days": got["terms_days"], **rules, **self.change_columns()}


def price_start(member: Member, row: Assignment | None) -> dict[str, Any]:
    """What stands in the inputs at first. Nothing typed yet is an empty input, not a zero."""
    if row is None:
        client = member.client
        return {"terms_days": client.default_terms_days, "fastfunds_eligible": client.fastfunds_allowed}
    return {
        **picked(row, ("pricing_type", "terms_days", *RULES)),
        "price": row.price_minor or None,
        "hours": row.max_minutes or None,
        "units": row.max_units or None,
        "extra_price": row.extra_price_minor or None,
        "extra_hours": row.extra_max_minutes or None,
        "change_answer": row.change_answer,
        "change_limit": row.change_limit_minor or None,
        "change_minutes": row.change_minutes or row.client.change_minutes,
    }
