"""Home, profile, theme and hat."""

import pytest

from accounts import sides
from accounts.models import User
from clients.roles import Role
from tests.factories import PASSWORD, StaffFactory
from tests.support.people import browser, confirmed, errors, link, mails, member, person, worker
from workers.models import Worker

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
PROFILE = {"name": "Ana Lee", "time_zone": "Europe/Berlin", "theme": "dark", "shortcuts": "on"}


def test_home_is_the_landing_for_visitors() -> None:
    page = browser().get("/")
    assert page.status_code == 200
    assert "I need work done" in page.content.decode()


def test_home_leads_to_the_side_or_to_the_choice() -> None:
    assert browser(person()).get("/")["Location"] == "/start/"
    assert browser(confirmed(StaffFactory())).get("/")["Location"] == "/admin/"
    for user in (member().user, worker().user):
        assert browser(user).get("/")["Location"] not in ("/start/", "/admin/")


def test_a_hat_without_its_side_leads_to_the_choice() -> None:
    assert sides.home_address(person(hat="client")) == "/start/"


def test_profile_is_saved_and_remembers_the_theme() -> None:
    user = person()
    answer = browser(user).post("/profile/", PROFILE)
    assert (answer.status_code, answer.cookies["theme"].value) == (302, "dark")
    user.refresh_from_db()
    assert (user.name, user.time_zone, user.theme, user.shortcuts) == (
        "Ana Lee",
        "Europe/Berlin",
        "dark",
        True,
    )


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"name": "\n "}, {"name": ["Enter your name"]}),
        ({"name": "x" * 121}, {"name": ["Ensure this value has at most 120 characters (it has 121)."]}),
        ({"time_zone": "x"}, {"time_zone": ["Choose a time zone from the list"]}),
        ({"theme": "pink"}, {"theme": ["Choose one of the options for theme"]}),
    ],
)
def test_bad_profile_changes_nothing(bad: dict[str, str], said: dict[str, list[str]]) -> None:
    user = person(name="Before")
    page = browser(user).post("/profile/", {**PROFILE, **bad})
    assert (page.status_code, errors(page)) == (422, said)
    user.refresh_from_db()
    assert (user.name, user.theme) == ("Before", "system")


def test_the_theme_of_a_visitor_is_a_cookie_and_next_stays_here() -> None:
    visitor = browser()
    answer = visitor.post("/profile/theme/", {"theme": "dark", "next": "https://evil.test/"})
    assert (answer["Location"], answer.cookies["theme"].value) == ("/", "dark")
    assert 'data-theme="dark"' in visitor.get("/").content.decode()
    answer = visitor.post("/profile/theme/", {"theme": "light", "next": "/accounts/login/"})
    assert answer["Location"] == "/accounts/login/"


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/profile/theme/", "Choose light, dark or as on your device."),
        ("/hat/", "Choose whether you act as a client or as a worker."),
    ],
)
@pytest.mark.parametrize("data", [{}, {"theme": "", "hat": ""}, {"theme": "pink", "hat": "crown"}])
def test_nothing_or_something_unknown_chosen_is_bad_input(
    path: str, sentence: str, data: dict[str, str]
) -> None:
    user = member().user
    page = browser(user).post(path, {**data, "next": "https://evil.test/"})
    assert (page.status_code, sentence in page.content.decode()) == (422, True)
    assert "evil.test" not in page.content.decode()
    user.refresh_from_db()
    assert (user.theme, user.hat) == ("system", "client")


def test_pages_of_sign_in_answer_bad_input_like_all_others() -> None:
    """allauth's own views, made to agree (accounts/middleware.py)."""
    user = person()
    mine = browser()
    wrong = mine.post("/accounts/login/", {"login": user.email, "password": "not-this-one"})
    assert (wrong.status_code, "<title>Error: " in wrong.content.decode()) == (422, True)
    mine.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    mine.post("/accounts/reauthenticate/", {"password": PASSWORD})
    for path, data in (
        ("/accounts/password/change/", {"oldpassword": "no", "password1": "x", "password2": "y"}),
        ("/accounts/2fa/totp/activate/", {"code": "000000"}),
        ("/accounts/email/", {"action_add": "", "email": "nowhere"}),
    ):
        assert mine.get(path).status_code == 200, path
        page = mine.post(path, data)
        assert (page.status_code, bool(errors(page))) == (422, True), path


@pytest.mark.parametrize("path", ["/profile/theme/", "/hat/"])
def test_changes_need_the_token_and_post(path: str) -> None:
    user = person()
    assert browser(user, checks_csrf=True).post(path, {"theme": "dark", "hat": "client"}).status_code == 403
    assert browser(user).get(path).status_code == 405


def test_the_hat_is_put_on_by_those_who_have_the_side() -> None:
    user = member().user
    assert browser(user).post("/hat/", {"hat": "worker"})["Location"] == "/start/worker/"
    user.refresh_from_db()
    assert user.hat == "client"
    Worker.objects.create(user=user, city="Albany", postcode="12207")
    assert browser(user).post("/hat/", {"hat": "worker", "next": "//evil.test"})["Location"] == "/"
    user.refresh_from_db()
    assert user.hat == "worker"


def test_pages_of_the_person_need_sign_in() -> None:
    for path in (
        "/profile/",
        "/start/",
        "/profile/work/",
        "/company/",
        "/team/",
        "/workers/",
        "/profile/consents/",
    ):
        assert browser().get(path)["Location"] == f"/accounts/login/?next={path}"


def test_sign_in_goes_to_pages_of_this_portal_only() -> None:
    user = person()
    data = {"login": user.email.upper(), "password": PASSWORD}
    assert browser().post("/accounts/login/?next=https://evil.test/", data)["Location"] == "/"
    assert browser().post("/accounts/login/?next=/profile/", data)["Location"] == "/profile/"


def test_a_new_address_counts_when_it_is_confirmed() -> None:
    user = person(email="old@onsite.test")
    mine = browser()
    mine.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    asked = mine.post("/accounts/email/", {"action_add": "", "email": "new@onsite.test"})
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    mine.post(asked["Location"], {"password": PASSWORD})
    user.refresh_from_db()
    assert user.email == "old@onsite.test"
    assert ("email_confirmation", "new@onsite.test") in [(kind, to) for kind, to, _ in mails()]
    mine.post(link("email_confirmation"))
    user.refresh_from_db()
    assert user.email == "new@onsite.test"


def test_the_first_steps_follow_the_role() -> None:
    admin, viewer = member(), member(role=Role.VIEW_ONLY)
    assert [step.title for step in sides.first_steps(admin.user)][:3] == [
        "Add a location",
        "Add your billing address",
        "Invite a colleague",
    ]
    own = {"Add a location", "Add your billing address", "Invite a colleague"}
    assert own & {step.title for step in sides.first_steps(viewer.user)} == set()
    assert [step.is_done for step in sides.first_steps(worker().user)][:3] == [False, False, False]
    assert sides.first_steps(person()) == []


def test_markup_in_a_name_is_text_everywhere() -> None:
    user = person(name="<script>alert(1)</script>")
    page = browser(user).get("/profile/").content.decode()
    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_becoming_the_other_side_keeps_the_first() -> None:
    user = member().user
    data = {"postcode": "12207", "city": "Albany", "country": "US", "radius_miles": "25", "skills": ""}
    assert browser(user).post("/start/worker/", data)["Location"] == "/"
    user.refresh_from_db()
    assert (user.hat, user.worker.region) == ("worker", "NY")
    assert browser(user).get("/start/worker/")["Location"] == "/profile/work/"
    assert User.objects.filter(memberships__is_active=True).count() == 1
