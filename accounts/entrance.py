"""The forms of sign-in and passwords: allauth's own, in our words. Wired by settings (ACCOUNT_FORMS)."""

from typing import Any

from allauth.account import forms as given
from django import forms

PASSWORD_HINT = "At least 10 characters, not only digits, and not your name or address."  # noqa: S105
_LABELS = {
    "login": "E-mail address",
    "email": "E-mail address",
    "password": "Password",
    "remember": "Keep me signed in on this device",
    "oldpassword": "Current password",
    "password1": "New password",
    "password2": "New password again",
}


class InOurWords(forms.Form):
    """Labels instead of placeholders, and the rules of a password told in one sentence."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = _LABELS.get(name, field.label)
            if name in ("password", "oldpassword"):
                field.help_text = ""
            if name == "password1":
                field.help_text = PASSWORD_HINT
            if name == "password2":
                field.help_text = ""
            if name in ("login", "email"):
                field.error_messages["invalid"] = "Enter an e-mail address, for example name@example.com"


class LoginForm(InOurWords, given.LoginForm):
    """Sign-in by e-mail address and password."""


class AddEmailForm(InOurWords, given.AddEmailForm):
    """The new address, which is confirmed before it counts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "New e-mail address"


class ChangePasswordForm(InOurWords, given.ChangePasswordForm):
    """A new password for somebody who knows the current one."""


class SetPasswordForm(InOurWords, given.SetPasswordForm):
    """A first password for an account that has none."""


class ResetPasswordForm(InOurWords, given.ResetPasswordForm):
    """Asks for a link to set a new password. The answer is the same for every address."""


class ResetPasswordKeyForm(InOurWords, given.ResetPasswordKeyForm):
    """The new password behind such a link."""


class ReauthenticateForm(InOurWords, given.ReauthenticateForm):
    """The password once more, before something that matters."""
