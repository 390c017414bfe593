"""What is typed when somebody blocks the other side."""

from typing import Any

from django import forms


class BlockForm(forms.Form):
    """A company gives its colleagues a reason; a worker may leave a note to oneself (`is_note`)."""

    reason = forms.CharField(
        label="Reason",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Only managers and administrators of your company read it.",
        error_messages={"required": "Enter a reason. Only your own company reads it"},
    )

    def __init__(self, data: Any = None, *, is_note: bool = False) -> None:
        super().__init__(data)
        if is_note:
            field = self.fields["reason"]
            field.label, field.required = "Note", False
            field.help_text = "Only you read it."
