"""What workers type: offers, questions, site work, requests. Forms clean input; the rules are in the actions."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms

from assignments.actions.closeout import Submission
from assignments.actions.money import Ask
from assignments.actions.sourcing import Offer
from assignments.actions.visits import Fix
from assignments.forms.extra import typed_worth
from assignments.forms.fields import AmountField, LocalMomentField
from assignments.forms.typed import HoursField
from assignments.models import Application, Assignment, CheckIn
from assignments.models.terms import ScheduleColumns
from assignments.pricing import Terms
from assignments.states import BackOutReason, MoneyKind, PricingType, ScheduleKind


def _text(label: str, **kwargs: Any) -> forms.CharField:
    rows = kwargs.pop("rows", 3)
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class ApplyForm(forms.Form):
    """A message, and where the company's card says caution, a tick that it was read."""

    reason = _text("Message to the client", required=False, max_length=2_000)
    understood = forms.BooleanField(label="I have read how this company approves and pays")

    def __init__(self, *data: Any, warned: bool, earlier: Application | None = None) -> None:
        super().__init__(*data)
        self.initial = {"reason": earlier.reason if earlier else ""}
        self.fields[
            "reason"
        ].help_text = "No phone numbers or addresses. You get the contacts once you are assigned."
        if not warned:
            del self.fields["understood"]

    def offer(self) -> Offer:
        return Offer(
            reason=self.cleaned_data["reason"], understood=self.cleaned_data.get("understood", False)
        )


PRICE_FIELDS: dict[str, tuple[str, ...]] = {
    PricingType.FLAT: ("price_minor",),
    PricingType.HOURLY: ("price_minor", "max_minutes"),
    PricingType.UNIT: ("price_minor", "max_units"),
    PricingType.BLENDED: ("price_minor", "max_minutes", "extra_price_minor", "extra_max_minutes"),
}
PRICE_WORDS = {
    PricingType.FLAT: "Your price",
    PricingType.HOURLY: "Your rate per hour",
    PricingType.UNIT: "Your price per unit",
    PricingType.BLENDED: "Your rate per hour at first",
}


