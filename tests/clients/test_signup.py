"""Sign-up with the choice of a side: two people, one transaction each, and nothing told about other accounts."""

import re
from typing import Any
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from clients.models import Client, CompanyCard, Member
from notifications.models import Message
from tests.support.people import CLIENT, WORKER, browser, errors, link, mails, person
from timeline.models import Entry
from workers.models import Worker

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
URL = "/accounts/signup/"


def test_the_first_page_asks_for_the_side() -> None:
    page = browser().get(URL).content.decode()
    assert "How do you want to use Onsite?" in page
    assert 'name="role" value="client"' in page
    assert "password1" not in page


@pytest.mark.parametrize(
    ("role", "own", "foreign"), [("client", "company", "radius_miles"), ("worker", "skills", "company")]
)
def test_each_side_has_its_own_form(role: str, own: str, foreign: str) -> None:
    page = browser().get(URL, {"role": role}).content.decode()
    assert f'name="{own}"' in page
    assert f'name="{foreign}"' not in page
    assert page.count("<h1") == 1


def test_a_client_gets_a_company_and_is_its_administrator() -> None:
    answer = browser().post(URL, CLIENT)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/confirm-email/")
    member = Member.objects.select_related("user", "client").get()
    assert (member.role, member.client.name, member.client.time_zone) == (
        "administrator",
        "Northwind Retail",
        "America/Chicago",
    )
    assert (member.user.name, member.user.hat, member.user.time_zone) == (
        "Priya Shah",
        "client",
        "America/Chicago",
    )
    assert CompanyCard.objects.get().client_id == member.client_id
    assert list(Entry.objects.values_list("kind", "actor_id")) == [("client.created", member.user_id)]
    assert mails() == [("email_confirmation_signup", "priya@northwind.test", "Confirm your e-mail address")]


def test_a_worker_gets_area_zone_and_skills_from_what_was_typed() -> None:
    answer = browser().post(URL, WORKER)
    assert answer["Location"] == "/accounts/confirm-email/"
    worker = Worker.objects.select_related("user").get()
    assert (worker.city, worker.region, worker.postcode, worker.radius_miles) == (
        "Columbus",
        "OH",
        "43215",
        40,
    )
    assert worker.lat == pytest.approx(39.96, abs=0.05)
    assert worker.lon == pytest.approx(-83.0, abs=0.05)
    assert [skill.name for skill in worker.skills.all()] == ["Cabling", "wi-fi"]
    assert (worker.user.hat, worker.user.time_zone) == ("worker", "America/New_York")
    assert list(Entry.objects.values_list("kind", "subject_id")) == [("worker.joined", worker.pk)]


def test_the_address_is_confirmed_before_anybody_is_signed_in() -> None:
    visitor = browser()
    visitor.post(URL, CLIENT)
    assert visitor.get("/profile/").status_code == 302
    page = visitor.post(link("email_confirmation_signup"), follow=True)
    assert page.redirect_chain[-1][0] != "/accounts/login/"
    assert visitor.get("/profile/").status_code == 200


def test_signing_in_before_confirming_sends_the_link_again_and_stays_outside() -> None:
    browser().post(URL, CLIENT)
    other = browser()
    answer = other.post("/accounts/login/", {"login": CLIENT["email"], "password": CLIENT["password1"]})
    assert answer["Location"] == "/accounts/confirm-email/"
    assert other.get("/profile/").status_code == 302


BAD: list[tuple[dict[str, str], dict[str, Any], dict[str, list[str]]]] = [
    (CLIENT, {"name": "  "}, {"name": ["Enter your name"]}),
    (CLIENT, {"email": "nobody"}, {"email": ["Enter an e-mail address, for example name@example.com"]}),
    (CLIENT, {"company": ""}, {"company": ["Enter company name"]}),
    (CLIENT, {"time_zone": "Mars/Base"}, {"time_zone": ["Choose a time zone from the list"]}),
    (WORKER, {"postcode": "4321"}, {"postcode": ["Enter a US postcode of five digits, for example 43215"]}),
    (
        WORKER,
        {"postcode": "00599"},
        {"postcode": ["This postcode has no area on the map. Enter that of a street nearby"]},
    ),
    (WORKER, {"radius_miles": "-3"}, {"radius_miles": ["Enter at least 1 mile"]}),
    (WORKER, {"radius_miles": "99999"}, {"radius_miles": ["Enter at most 1,000 miles"]}),
    (WORKER, {"radius_miles": "far"}, {"radius_miles": ["Enter a whole number of miles"]}),
    (
        WORKER,
        {"skills": "x" * 61},
        {"skills": ["Write each skill in at most 60 letters, with commas between them"]},
    ),
    (WORKER, {"skills": ",".join(map(str, range(31)))}, {"skills": ["Enter at most 30 skills"]}),
]


