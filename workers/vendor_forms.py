"""What is typed about a vendor."""

from typing import Any

from django import forms

from workers.models import Vendor


class VendorForm(forms.Form):
    """What clients read of a vendor."""

    name = forms.CharField(label="Name of the vendor", max_length=120)
    about = forms.CharField(
        label="About",
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What your people do, and where. Clients read it.",
    )

    def __init__(self, data: Any = None, *, row: Vendor | None = None) -> None:
        super().__init__(data, initial={"name": row.name, "about": row.about} if row else None)

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())


class InviteEmployeeForm(forms.Form):
    email = forms.EmailField(
        label="E-mail address of the worker",
        max_length=254,
        error_messages={"invalid": "Enter an e-mail address, for example name@example.com"},
        help_text="The one with which this person signs in to Onsite.",
    )
