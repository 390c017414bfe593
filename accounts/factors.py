"""The forms of second factors: allauth's own, in our words. Wired by settings (MFA_FORMS)."""

from allauth.mfa.base import forms as base
from allauth.mfa.totp import forms as totp

from accounts.entrance import InOurWords


class AuthenticateForm(InOurWords, base.AuthenticateForm):
    """A code at sign-in."""


class ReauthenticateForm(InOurWords, base.ReauthenticateForm):
    """A code before something that matters."""


class ActivateTOTPForm(InOurWords, totp.ActivateTOTPForm):
    """The first code of a new app."""