@pytest.mark.parametrize(("fine", "bad", "said"), BAD)
def test_bad_input_is_said_at_the_field_and_nothing_is_lost_or_made(
    fine: dict[str, str], bad: dict[str, Any], said: dict[str, list[str]]
) -> None:
    page = browser().post(URL, {**fine, **bad})
    assert page.status_code == 422
    assert errors(page) == said
    html = page.content.decode()
    assert "<title>Error: " in html
    kept = {**fine, **bad}["email"]
    assert f'value="{kept}"' in html
    assert fine["password1"] not in html
    assert (User.objects.count(), Client.objects.count(), Message.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    "password", ["short", "1234567890123", "password1234", "priya@northwind.test", "Priya Shah Priya"]
)
def test_weak_passwords_are_refused(password: str) -> None:
    assert list(errors(browser().post(URL, {**CLIENT, "password1": password}))) == ["password1"]
    assert User.objects.count() == 0


@pytest.mark.parametrize("role", ["", "admin"])
def test_no_role_makes_no_account(role: str) -> None:
    assert browser().post(URL, {**CLIENT, "role": role}).status_code == 422
    assert User.objects.count() == 0


def test_a_known_address_gets_the_same_answer_as_an_unknown_one() -> None:
    unknown = browser().post(URL, CLIENT)
    User.objects.get().emailaddress_set.update(verified=True)
    cache.clear()  # one mail an address in three minutes, whichever it is
    other = browser().post(URL, {**CLIENT, "email": CLIENT["email"].upper(), "company": "Other"})
    assert (unknown.status_code, unknown["Location"]) == (other.status_code, other["Location"])
    assert (User.objects.count(), Client.objects.count()) == (1, 1)
    assert [kind for kind, *_ in mails()] == ["email_confirmation_signup", "account_already_exists"]


@pytest.mark.parametrize("form", [CLIENT, WORKER], ids=["client", "worker"])
def test_a_known_address_costs_the_same_work_as_an_unknown_one(form: dict[str, str]) -> None:
    """The time of the answer would tell it otherwise: the same rows are made, and taken back."""
    person(email="known@northwind.test")
    made = []
    for email in ("known@northwind.test", "unknown@northwind.test"):
        with CaptureQueriesContext(connection) as asked:
            browser().post(URL, {**form, "email": email})
        inserts = [
            re.match(r'INSERT (?:OR IGNORE )?INTO "(\w+)"', one["sql"]) for one in asked.captured_queries
        ]
        made.append({found[1] for found in inserts if found} - {"django_session"})
    assert made[0] == made[1] > {"accounts_user", "account_emailaddress", "notifications_message"}
    assert User.objects.count() == 2


def test_a_lost_race_for_the_address_gets_the_same_answer_too() -> None:
    with patch("clients.signup.company.create", side_effect=IntegrityError("doubled")):
        answer = browser().post(URL, CLIENT)
    assert answer["Location"] == "/accounts/confirm-email/"
    assert (User.objects.count(), Client.objects.count()) == (0, 0)


def test_a_company_that_cannot_be_made_leaves_no_account_behind() -> None:
    with (
        patch("clients.actions.company.door.note", side_effect=RuntimeError("history is down")),
        pytest.raises(RuntimeError),
    ):
        browser().post(URL, CLIENT)
    assert (User.objects.count(), Client.objects.count(), Message.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("known", [True, False])
def test_password_reset_answers_alike(known: bool) -> None:
    user = person()
    address = user.email if known else "nobody@nowhere.test"
    answer = browser().post("/accounts/password/reset/", {"email": address})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/password/reset/done/")
    assert mails()[0][:2] == ("password_reset_key" if known else "unknown_account", address)


def test_wrong_password_and_unknown_address_answer_alike() -> None:
    user = person()
    said = []
    for address in (user.email, "nobody@nowhere.test"):
        page = browser().post("/accounts/login/", {"login": address, "password": "not-this-one"})
        said.append(
            (
                page.status_code,
                "Check address and password: they do not belong together." in page.content.decode(),
            )
        )
    assert said == [(422, True), (422, True)]
