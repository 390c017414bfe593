"""Getting in: throttling, reset links, second factors, rights that were taken away (quality.md 3, rows 9 to 16)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, hotp_value, yield_hotp_counters_from_time
from django.urls import reverse

from accounts.models import User
from clients.models import Member
from clients.roles import Role
from notifications.models import Message
from tests.factories import PASSWORD, People, StaffFactory, assignment_in
from tests.support.people import browser, confirmed, errors, link, member, person

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
NEW = "another-long-secret-of-mine"


def sign_in(user: User, password: str = PASSWORD, *, place: str = "10.1.1.1") -> int:
    """The status of a try from that address: 302 for in, 422 for refused, 429 for too often."""
    data = {"login": user.email, "password": password}
    return browser().post("/accounts/login/", data, REMOTE_ADDR=place).status_code


# --- Row 9: throttling without locking the victim out ---


def test_guessing_is_slowed_down() -> None:
    user = person()
    tries = [sign_in(user, f"guess-number-{n}") for n in range(12)]
    assert tries[0] == 422
    assert sign_in(user) != 302, "the right password too waits once a place has guessed too often"


def test_who_guesses_elsewhere_does_not_lock_the_owner_out() -> None:
    user = person()
    for n in range(12):
        sign_in(user, f"guess-number-{n}", place="10.9.9.9")
    assert sign_in(user, place="10.9.9.9") != 302
    assert sign_in(user, place="10.2.2.2") == 302


def test_the_place_is_that_of_the_connection_without_a_trusted_proxy() -> None:
    """A header that anybody can write gives no fresh limit."""
    user = person()
    data = {"login": user.email, "password": "wrong-and-wrong"}
    for n in range(12):
        browser().post("/accounts/login/", data, REMOTE_ADDR="10.9.9.9", HTTP_X_FORWARDED_FOR=f"10.0.0.{n}")
    assert sign_in(user, place="10.9.9.9") != 302


# --- Row 11: reset links once, expiring, host-safe ---


def reset_link(user: User, **more: str) -> str:
    answer = browser().post("/accounts/password/reset/", {"email": user.email}, **more)
    assert answer.status_code == 302
    return link("password_reset_key")


def set_by(path: str, password: str = NEW) -> int:
    """Open the link as its reader does and choose a password; 302 when it was taken."""
    mine = browser()
    opened = mine.get(path)
    if opened.status_code != 302:
        return opened.status_code
    return mine.post(opened["Location"], {"password1": password, "password2": password}).status_code


def test_a_reset_link_works_once() -> None:
    user = person()
    path = reset_link(user)
    assert set_by(path) == 302
    assert set_by(path, "yet-another-long-secret") == 200
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert "Ask for a new link" in browser().get(path).content.decode()


@pytest.mark.parametrize(("hours", "works"), [(23, True), (25, False)])
def test_a_reset_link_expires(hours: int, works: bool) -> None:
    user = person()
    with time_machine.travel(datetime(2026, 12, 1, 12, tzinfo=UTC), tick=False) as traveller:
        path = reset_link(user)
        traveller.shift(timedelta(hours=hours))
        set_by(path)
    user.refresh_from_db()
    assert user.check_password(NEW) is works


def test_a_newer_password_ends_older_links() -> None:
    user = person()
    path = reset_link(user)
    user.set_password("changed-in-the-meantime")
    user.save()
    set_by(path)
    user.refresh_from_db()
    assert not user.check_password(NEW)


@pytest.mark.parametrize(
    "header", ["HTTP_X_FORWARDED_HOST", "HTTP_X_HOST", "HTTP_FORWARDED", "HTTP_X_FORWARDED_SERVER"]
)
def test_a_reset_link_leads_to_this_portal(header: str) -> None:
    """`link` fails for any other host in the mail."""
    assert set_by(reset_link(person(), **{header: "evil.test"})) == 302
    assert "evil.test" not in Message.objects.get(kind="password_reset_key").body


def test_a_request_to_another_host_is_refused() -> None:
    user = person()
    answer = browser().post("/accounts/password/reset/", {"email": user.email}, HTTP_HOST="evil.test")
    assert (answer.status_code, Message.objects.count()) == (400, 0)


# --- Row 12: the session at sign-in, sign-out and password change ---


def test_the_session_gets_a_new_key_at_sign_in() -> None:
    user, visitor = person(), browser()
    visitor.cookies["sessionid"] = "a" * 32  # planted by somebody else
    visitor.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert visitor.cookies["sessionid"].value != "a" * 32
    assert visitor.get("/profile/").status_code == 200


def test_a_session_dies_at_sign_out_and_password_change() -> None:
    user = person()
    one, two = browser(user), browser(user)
    stolen = one.cookies["sessionid"].value
    one.post("/accounts/logout/")
    thief = browser()
    thief.cookies["sessionid"] = stolen
    assert thief.get("/profile/").status_code == 302
    three = browser()
    three.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    changed = three.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    )
    assert changed.status_code == 302
    assert two.get("/profile/").status_code == 302, "a session of before the change"


# --- Row 13: cookies ---


def test_cookies_are_for_the_server_only() -> None:
    user, visitor = person(), browser()
    visitor.get("/accounts/login/")
    visitor.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    visitor.post("/profile/theme/", {"theme": "dark"})
    seen = {
        name: (bool(one["httponly"]), one["samesite"]) for name, one in visitor.cookies.items() if one.value
    }
    assert set(seen) >= {"sessionid", "csrftoken", "theme"}
    assert set(seen.values()) == {(True, "Lax")}


# --- Row 15: second factors ---


def code_of(secret: str) -> str:
    return f"{hotp_value(secret, next(iter(yield_hotp_counters_from_time()))):06d}"


def test_a_code_works_once() -> None:
    user = person()
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(user, secret)
    with time_machine.travel(datetime(2026, 12, 1, 12, tzinfo=UTC), tick=False):
        code = code_of(secret)
        assert passed(user, code)
        assert not passed(user, code), "the same code again, within its half minute"
    with time_machine.travel(datetime(2026, 12, 1, 12, 5, tzinfo=UTC), tick=False):
        assert not passed(user, code), "an old code"
        assert passed(user, code_of(secret))


def passed(user: User, code: str) -> bool:
    """Password and code lead in."""
    mine = browser()
    asked = mine.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert "/2fa/authenticate/" in asked["Location"]
    assert mine.get("/profile/").status_code == 302, "the password alone leads nowhere"
    mine.post(asked["Location"], {"code": code})
    return mine.get("/profile/").status_code == 200


def test_guessing_codes_is_slowed_down() -> None:
    user = person()
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    mine = browser()
    asked = mine.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    said = [mine.post(asked["Location"], {"code": f"{n:06d}"}) for n in range(12)]
    assert errors(said[0])["code"] == ["This code does not fit. Enter the newest one that your app shows."]
    assert errors(said[-1]).get("code") != errors(said[0])["code"] or said[-1].status_code == 429


# --- Row 16: rights that were taken away count for the next request ---


def test_a_colleague_without_the_role_is_refused_at_once(people: People) -> None:
    row = assignment_in("sent", owner=people.owner)
    mine = browser(people.manager)
    edit, page = (reverse(f"assignments:{name}", args=[row.pk]) for name in ("edit", "details"))
    assert mine.get(edit).status_code == 200
    Member.objects.filter(user=people.manager).update(role=Role.VIEW_ONLY)
    assert (mine.get(edit).status_code, mine.get(page).status_code) == (403, 200)
    Member.objects.filter(user=people.manager).update(is_active=False)
    assert (mine.get(edit).status_code, mine.get(page).status_code) == (404, 404)


@pytest.mark.parametrize("lost", [{"is_staff": False, "is_superuser": False}, {"is_active": False}])
def test_staff_without_the_right_are_refused_at_once(lost: dict[str, bool]) -> None:
    boss = confirmed(StaffFactory())
    mine = browser(boss)
    assert mine.get("/admin/").status_code == 200
    User.objects.filter(pk=boss.pk).update(**lost)
    assert mine.get("/admin/")["Location"].startswith(("/admin/login/", "/accounts/login/"))


def test_an_account_that_is_switched_off_is_out_at_once() -> None:
    user = member().user
    mine = browser(user)
    assert mine.get("/dashboard/").status_code == 200
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert re.match(r"/accounts/login/", mine.get("/dashboard/")["Location"])
    again = browser()
    again.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert again.get("/profile/").status_code == 302
