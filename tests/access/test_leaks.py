"""Strings planted in private columns never reach the wrong person: pages, downloads and mails (quality.md 3, row 4)."""

import pytest

from assignments.states import State
from notifications.mail import render
from notifications.models import Message, Notice
from tests.support import markers
from tests.support.http import Page
from tests.support.scene import OFFER, REASON, Scene

WORKERS = ("worker", "applicant", "removed", "stranger")
CLIENT_SIDE = ("owner", "manager", "controller", "user_member", "view_only")
EVERYTHING = (*markers.BEFORE_ASSIGNMENT, *markers.CLIENTS_OWN)
FORBIDDEN: dict[str, tuple[str, ...]] = {
    "anonymous": (*EVERYTHING, OFFER, REASON, markers.PAY, "Marked"),
    "other_client": (*EVERYTHING, OFFER, REASON, markers.PAY, "Marked", "Acme Retail"),
    "worker": (*markers.CLIENTS_OWN, OFFER, REASON, "Adam Applicant"),
    "applicant": (*EVERYTHING, "Hello from the worker"),
    "removed": (*EVERYTHING, OFFER, REASON, "Adam Applicant", "I was here"),
    "stranger": (*EVERYTHING, OFFER, REASON, "Adam Applicant", "Wanda Worker", "Hello from the worker"),
    "staff": (*EVERYTHING, OFFER, REASON, "Hello from the worker"),
    **dict.fromkeys(CLIENT_SIDE, ("Work of another company", "Other Company", "Contact of Other Company")),
}
"""What no page, file or mail of that person may contain."""


def text_of(page: Page) -> str:
    return page.html + page.text


@pytest.mark.django_db
@pytest.mark.parametrize("name", FORBIDDEN)
def test_no_reachable_page_or_file_shows_what_is_private(scene: Scene, crawled: dict, name: str) -> None:
    leaks = {
        url: [one for one in FORBIDDEN[name] if one in text_of(page)] for url, page in crawled[name].items()
    }
    assert {url: found for url, found in leaks.items() if found} == {}


@pytest.mark.django_db
def test_the_markers_are_really_there(scene: Scene, crawled: dict) -> None:
    """A search that finds nothing anywhere would prove nothing: those who may, read each of them."""
    owner = "".join(text_of(page) for page in crawled["owner"].values())
    worker = "".join(text_of(page) for page in crawled["worker"].values())
    assert [one for one in (*EVERYTHING, OFFER, REASON) if one not in owner] == []
    assert [one for one in markers.BEFORE_ASSIGNMENT if one not in worker] == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in FORBIDDEN if name != "anonymous"])
def test_no_mail_and_no_notice_tells_what_is_private(scene: Scene, name: str) -> None:
    user = scene.people.user(name)
    mails = [render(message) for message in Message.objects.filter(user=user)]
    told = [f"{mail.subject} {mail.text} {mail.html}" for mail in mails]
    told += [f"{notice.title} {notice.sentence}" for notice in Notice.objects.filter(user=user)]
    assert [one for one in FORBIDDEN[name] for text in told if one in text] == []


@pytest.mark.django_db
def test_a_cancelled_assignment_is_one_line_for_its_worker(scene: Scene, crawled: dict) -> None:
    """S41, S42 over every page: title and number may stand there, its address never."""
    row = scene[State.CANCELLED]
    with_address = [url for url, page in crawled["worker"].items() if f"/assignments/{row.pk}/" in page.html]
    assert with_address == []
