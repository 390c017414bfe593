"""Platform admins see nothing before they proved a second factor (quality.md 3, row 14)."""

import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts import staff
from accounts.models import User
from tests.access.test_urls import _admin_address, admin_names
from tests.factories import PASSWORD, StaffFactory
from tests.support.http import Visitor
from tests.support.people import confirmed

pytestmark = [pytest.mark.django_db]
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def enforced(settings: Any) -> None:
    settings.ONSITE_STAFF_MFA = True
    settings.MFA_TOTP_TOLERANCE = 1  # a code of the half minute before is good: a busy machine is no finding


@pytest.fixture
def admin() -> User:
    return confirmed(StaffFactory(name="Alex Morgan"))


def code(secret: str = SECRET) -> str:
    """The code that an app with this secret shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def with_app(user: User) -> User:
    TOTP.activate(user, SECRET)
    return user


def signed_in(user: User, **fields: str) -> Visitor:
    """Through the page of sign-in, as far as it leads by a password alone."""
    visitor = Visitor()
    visitor.submit("/accounts/login/", login=user.email, password=PASSWORD, **fields)
    return visitor


@pytest.mark.one_database
def test_every_address_of_the_administration_leads_to_the_set_up(admin: User) -> None:
    visitor = Visitor(admin, csrf=False)
    for name in admin_names():
        for method in ("get", "post"):
            response = getattr(visitor.client, method)(_admin_address(name))
            got = (response.status_code, response.headers.get("Location"))
            assert got == (302, "/accounts/2fa/"), f"{method} {name}: {got}"
    assert visitor.client.get("/admin/no/such/page/").headers["Location"] == "/accounts/2fa/"


def test_without_the_rule_the_administration_opens_and_says_so(admin: User, settings: Any) -> None:
    settings.ONSITE_STAFF_MFA = False
    Visitor(admin).open("/admin/").has(
        "runs without the second factor that platform admins need in production"
    )
    Visitor(admin).open("/accounts/2fa/").has("this portal runs without that rule")


@pytest.mark.django_db(transaction=True)
def test_adding_an_app_opens_the_administration_in_this_session_only(admin: User) -> None:
    other, visitor = Visitor(admin), signed_in(admin)
    page = visitor.open("/admin/")
    assert page.url == "/accounts/2fa/"
    page.has(staff.WHY)
    page = visitor.follow(page, "Add an app")
    if page.url.startswith("/accounts/reauthenticate/"):
        page = visitor.submit(page, password=PASSWORD)
    secret = visitor.client.session["mfa.totp.secret"]
    visitor.submit(page, code=code(secret))
    page = visitor.open("/admin/")
    assert page.url == "/admin/"
    page.lacks("runs without the second factor")
    assert other.open("/admin/").url == "/accounts/2fa/reauthenticate/?next=%2Fadmin%2F"


def test_a_session_of_before_shows_the_code_once(admin: User) -> None:
    visitor = Visitor(with_app(admin))
    assert (
        visitor.client.get("/admin/").headers["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fadmin%2F"
    )
    page = visitor.open("/accounts/2fa/reauthenticate/?next=/admin/")
    assert visitor.submit(page, code="000000", status=422).status == 422
    assert visitor.client.get("/admin/").status_code == 302
    assert visitor.submit(page, code=code()).url == "/admin/"


def test_signing_in_with_the_code_is_enough_and_without_it_nobody_is_in(admin: User) -> None:
    visitor = signed_in(with_app(admin))
    assert visitor.client.get("/admin/").headers["Location"].startswith("/admin/login/")
    visitor.submit("/accounts/2fa/authenticate/", code=code())
    assert visitor.open("/admin/").url == "/admin/"


def test_recovery_codes_alone_do_not_outlive_the_app(admin: User) -> None:
    visitor = signed_in(with_app(admin))
    RecoveryCodes.activate(admin)
    visitor.submit("/accounts/2fa/authenticate/", code=code())
    Authenticator.objects.filter(user=admin, type=Authenticator.Type.TOTP).delete()
    assert visitor.client.get("/admin/").headers["Location"] == "/accounts/2fa/"


def entered(admin: User) -> Visitor:
    visitor = signed_in(with_app(admin))
    visitor.submit("/accounts/2fa/authenticate/", code=code())
    return visitor


def test_rights_and_money_ask_once_more_and_lose_nothing_typed(admin: User) -> None:
    other = confirmed(StaffFactory(name="Before", is_superuser=False))
    group = Group.objects.create(name="Settlers")
    visitor, url = entered(admin), reverse("admin:accounts_user_change", args=[other.pk])
    asked = visitor.client.get(url)
    assert (asked.status_code, asked.headers["Location"].split("?")[0]) == (302, "/accounts/reauthenticate/")
    form = visitor.submit(asked.headers["Location"], password=PASSWORD)
    assert form.url == url
    session = visitor.client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()
    data = form.form_with({"name"}).data("Save", name="After", groups=[str(group.pk)])
    sent = visitor.client.post(url, data, HTTP_REFERER=f"http://testserver{url}")
    other.refresh_from_db()
    assert (sent.headers["Location"].split("?")[0], other.name) == ("/accounts/reauthenticate/", "Before")
    visitor.submit(sent.headers["Location"], password=PASSWORD)
    other.refresh_from_db()
    assert (other.name, [one.name for one in other.groups.all()]) == ("After", ["Settlers"])


def test_fresh_names_exist() -> None:
    assert set(admin_names()) >= staff.FRESH
