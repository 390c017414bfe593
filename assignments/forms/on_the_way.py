"""What the worker tells of the next visit: when to be expected, and why it is later."""

from typing import Any

from django import forms

from assignments.actions.on_the_way import LONGEST_REASON
from assignments.forms.fields import LocalMomentField
from assignments.models import Assignment


def _eta(row: Assignment, *, required: bool) -> LocalMomentField:
    words = f"On the clocks at the site ({row.time_zone})."
    return LocalMomentField(
        label="I expect to arrive at",
        tz_name=row.time_zone,
        keep=row.eta_at or row.start_at,
        required=required,
        help_text=words if required else f"{words} Leave it empty if you cannot say.",
    )


class SetOutForm(forms.Form):
    """The expected arrival, if there is one."""

    def __init__(self, *data: Any, row: Assignment) -> None:
        super().__init__(*data)
        self.fields["eta_at"] = _eta(row, required=False)
        self.fields["eta_at"].initial = row.eta_at


class DelayForm(forms.Form):
    """The new expected arrival, and why."""

    def __init__(self, *data: Any, row: Assignment) -> None:
        super().__init__(*data)
        self.fields["eta_at"] = _eta(row, required=True)
        self.fields["reason"] = forms.CharField(
            label="Reason",
            max_length=LONGEST_REASON,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="The client reads it.",
            initial=row.delay_reason,
        )
