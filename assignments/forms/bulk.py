"""What is typed once for all the assignments of one act."""

from django import forms

from assignments.models import BulkAct
from assignments.states import CancelReason


class BulkForm(forms.Form):
    """For acts that need nothing typed: the page still says what will happen."""

    def words(self) -> dict[str, str]:
        """What was typed, for the run; only after is_valid()."""
        return {name: str(value) for name, value in self.cleaned_data.items()}


class CancelManyForm(BulkForm):
    """One reason for all of them."""

    reason = forms.ChoiceField(label="Reason", choices=[("", "Choose a reason"), *CancelReason.choices])
    note = forms.CharField(
        label="Explanation",
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Each worker reads it. A worker may escalate a cancellation without an explanation.",
    )


FORMS: dict[str, type[BulkForm]] = {BulkAct.CANCEL: CancelManyForm}
"""The forms of the acts that ask something."""