class CounterofferForm(ApplyForm):
    """Price (its type may change too), expenses, schedule in the site's zone, expiry, reason. Starts as posted, or
    as offered before (`earlier`, waiting or run out). Only the fields of the chosen pricing type are there."""

    field_order = (
        "pricing_type", "price_minor", "max_minutes", "max_units", "extra_price_minor", "extra_max_minutes",
        "expenses", "start_at", "window_end_at", "expires_at", "reason", "understood",
    )  # fmt: skip

    def __init__(
        self,
        *data: Any,
        row: Assignment,
        warned: bool,
        now: datetime,
        earlier: Application | None = None,
    ) -> None:
        super().__init__(*data, warned=warned, earlier=earlier)
        self.row, self.base = row, earlier or row
        self._add_price()
        self.fields["expenses"] = AmountField(
            label="Expenses on top", currency=row.currency, zero=True, required=False,
            help_text="Travel or materials, paid back in addition.",
            initial=earlier.expenses_minor or None if earlier else None,
        )  # fmt: skip
        self._add_schedule(self._dates(earlier, now))
        self._add_expiry(earlier, now)
        self.fields["reason"].label = "Reason"
        self.order_fields(self.field_order)

    @property
    def pricing_type(self) -> str:
        """The chosen type; the one of the offer so far while nothing sensible was chosen."""
        chosen = self.data.get("pricing_type", "") if self.is_bound else ""
        return chosen if chosen in PRICE_FIELDS else self.base.pricing_type

    def _add_price(self) -> None:
        if self.row.non_negotiable:
            return
        kind, currency = self.pricing_type, self.row.currency
        is_same = kind == self.base.pricing_type
        made: dict[str, forms.Field] = {
            "price_minor": AmountField(label=PRICE_WORDS[PricingType(kind)], currency=currency),
            "max_minutes": HoursField(label="Most hours paid", help_text="For example 3 or 2:30."),
            "max_units": forms.IntegerField(label="Most units paid", min_value=1, max_value=100_000),
            "extra_price_minor": AmountField(label="Rate per hour after that", currency=currency),
            "extra_max_minutes": HoursField(label="Most hours at that rate"),
        }
        self.fields["pricing_type"] = forms.ChoiceField(
            label="Kind of price", choices=PricingType.choices, initial=self.base.pricing_type
        )
        for name in PRICE_FIELDS[kind]:
            self.fields[name] = made[name]
            self.fields[name].initial = getattr(self.base, name) if is_same else None

    def _dates(self, earlier: Application | None, now: datetime) -> ScheduleColumns:
        """The earlier offer's schedule while it is of this kind and lies ahead, else the posted one."""
        if earlier is None or earlier.schedule_kind != self.row.schedule_kind:
            return self.row
        last = earlier.window_end_at or earlier.start_at
        return earlier if last is not None and last > now else self.row

    def _add_schedule(self, dates: ScheduleColumns) -> None:
        row, zone = self.row, self.row.time_zone
        words = f"On the clocks at the site ({zone})."
        label = "Start" if row.schedule_kind == ScheduleKind.FIXED else "From"
        self.fields["start_at"] = LocalMomentField(
            label=label, tz_name=zone, keep=dates.start_at, help_text=words
        )
        if row.schedule_kind != ScheduleKind.FIXED:
            label = "Until" if row.schedule_kind == ScheduleKind.WINDOW else "Complete by"
            self.fields["window_end_at"] = LocalMomentField(
                label=label, tz_name=zone, keep=dates.window_end_at
            )

    def _add_expiry(self, earlier: Application | None, now: datetime) -> None:
        keep = earlier.expires_at if earlier and not earlier.is_over(now) else None
        self.fields["expires_at"] = LocalMomentField(
            label="Offer expires", tz_name=self.row.time_zone, required=False, keep=keep,
            help_text="After that the client cannot accept it any more. Leave empty to keep it open.",
        )  # fmt: skip

    def terms(self) -> Terms | None:
        """The price as typed, as soon as its own fields are right; None before that."""
        if self.row.non_negotiable:
            return self.row.terms
        names = PRICE_FIELDS[self.pricing_type]
        values: dict[str, Any] = {name: self.cleaned_data.get(name) for name in names}
        if None in values.values():
            return None
        if self.pricing_type == self.row.pricing_type:
            return replace(self.row.terms, **values)
        return Terms(self.pricing_type, self.row.currency, **values)

    def schedule(self) -> tuple[str, datetime, datetime | None] | None:
        """The schedule as typed, as soon as its own fields are right; None before that."""
        start_at, end_at = self.cleaned_data.get("start_at"), self.cleaned_data.get("window_end_at")
        if start_at is None or ("window_end_at" in self.fields and end_at is None):
            return None
        return (self.row.schedule_kind, start_at, end_at)

    def offer(self) -> Offer:
        cleaned, schedule = self.cleaned_data, self.schedule()
        return Offer(
            terms=self.terms(),
            schedule=None if schedule == self.row.schedule else schedule,
            expenses_minor=cleaned["expenses"] or 0,
            reason=cleaned["reason"],
            expires_at=cleaned["expires_at"],
            understood=cleaned.get("understood", False),
        )


class AskForm(forms.Form):
    """A question. Contact data in it is refused by the action."""

    text = _text(
        "Your question",
        max_length=1_000,
        help_text="No phone numbers or addresses. The client may show question and answer to other workers.",
    )


class ConfirmForm(forms.Form):
    """For an arrival window: when the worker comes."""

    def __init__(self, *data: Any, row: Assignment) -> None:
        super().__init__(*data)
        if row.schedule_kind == ScheduleKind.WINDOW:
            self.fields["start_at"] = LocalMomentField(
                label="I arrive at",
                tz_name=row.time_zone,
                keep=row.start_at,
                help_text=f"Inside the arrival window, on the clocks at the site ({row.time_zone}).",
            )


class PlaceForm(forms.Form):
    """Check-in and check-out: where the phone is, if it says so, and a note. A wrong position is as good as none."""

    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    accuracy = forms.FloatField(required=False, min_value=0, max_value=1_000_000, widget=forms.HiddenInput)
    note = forms.CharField(label="Note", required=False, max_length=500)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("lat", "lon", "accuracy"):
            self.errors.pop(name, None)
        return cleaned

    def fix(self) -> Fix | None:
        lat, lon, accuracy = (self.cleaned_data.get(name) for name in ("lat", "lon", "accuracy"))
        if lat is None or lon is None:
            return None
        return Fix(lat, lon, round(accuracy) if accuracy is not None else None)


