"""What is typed about visits: on the phone, by the client for the worker, and as an own label."""

import re
from datetime import datetime
from typing import Any

from django import forms

from assignments.actions.custom_labels import LONGEST, Own
from assignments.closeout_page import far
from assignments.forms.fields import LocalMomentField
from assignments.forms.worker import PlaceForm
from assignments.models import Assignment, CheckIn
from assignments.site_contact import DIGITS
from assignments.visits_told import unexplained


class SitePlaceForm(PlaceForm):
    """With a word on an unusual position, and the code where the site contact can give one."""

    why = forms.CharField(
        label="Reason",
        required=False,
        max_length=300,
        help_text="If your position is not sent or is far from the site, you can say why. You need not.",
    )

    def __init__(self, *data: Any, takes_codes: bool = False) -> None:
        super().__init__(*data)
        if takes_codes:
            self.fields["code"] = forms.CharField(
                label="Code from the site contact",
                required=False,
                max_length=20,
                help_text="If you were given one on site, the time is that of the code. Your position is not kept.",
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
            )
            self.order_fields(["code"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        typed = cleaned.get("code", "")
        if typed and not re.fullmatch(rf"\d{{{DIGITS}}}", self.code()):
            self.add_error("code", "Enter the six digits of the code.")
        return cleaned

    def code(self) -> str:
        """The digits as they were given, without spaces; "" for none."""
        return re.sub(r"[\s-]", "", self.cleaned_data.get("code", ""))


class ExplainForm(forms.Form):
    """One line for each end of the visit that is unusual; both where neither is any more."""

    def __init__(self, data: Any = None, *, visit: CheckIn) -> None:
        super().__init__(data)
        arrived, left = unexplained(visit)
        if arrived or not left:
            self._ask("in_why", "Why at check-in", visit.in_why, visit.in_distance_m)
        if left or (visit.out_at and not arrived):
            self._ask("out_why", "Why at check-out", visit.out_why, visit.out_distance_m)

    def _ask(self, name: str, label: str, present: str, distance: int | None) -> None:
        known = far(distance)
        self.fields[name] = forms.CharField(
            label=label,
            required=False,
            max_length=300,
            initial=present,
            help_text=f"The position was {known}." if known else "Without a position.",
        )


class OnBehalfForm(forms.Form):
    """When the worker came or left, on the clocks at the site, and why the client enters it."""

    def __init__(self, data: Any = None, *, row: Assignment, label: str, now: datetime) -> None:
        super().__init__(data)
        self.fields["at"] = LocalMomentField(
            label=label,
            tz_name=row.time_zone,
            keep=now,
            help_text=f"On the clocks at the site ({row.time_zone}).",
        )
        self.fields["reason"] = forms.CharField(
            label="Why you do it for the worker",
            max_length=300,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="The worker reads it, and can correct the time.",
        )


class OwnLabelForm(forms.Form):
    """A label of the company's, or a new one."""

    text = forms.CharField(label="New label", required=False, max_length=LONGEST)
    note = forms.CharField(
        label="Note", required=False, max_length=300, help_text="Only your company reads it."
    )
    is_shown_to_worker = forms.BooleanField(label="Show the label to the worker", required=False)

    def __init__(self, data: Any = None, *, known: list[str]) -> None:
        super().__init__(data)
        if known:
            choices = [("", "A new one"), *((text, text) for text in known)]
            self.fields["known"] = forms.ChoiceField(label="Label", required=False, choices=choices)
            self.fields["text"].help_text = "Choose a label above, or enter a new one here."
            self.order_fields(["known", "text", "note", "is_shown_to_worker"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen, typed = cleaned.get("known", ""), cleaned.get("text", "")
        if chosen and typed:
            self.add_error("text", "Choose a label or enter a new one, not both.")
        elif not chosen and not typed and "text" not in self.errors:
            self.add_error("text", "Enter a label.")
        return cleaned

    def own(self) -> Own:
        typed = self.cleaned_data
        return Own(typed.get("known") or typed["text"], typed["note"], typed["is_shown_to_worker"])


class RemoveLabelForm(forms.Form):
    """Why a label goes, if somebody wants to say it."""

    why = forms.CharField(
        label="Why",
        required=False,
        max_length=300,
        help_text="Only your company reads it, in the label history.",
    )
