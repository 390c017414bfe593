"""What is typed for templates, and for the rule by which drafts are made from one."""

from datetime import timedelta
from typing import Any

from django import forms

from assignments.forms.typed import ClockInput, DayInput
from assignments.models import Recurrence, Template
from assignments.recurring import DAY_NAMES, LAST_DAY, Rule, Unit, bits
from clients.models import Client, Customer
from common.clock import now
from common.localtime import local

NEVER, ON, AFTER = "never", "on", "after"
LONGEST_LEAD = 60
FURTHEST = timedelta(days=3 * 366)
"""Drafts are not promised further ahead than this."""


class TemplateForm(forms.Form):
    """Its name, and the customer under whom it is listed."""

    name = forms.CharField(label="Name", max_length=80, help_text="For example: Monthly store check.")
    customer = forms.ModelChoiceField(
        Customer.objects.none(),
        label="Customer",
        required=False,
        empty_label="Any",
        help_text="The list of templates can be narrowed to a customer.",
    )

    def __init__(self, *data: Any, client: Client, template: Template | None = None, **options: Any) -> None:
        if template is not None:
            options["initial"] = {"name": template.name, "customer": template.customer_id}
        super().__init__(*data, **options)
        kept = template.customer_id if template else None
        rows = Customer.objects.filter(client=client)
        fields: dict[str, Any] = self.fields
        fields["customer"].queryset = rows.filter(is_active=True) | rows.filter(pk__in=[kept] if kept else [])
        if not fields["customer"].queryset.exists():
            del fields["customer"]

    @property
    def customer_id(self) -> int | None:
        found = self.cleaned_data.get("customer")
        return found.pk if found else None


class RepeatForm(forms.Form):
    """Every so many days, weeks or months, at a time of the day, from a day on, until some end."""

    unit = forms.ChoiceField(
        label="Repeats by", choices=Unit.choices, widget=forms.RadioSelect, initial=Unit.WEEK
    )
    every = forms.IntegerField(
        label="Every",
        min_value=1,
        max_value=52,
        initial=1,
        help_text="1: each day, week or month. 2: every other one.",
    )
    weekdays = forms.TypedMultipleChoiceField(
        label="Days of the week",
        choices=list(enumerate(DAY_NAMES)),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    month_day = forms.TypedChoiceField(
        label="Day of the month",
        choices=[*((n, str(n)) for n in range(1, 32)), (LAST_DAY, "Last day")],
        coerce=int,
        required=False,
        initial=1,
        help_text="A shorter month has its last day instead.",
    )
    at = forms.TimeField(label="Start time", widget=ClockInput)
    starts_on = forms.DateField(label="From", widget=DayInput, help_text="The first day that may be one.")
    ends = forms.ChoiceField(
        label="Ends",
        choices=[(NEVER, "When you end it"), (ON, "On a day"), (AFTER, "After a number of days")],
        widget=forms.RadioSelect,
        initial=NEVER,
    )
    ends_on = forms.DateField(label="Last day", required=False, widget=DayInput)
    count = forms.IntegerField(label="Number of days", required=False, min_value=1, max_value=999)
    lead_days = forms.IntegerField(
        label="Drafts come so many days before",
        min_value=0,
        max_value=LONGEST_LEAD,
        initial=7,
        help_text="Time to look at the draft and to send it.",
    )

    def __init__(self, *data: Any, zone: str) -> None:
        super().__init__(*data)
        self.initial["starts_on"] = local(now(), zone).date() + timedelta(days=1)
        self.zone = zone
        self.fields["at"].help_text = f"On the clocks at the site, {zone.replace('_', ' ')}."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("unit") == Unit.WEEK and not cleaned.get("weekdays") and "weekdays" not in self.errors:
            self.add_error("weekdays", "Choose at least one day.")
        from_day, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        today = local(now(), self.zone).date()
        if from_day and not today - timedelta(days=366) <= from_day <= today + FURTHEST:
            self.add_error("starts_on", "Enter a day within the next three years.")
        if cleaned.get("ends") == ON:
            if last is None and "ends_on" not in self.errors:
                self.add_error("ends_on", "Enter the last day.")
            elif last and from_day and not from_day <= last <= from_day + 10 * FURTHEST:
                self.add_error("ends_on", "Enter a day after the first one.")
        if cleaned.get("ends") == AFTER and cleaned.get("count") is None and "count" not in self.errors:
            self.add_error("count", "Enter how many days.")
        return cleaned

    def rule(self) -> Rule:
        """Only after is_valid()."""
        got = self.cleaned_data
        unit = Unit(got["unit"])
        return Rule(
            unit=unit,
            every=got["every"],
            at=got["at"].replace(second=0, microsecond=0),
            time_zone=self.zone,
            starts_on=got["starts_on"],
            ends_on=got["ends_on"] if got["ends"] == ON else None,
            weekdays=bits(got["weekdays"]) if unit == Unit.WEEK else 0,
            month_day=got["month_day"] if unit == Unit.MONTH and got["month_day"] != "" else LAST_DAY,
        )

    @property
    def times(self) -> int | None:
        """How many days the rule has, where it ends by number."""
        return self.cleaned_data["count"] if self.cleaned_data["ends"] == AFTER else None


def left_words(row: Recurrence) -> str:
    """How it ends, in words."""
    if row.left is not None:
        return f"{row.left} more day{'' if row.left == 1 else 's'}"
    return row.rule.end_words or "until you end it"