class EditVisitForm(forms.Form):
    """Times of a visit on the clocks at the site, and why they change."""

    def __init__(self, *data: Any, row: Assignment, visit: CheckIn) -> None:
        super().__init__(*data)
        words = f"On the clocks at the site ({row.time_zone})."
        self.fields["in_at"] = LocalMomentField(
            label="Check-in", tz_name=row.time_zone, keep=visit.in_at, help_text=words
        )
        self.fields["out_at"] = LocalMomentField(
            label="Check-out", tz_name=row.time_zone, keep=visit.out_at, required=visit.out_at is not None
        )
        self.fields["reason"] = forms.CharField(
            label="Why you change it",
            max_length=500,
            help_text="The other side reads it, with the times from before.",
        )


class SubmitForm(forms.Form):
    """The closing summary; units where units are paid; a lower base pay if the worker wants.

    `take_proposed` fills in what the client proposed with Not Satisfied.
    """

    resolution = _text(
        "Summary of the work", rows=4, max_length=5_000, help_text="What you did, for the client."
    )

    def __init__(self, *data: Any, row: Assignment, take_proposed: bool = False) -> None:
        super().__init__(*data)
        if row.pricing_type == PricingType.UNIT:
            self.fields["units_done"] = forms.IntegerField(
                label="Units done",
                min_value=1,
                initial=row.units_done or None,
                help_text=f"At most {row.max_units}.",
            )
        self.fields["reduced_minor"] = AmountField(
            label="Lower base pay to", currency=row.currency, zero=True, required=False,
            help_text="Only if you want less than computed. It cannot be raised here.",
            initial=row.proposed_minor if take_proposed else row.reduced_minor,
        )  # fmt: skip
        self.fields["resolution"].initial = row.resolution
        self.order_fields(("units_done", "resolution", "reduced_minor"))

    def submission(self) -> Submission:
        cleaned = self.cleaned_data
        return Submission(cleaned["resolution"], cleaned.get("units_done") or 0, cleaned["reduced_minor"])


class BackOutForm(forms.Form):
    reason = forms.ChoiceField(label="Reason", choices=[("", "Choose a reason"), *BackOutReason.choices])
    note = _text("Note", max_length=1_000, help_text="What happened, in a sentence. The client reads it.")


class MoneyForm(forms.Form):
    """A request for more money. An increase of hourly or unit work is asked in hours or units."""

    def __init__(self, *data: Any, row: Assignment, kind: str) -> None:
        super().__init__(*data)
        self.kind, self.row = kind, row
        if kind == MoneyKind.INCREASE and row.pricing_type in (PricingType.HOURLY, PricingType.BLENDED):
            self.fields["add_minutes"] = HoursField(label="More hours", help_text="For example 1 or 0:30.")
        elif kind == MoneyKind.INCREASE and row.pricing_type == PricingType.UNIT:
            self.fields["add_units"] = forms.IntegerField(label="More units", min_value=1, max_value=100_000)
        else:
            label = "How much more" if kind == MoneyKind.INCREASE else "Amount"
            self.fields["amount"] = AmountField(label=label, currency=row.currency)
        self.fields["reason"] = _text(
            "Reason", max_length=1_000, help_text="The client reads it and decides."
        )
        if kind == MoneyKind.EXPENSE:
            self.fields["receipt"] = forms.FileField(
                label="Receipt",
                required=False,
                help_text="A photo or PDF, at most 25 MB.",
                allow_empty_file=True,
            )

    def more_minor(self) -> int:
        """What is asked is worth, as far as typed; 0 while nothing can be read."""
        return typed_worth(self, self.row, self.kind)

    def ask(self) -> Ask:
        cleaned = self.cleaned_data
        return Ask(
            kind=self.kind,
            reason=cleaned["reason"],
            amount_minor=cleaned.get("amount") or 0,
            add_minutes=cleaned.get("add_minutes") or 0,
            add_units=cleaned.get("add_units") or 0,
        )
