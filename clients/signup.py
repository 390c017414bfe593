"""Sign-up with the choice of a side: the account and its company or worker side in one transaction.

One form for both: `role` comes with the address (?role=client) and, hidden, with the form. Without a role the
page shows the choice.
"""

from contextlib import suppress
from typing import Any
from uuid import uuid4

from allauth.account.forms import SignupForm as GivenSignupForm
from allauth.core import context
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from accounts.entrance import PASSWORD_HINT, InOurWords
from accounts.forms import PersonNameField
from accounts.models import User
from accounts.zones import TimeZoneField
from clients.actions import company
from clients.forms import CompanyNameField, billing_fields
from common import places
from workers import actions as workers
from workers import area
from workers.forms import RadiusField, SkillsField

ROLES = (("client", "I need work done"), ("worker", "I do the work"))
DEFAULT_ZONE = "America/New_York"


class _GivenUp(Exception):
    """Takes back what was made only for its time."""


class SignupForm(InOurWords, GivenSignupForm):
    """Wired by ACCOUNT_FORMS."""

    account_already_exists: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.side = _asked_role()
        self.fields["email"].help_text = "We send a link to confirm it. Nothing is public before."
        self.fields["email"].widget.attrs["autocomplete"] = "username"
        password = self.fields["password1"]
        password.label, password.help_text = "Password", PASSWORD_HINT
        self.fields = {
            "role": forms.ChoiceField(choices=ROLES, widget=forms.HiddenInput, initial=self.side),
            "name": PersonNameField(),
            "email": self.fields["email"],
            "password1": password,
            **_fields_of(self.side),
        }

    @property
    def person_fields(self) -> list[forms.BoundField]:
        """Step 2: who signs in."""
        return [self[name] for name in ("name", "email", "password1")]

    @property
    def side_fields(self) -> list[forms.BoundField]:
        """Step 3: the company, or the worker's area."""
        return [self[name] for name in _fields_of(self.side)]

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        if self.side == "worker":
            data["area"] = area.cleaned(self)
            data["time_zone"] = places.time_zone(data.get("postcode", "")) or DEFAULT_ZONE
        if "password1" in data and "password1" not in self.errors:
            self._compare_with_name(data["password1"])
        return data

    def _compare_with_name(self, password: str) -> None:
        """allauth compares the password with the address only."""
        try:
            validate_password(password, User(name=self.cleaned_data.get("name", "")))
        except forms.ValidationError as refusal:
            self.add_error("password1", refusal)

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """All or nothing. Somebody who took the address a moment ago gets the same answer as always."""
        if self.account_already_exists:
            self._work_for_nothing(request)
        try:
            with transaction.atomic():
                saved: tuple[User | None, HttpResponse | None] = super().try_save(request)
        except IntegrityError:
            self.account_already_exists = True
            saved = super().try_save(request)
        return saved

    def _work_for_nothing(self, request: HttpRequest) -> None:
        """Make the account under an address of nobody and give it up: else a short wait would tell that the address
        has an account already. The password alone costs most of the time."""
        typed = self.cleaned_data["email"]
        self.cleaned_data["email"] = f"{uuid4().hex}@{typed.rpartition('@')[2]}"
        self.account_already_exists = False
        with suppress(_GivenUp), transaction.atomic():
            self.save(request)
            raise _GivenUp
        self.cleaned_data["email"] = typed
        self.account_already_exists = True

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth with the new account, inside the transaction of `try_save`."""
        data = self.cleaned_data
        if self.side == "client":
            names = ("time_zone", "street", "city", "region", "postcode", "country")
            company.create(
                actor=user, values={"name": data["company"], **{name: data[name] for name in names}}
            )
        else:
            workers.join(
                actor=user, area=data["area"], radius_miles=data["radius_miles"], skills=data["skills"]
            )
        user.refresh_from_db()


def _asked_role() -> str:
    request = context.request
    asked = (request.POST.get("role") or request.GET.get("role", "")) if request is not None else ""
    return asked if asked in dict(ROLES) else ""


def _fields_of(role: str) -> dict[str, forms.Field]:
    if role == "client":
        return {
            "company": CompanyNameField(),
            "time_zone": TimeZoneField(initial=DEFAULT_ZONE),
            **billing_fields(),
        }
    if role == "worker":
        return {**area.fields(), "radius_miles": RadiusField(initial=50), "skills": SkillsField()}
    return {}
