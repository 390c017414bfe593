"""The person's own settings. Forms clean what was typed; actions write."""

from typing import Any

from django import forms

from accounts.models import User
from accounts.zones import TimeZoneField


class PersonNameField(forms.CharField):
    """A name: one line of visible letters, white space made single."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Your name")
        kwargs.setdefault("max_length", 120)
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "name"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        return " ".join(str(super().to_python(value) or "").split())


class ProfileForm(forms.Form):
    """How the portal names a person and looks to them."""

    name = PersonNameField()
    time_zone = TimeZoneField(
        help_text="Times are shown in the zone of the site; yours is added where it differs."
    )
    theme = forms.ChoiceField(
        choices=[("system", "As on my device"), ("light", "Light"), ("dark", "Dark")],
        widget=forms.RadioSelect,
    )
    shortcuts = forms.BooleanField(
        label="Keyboard shortcuts",
        required=False,
        help_text="/ searches, c creates an assignment, ? lists them. They rest while you type.",
    )

    @classmethod
    def of(cls, user: User, data: Any = None) -> "ProfileForm":
        """The form of that person, filled with what is kept."""
        kept = {name: getattr(user, name) for name in ("name", "time_zone", "theme", "shortcuts")}
        return cls(data, initial=kept)
