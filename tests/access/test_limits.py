"""How often: the exact counts, by account and by address, and what the reader gets (quality.md 3, row 32)."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory

from accounts.models import User
from assignments.actions import sourcing, talk
from assignments.models import Application, Message, Question
from assignments.states import State
from common import limits, tables
from common.again import kept
from common.limits import TooMany
from tests.conftest import NOON
from tests.factories import People, assignment_in
from tests.support.http import Visitor
from tests.support.people import PASSWORD, WORKER

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
DOCS = Path(__file__).resolve().parents[2] / "docs" / "people.md"
At = Callable[[datetime], AbstractContextManager[None]]


def from_address(user: User | None, address: str) -> Client:
    made = Client(REMOTE_ADDR=address)
    if user is not None:
        made.force_login(user)
    return made


def test_the_counts_are_those_that_the_page_of_limits_names() -> None:
    """docs/people.md has the table."""
    named = re.findall(r"^\| ([a-z -]+?) \| ([\d,]+) in (\d+) (\w+) \| ([\d,]+) \|$", DOCS.read_text(), re.M)
    minutes = {"minute": 1, "minutes": 1}
    assert {what: (times, int(n) * minutes[unit], most) for what, times, n, unit, most in named} == {
        "application or counteroffer": (f"{sourcing.OFFERS}", 10, f"{sourcing.OFFERS_FROM_ADDRESS}"),
        "question": (f"{sourcing.QUESTIONS}", 10, f"{sourcing.QUESTIONS_FROM_ADDRESS}"),
        "message or note": (f"{talk.MESSAGES}", 10, f"{talk.MESSAGES_FROM_ADDRESS}"),
        "search in a list": (f"{limits.SEARCHES}", 1, f"{limits.SEARCHES_FROM_ADDRESS:,}"),
        "list as a file": (f"{tables.EXPORTS}", 10, f"{tables.EXPORTS_FROM_ADDRESS}"),
    }


def test_offers_of_one_worker_end_at_the_number_and_another_ones_do_not(people: People, frozen: Any) -> None:
    row = assignment_in(State.SENT, owner=people.owner)
    offer = sourcing.Offer(reason="I can come.")
    for number in range(sourcing.OFFERS):
        sourcing.apply(row.pk, sourcing.Offer(reason=f"Offer {number}"), actor=people.worker.user)
    with pytest.raises(TooMany):
        sourcing.apply(row.pk, offer, actor=people.worker.user)
    assert Application.objects.get().revision == sourcing.OFFERS
    sourcing.apply(row.pk, offer, actor=people.applicant.user)


def test_questions_end_at_the_number_and_the_page_keeps_what_was_typed(people: People, at: At) -> None:
    row, words = assignment_in(State.SENT, owner=people.owner), 'Is there a "ladder"?\n<b>Really</b>'
    visitor, url = Visitor(people.worker.user), f"/assignments/{row.pk}/ask/"
    for number in range(sourcing.QUESTIONS):
        visitor.submit(url, text=f"Question {number}")
    page = visitor.submit(url, text=words, status=429)
    page.has("Wait a little", "Try again in 10 minutes.", "Nothing has changed.")
    assert (page.response.headers["Retry-After"], Question.objects.count()) == ("600", sourcing.QUESTIONS)
    (form,) = [form for form in page.posts if "text" in form.controls]
    assert form.controls["text"].sent == [words]
    again = visitor.post(form.action, form.data("Send it again"), status=429, referer=url)
    assert [f.controls["text"].sent for f in again.posts if "text" in f.controls] == [[words]]
    with at(NOON + timedelta(minutes=10)):
        visitor.post(form.action, form.data("Send it again"), referer=url)
    assert Question.objects.order_by("pk").last().text.splitlines() == words.splitlines()


def test_messages_are_counted_with_notes_and_by_account(people: People, frozen: Any) -> None:
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    for number in range(talk.MESSAGES):
        (talk.post_note if number % 2 else talk.post_message)(row.pk, actor=people.owner, body=f"{number}")
    for act in (talk.post_note, talk.post_message):
        with pytest.raises(TooMany):
            act(row.pk, actor=people.owner, body="one more")
    talk.post_message(row.pk, actor=people.worker.user, body="The other side still may.")
    assert Message.objects.count() == talk.MESSAGES + 1


def test_searches_are_counted_at_every_list_and_pages_without_a_search_are_not(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SEARCHES", 3)
    owner, colleague = Visitor(people.owner), Visitor(people.manager)
    for url in ("/assignments/?q=wi-fi", "/workers/?q=cable", "/locations/?q=store"):
        owner.open(url)
    page = owner.open("/assignments/?q=wi-fi", 429)
    page.has("Wait a little", "Try again in 1 minute.")
    assert page.links["Try again"] == "/assignments/?q=wi-fi"
    owner.open("/assignments/")
    owner.open("/assignments/?q=")
    colleague.open("/assignments/?q=wi-fi")


def test_an_address_has_its_own_number_and_no_header_speaks_for_another(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SEARCHES_FROM_ADDRESS", 2)
    crowd, url = [people.owner, people.view_only, people.manager], "/assignments/?q=a"
    got = [from_address(user, "198.51.100.7").get(url).status_code for user in crowd]
    assert got == [200, 200, 429]
    forged = from_address(people.manager, "198.51.100.7").get(url, HTTP_X_FORWARDED_FOR="203.0.113.9")
    assert forged.status_code == 429
    assert from_address(people.manager, "198.51.100.8").get(url).status_code == 200


def test_behind_the_trusted_proxy_its_word_counts_and_the_visitors_own_does_not(
    people: People, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(limits, "SEARCHES_FROM_ADDRESS", 1)
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client, url = from_address(people.owner, "10.0.0.1"), "/assignments/?q=a"

    def answer(said: str) -> int:
        return client.get(url, HTTP_X_FORWARDED_FOR=said).status_code

    assert answer("198.51.100.7") == 200
    assert answer("203.0.113.1, 198.51.100.7") == 429  # the first name is what the visitor claims
    assert answer("198.51.100.8") == 200


def test_who_stops_at_the_own_number_uses_up_nothing_of_the_address(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SEARCHES", 2)
    monkeypatch.setattr(limits, "SEARCHES_FROM_ADDRESS", 4)
    noisy, url = from_address(people.owner, "198.51.100.7"), "/assignments/?q=a"
    assert [noisy.get(url).status_code for _ in range(9)] == [200] * 2 + [429] * 7
    calm = from_address(people.manager, "198.51.100.7")
    assert [calm.get(url).status_code for _ in range(2)] == [200, 200]


def test_sign_up_is_counted_by_address_and_only_the_password_is_typed_again(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"signup": "2/m/ip"}
    cache.clear()
    visitor, url = Visitor(), "/accounts/signup/?role=worker"
    for number in range(2):
        Visitor().submit(url, **{**WORKER, "email": f"new{number}@work.test"})
    page = visitor.submit(url, status=429, **{**WORKER, "email": "third@work.test"})
    page.has("Too many attempts", "What you typed is kept on this page.")
    page.lacks(PASSWORD)
    (form,) = [form for form in page.posts if "email" in form.controls]
    cache.clear()
    data = form.data("Send it again", password1=PASSWORD)
    visitor.post("/accounts/signup/", data, referer=url)
    made = User.objects.get(email="third@work.test")
    assert (made.name, made.check_password(PASSWORD)) == (WORKER["name"], True)


def test_the_factor_for_load_tests_multiplies(settings: Any, frozen: datetime) -> None:
    settings.ONSITE_LIMIT_FACTOR = 3
    for _ in range(6):
        limits.spend("x", 1, times=2, within=timedelta(hours=24))
    with pytest.raises(TooMany) as refused:
        limits.spend("x", 1, times=2, within=timedelta(hours=24))
    assert refused.value.sentence == "This is possible 6 times in 24 hours. Try again in 12 hours."
    assert refused.value.seconds == 12 * 3600


def test_a_page_that_is_too_many_never_writes_a_token_or_password_back() -> None:
    request = RequestFactory().post(
        "/x/", {"password1": "s3cret", "csrfmiddlewaretoken": "t0ken", "name": "Ana", "tag": ["a", "b"]}
    )
    found = kept(request)
    assert found is not None
    assert (found.fields, found.secrets) == ([("name", "Ana"), ("tag", "a"), ("tag", "b")], ["password1"])
