"""What is typed about days off."""

from django import forms


class _DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeOffForm(forms.Form):
    """A range of days; one day where the last one is left empty."""

    from_on = forms.DateField(label="First day", widget=_DayInput)
    to_on = forms.DateField(
        label="Last day", required=False, widget=_DayInput, help_text="Leave it empty for one day."
    )
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=120,
        help_text="Only you read it, here and in your own calendar.",
    )
