"""Sessions: new at sign-in, dead at sign-out and at a new password, and with two limits (quality.md 3, row 12)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import User
from accounts.sessions import device_words
from tests.factories import PASSWORD, StaffFactory
from tests.support.http import Visitor
from tests.support.people import confirmed, person

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
At = Callable[[datetime], AbstractContextManager[None]]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36"
EDGE = f"{CHROME} Edg/142.0"


@pytest.fixture(autouse=True)
def limits(settings: Any) -> None:
    settings.ONSITE_SESSION_IDLE_HOURS, settings.ONSITE_STAFF_IDLE_HOURS = 14 * 24, 12
    settings.ONSITE_SESSION_DAYS = 30


def enter(user: User, agent: str = FIREFOX, password: str = PASSWORD) -> Visitor:
    """Signed in through the page."""
    visitor = Visitor()
    visitor.client.defaults["HTTP_USER_AGENT"] = agent
    visitor.submit("/accounts/login/", login=user.email, password=password)
    return visitor


def is_in(visitor: Visitor) -> bool:
    return visitor.client.get("/profile/").status_code == 200


def test_the_key_changes_at_sign_in_and_the_old_one_opens_nothing() -> None:
    user, visitor = person(), Visitor()
    visitor.open("/accounts/login/")
    session = visitor.client.session
    session["planted"] = "by somebody else"
    session.save()
    visitor.client.cookies["sessionid"] = before = session.session_key
    visitor.submit("/accounts/login/", login=user.email, password=PASSWORD)
    assert visitor.client.session.session_key != before
    assert is_in(visitor)
    thief = Visitor()
    thief.client.cookies["sessionid"] = before
    assert not is_in(thief)


def test_sign_out_ends_the_session_itself() -> None:
    visitor = enter(person())
    key = visitor.client.session.session_key
    (form,) = [form for form in visitor.open("/profile/").posts if form.action == "/accounts/logout/"]
    visitor.post(form.action, form.data())
    thief = Visitor()
    thief.client.cookies["sessionid"] = key
    assert not is_in(thief)
    assert not Session.objects.filter(session_key=key).exists()


def test_a_new_password_ends_every_session_of_the_person_and_no_other() -> None:
    user = person()
    here, there, other = enter(user), enter(user, SAFARI), enter(person())
    new = "another-long-secret"
    here.submit("/accounts/password/change/", oldpassword=PASSWORD, password1=new, password2=new)
    assert (is_in(here), is_in(there), is_in(other)) == (False, False, True)
    assert is_in(enter(user, password=new))


def test_an_account_that_is_switched_off_is_out_at_its_next_request() -> None:
    user = person()
    visitor = enter(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert not is_in(visitor)


@pytest.mark.parametrize(("is_staff", "hours"), [(False, 14 * 24), (True, 12)])
def test_without_use_a_session_ends_at_the_limit(
    is_staff: bool, hours: int, frozen: datetime, at: At
) -> None:
    user = confirmed(StaffFactory()) if is_staff else person()
    visitor, limit = enter(user), timedelta(hours=hours)
    with at(frozen + limit):
        assert is_in(visitor)
    with at(frozen + 2 * limit + timedelta(seconds=1)):
        page = visitor.open("/profile/")
        assert page.url.startswith("/accounts/login/")
        page.has(f"You were signed out after {'12 hours' if is_staff else '14 days'} without use.")
    assert not UserSession.objects.exists()


def test_a_session_that_is_used_daily_ends_at_the_longest(frozen: datetime, at: At) -> None:
    visitor = enter(person())
    for day in range(1, 31):
        with at(frozen + timedelta(days=day)):
            assert is_in(visitor)
    with at(frozen + timedelta(days=30, seconds=1)):
        visitor.open("/profile/").has("You were signed out: a sign-in lasts 30 days.")
        assert not is_in(visitor)


def test_the_last_use_is_written_every_five_minutes(frozen: datetime, at: At) -> None:
    visitor = enter(person())

    def seen() -> Any:
        return UserSession.objects.get().last_seen_at, visitor.client.session["seen"]

    first = seen()
    with at(frozen + timedelta(minutes=5)):
        visitor.open("/profile/")
    assert seen() == first
    later = frozen + timedelta(minutes=5, seconds=1)
    with at(later):
        visitor.open("/profile/")
    assert seen() == (later, later.timestamp())


def test_the_page_names_the_devices_and_signs_out_everywhere_else() -> None:
    user, other = person(), enter(person(), EDGE)
    here, there, home = enter(user), enter(user, SAFARI), enter(user, CHROME)
    page = here.follow(here.open("/profile/"), "Devices")
    page.has("Firefox on Linux", "Safari on iPhone", "Chrome on Windows", "This device", "from 127.0.0.1")
    page.has("A sign-in ends 14 days after its last use, and at the latest after 30 days.")
    page.lacks("Edge", here.client.session.session_key)
    page = here.submit(page, action="/accounts/sessions/", press="Sign out everywhere else")
    page.has("You are signed out on all other devices.", "Firefox on Linux")
    page.lacks("Safari on iPhone", "Sign out everywhere else")
    assert [is_in(one) for one in (here, there, home, other)] == [True, False, False, True]


def test_the_operator_ends_sessions_by_command(capsys: Any) -> None:
    user = person(email="ana@work.test")
    first, second, other = enter(user), enter(user, SAFARI), enter(person())
    with pytest.raises(CommandError, match=r"^No account has nobody@work\.test\.$"):
        call_command("sign_out", "nobody@work.test")
    with pytest.raises(CommandError, match="Name somebody"):
        call_command("sign_out")
    call_command("sign_out", "ANA@work.test")
    assert capsys.readouterr().out == "2 sessions ended.\n"
    assert [is_in(one) for one in (first, second, other)] == [False, False, True]
    call_command("sign_out", "--all")
    assert not is_in(other)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (SAFARI, "Safari on iPhone"),
        (CHROME, "Chrome on Windows"),
        (EDGE, "Edge on Windows"),
        (
            "Mozilla/5.0 (Linux; Android 15) SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36",
            "Samsung Internet on Android",
        ),
        ("curl/8.5.0", "A browser"),
        ("", "A browser"),
    ],
)
def test_browsers_in_words(agent: str, words: str) -> None:
    assert device_words(agent) == words
