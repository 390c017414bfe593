import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from common.clock import moved
from notifications import bell, preferences
from notifications.events import register
from notifications.models import Notice
from notifications.preferences import BOTH, Channels
from tests.support.posts import AT

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
LIST = "/notifications/"
PREFERENCES = "/notifications/preferences/"


@pytest.fixture
def page(client: Client, priya: User) -> Client:
    client.force_login(priya)
    return client


def notice(user: User, **more: object) -> Notice:
    values = {
        "title": "A-1 Site <survey>",
        "sentence": "Marcus & co applied",
        "url": "/assignments/1/",
        **more,
    }
    return Notice.objects.create(user=user, kind="test.applied", at=AT, **values)


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", LIST),
        ("get", PREFERENCES),
        ("post", PREFERENCES),
        ("post", f"{LIST}read/"),
        ("post", f"{LIST}1/open/"),
    ],
)
def test_visitors_are_asked_to_sign_in(client: Client, method: str, path: str):
    response = getattr(client, method)(path)
    assert (response.status_code, response["Location"].split("?")[0]) == (302, reverse("account_login"))


@pytest.mark.parametrize(
    ("method", "path"),
    [("post", LIST), ("get", f"{LIST}read/"), ("get", f"{LIST}1/open/"), ("delete", PREFERENCES)],
)
def test_other_methods_are_refused(page: Client, method: str, path: str):
    assert getattr(page, method)(path).status_code == 405


def test_list_shows_the_own_notices_and_marks_unread_ones(page: Client, priya: User, marcus: User):
    notice(priya)
    notice(priya, sentence="Seen before", read_at=AT)
    notice(marcus, sentence="FOREIGN-MARKER")
    with moved(AT):
        shown = text(page.get(LIST))
    assert "Marcus &amp; co applied" in shown
    assert "A-1 Site &lt;survey&gt;" in shown
    assert (shown.count(">Unread<"), shown.count('class="unread"')) == (1, 1)
    assert "1 unread" in shown
    assert ">Today<" in shown
    assert "FOREIGN-MARKER" not in shown


def test_list_without_notices_says_so(page: Client):
    shown = text(page.get(LIST))
    assert "You are up to date." in shown
    assert "Mark all read" not in shown


def test_list_leads_to_older_notices_and_back(page: Client, priya: User, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bell, "PAGE_SIZE", 1)
    old = notice(priya, sentence="First of all")
    new = notice(priya, sentence="Last of all")
    first = text(page.get(LIST))
    assert "Last of all" in first
    assert "First of all" not in first
    assert f"?after={new.pk}" in first
    second = text(page.get(LIST, {"after": new.pk}))
    assert "First of all" in second
    assert "Last of all" not in second
    assert "There is nothing older." in text(page.get(LIST, {"after": old.pk}))


@pytest.mark.parametrize("after", ["x", "-1", "9" * 40, "٣", ""])
def test_list_takes_no_odd_page_marks(page: Client, priya: User, after: str):
    notice(priya)
    assert "Marcus &amp; co applied" in text(page.get(LIST, {"after": after}))


def test_list_is_a_constant_number_of_queries(page: Client, priya: User, django_assert_num_queries):
    for count in (1, 30):
        for _ in range(count):
            notice(priya)
        with django_assert_num_queries(5):
            page.get(LIST)


def test_list_counts_no_further_than_ninety_nine(page: Client, priya: User):
    Notice.objects.bulk_create([Notice(user=priya, at=AT, sentence="x", url="/") for _ in range(101)])
    assert "More than 99 unread" in text(page.get(LIST))


def test_open_marks_read_and_goes_there(page: Client, priya: User):
    row = notice(priya)
    response = page.post(f"{LIST}{row.pk}/open/")
    assert (response.status_code, response["Location"]) == (302, "/assignments/1/")
    row.refresh_from_db()
    assert row.read_at is not None


def test_open_never_leaves_the_portal(page: Client, priya: User):
    row = notice(priya, url="https://evil.example/")
    assert page.post(f"{LIST}{row.pk}/open/")["Location"] == LIST


def test_open_of_another_persons_notice_is_a_404(page: Client, marcus: User):
    row = notice(marcus)
    assert page.post(f"{LIST}{row.pk}/open/").status_code == 404
    row.refresh_from_db()
    assert row.read_at is None


def test_read_all_marks_everything_and_says_so(page: Client, priya: User):
    notice(priya)
    response = page.post(f"{LIST}read/", follow=True)
    assert "All notifications are marked as read." in text(response)
    assert "Nothing unread" in text(response)
    assert "marked as read" not in text(page.post(f"{LIST}read/", follow=True))


def test_preferences_show_every_event_with_its_switches(page: Client, priya: User):
    preferences.choose(priya, {"test.asked": Channels(portal=True, email=False)})
    shown = text(page.get(PREFERENCES))
    assert shown.count('name="portal"') == shown.count('name="email"') == 2
    assert 'name="portal" value="test.asked" checked' in shown
    assert 'name="email" value="test.asked">' in shown
    assert "You were paid<p" in shown
    assert "Always on: it changes your work, your money or your access." in shown


def test_preferences_are_saved(page: Client, priya: User):
    response = page.post(PREFERENCES, {"portal": ["test.applied"], "email": ["test.asked"]}, follow=True)
    assert "Your notification settings are saved." in text(response)
    assert preferences.chosen(priya) == {
        "test.applied": Channels(portal=True, email=False),
        "test.asked": Channels(portal=False, email=True),
    }
    page.post(PREFERENCES, {})
    assert set(preferences.chosen(priya).values()) == {Channels(portal=False, email=False)}
    assert preferences.channels("test.paid", [priya]) == {priya.pk: BOTH}


@pytest.mark.parametrize("kind", ["test.paid", "test.unknown"])
def test_preferences_refuse_what_is_no_choice(page: Client, priya: User, kind: str):
    response = page.post(PREFERENCES, {"portal": ["test.applied", kind]})
    assert response.status_code == 422
    assert "Nothing was saved." in text(response)
    assert 'name="portal" value="test.applied" checked' in text(response)
    assert preferences.chosen(priya) == {}


def test_preferences_without_events_say_so(page: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("notifications.events._events", {})
    assert "There is nothing to choose yet." in text(page.get(PREFERENCES))
    register("test.only", "Only", "One", must_have=True)
    assert "Always on" in text(page.get(PREFERENCES))
