"""Between allauth and Onsite: its mails go through the outbox, its sentences are ours (decisions.md D11)."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest

from accounts.models import User
from common import clock
from notifications.outbox import queue_raw


class AccountAdapter(DefaultAccountAdapter):
    """Wired by ACCOUNT_ADAPTER."""

    error_messages = {  # noqa: RUF012 - the shape that allauth reads
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is switched off. Ask the operator of this portal.",
        "cannot_remove_primary_email": "This is your sign-in address. Confirm another one first.",
        "duplicate_email": "This is your address already. Enter another one.",
        "email_password_mismatch": "Check address and password: they do not belong together.",
        "enter_current_password": "Enter the password that you use now.",
        "incorrect_code": "This code does not fit. Enter the newest one.",
        "incorrect_password": "This is not your password. Enter it again.",
        "invalid_password_reset": "This link was used or has expired. Ask for a new one.",
        "too_many_login_attempts": "Too many attempts. Wait a few minutes, or set a new password by mail.",
        "unverified_primary_email": "Confirm this address first: open the link that we sent.",
        "same_as_current": "Enter something other than what you have now.",
        "rate_limited": "Too many requests. Wait a few minutes, then try again.",
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the mail as an outbox row; it leaves by the sender, with its retries."""
        full = {
            "request": self.request,
            "email": email,
            "current_site": get_current_site(self.request),
            **context,
        }
        mail = self.render_mail(template_prefix, email, full)
        user = context.get("user")
        queue_raw(
            to_email=email,
            subject=str(mail.subject),
            body=f"{mail.body}\n",
            user=user if isinstance(user, User) and user.pk else None,
            kind=template_prefix.rsplit("/", 1)[-1],
        )

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords count for an address and a visitor's place together: whoever guesses from elsewhere does not
        lock the owner out (quality.md 3, row 9). A place has a limit of its own besides (allauth's `login_failed`)."""
        return (
            f"{super()._get_login_attempts_cache_key(request, **credentials)}:{self.get_client_ip(request)}"
        )

    def save_user(self, request: HttpRequest, user: User, form: forms.BaseForm, commit: bool = True) -> User:
        """The account with its name and zone, before its company or worker side is made."""
        user.name = form.cleaned_data["name"]
        user.time_zone = form.cleaned_data["time_zone"]
        user.date_joined = clock.now()
        saved: User = super().save_user(request, user, form, commit=commit)
        return saved
