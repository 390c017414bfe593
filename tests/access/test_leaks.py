"""Strings planted in private columns never reach the wrong person: pages, downloads and mails (quality.md 3, row 4)."""

import pytest
from django.urls import reverse

from assignments.states import State
from notifications.mail import render
from notifications.models import Message, Notice
from payments.models import Invoice
from tests.support import markers
from tests.support.http import Page
from tests.support.scene import OFFER, REASON, Scene, undone

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
    **dict.fromkeys(
        CLIENT_SIDE,
        ("Work of another company", "Other Company", "Contact of Other Company", *markers.WORKERS_OWN),
    ),
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
    assert [one for one in (*markers.BEFORE_ASSIGNMENT, *markers.WORKERS_OWN) if one not in worker] == []


def documents(scene: Scene, name: str) -> dict[str, str]:
    """The words of every invoice that this person can download, by a link or by the button that locks it."""
    client, found = scene.visitors[name].client, {}
    for invoice in Invoice.objects.all():
        url = reverse("payments:invoice_pdf", args=[invoice.number])
        for method in (client.get, client.post):
            with undone():
                page = Page(method(url), url)
                if page.is_pdf:
                    found[invoice.number] = page.text
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("name", FORBIDDEN)
def test_no_document_of_money_shows_what_is_private(scene: Scene, name: str) -> None:
    leaks = {
        number: [one for one in FORBIDDEN[name] if one in words]
        for number, words in documents(scene, name).items()
    }
    assert {number: found for number, found in leaks.items() if found} == {}


@pytest.mark.django_db
def test_the_documents_are_really_read(scene: Scene) -> None:
    """Each side finds the own sums on paper; nobody else gets paper."""
    client, worker = (" ".join(documents(scene, name).values()) for name in ("owner", "worker"))
    assert [one for one in (markers.PAY, markers.FEE, markers.GROSS) if one not in client] == []
    assert [one for one in (markers.PAY, *markers.WORKERS_OWN) if one not in worker] == []
    got = {name: len(documents(scene, name)) for name in FORBIDDEN}
    assert {name: count for name, count in got.items() if count} == {
        **dict.fromkeys(("owner", "manager", "controller", "worker"), Invoice.objects.count()),
        **dict.fromkeys(
            ("user_member", "view_only"), 1
        ),  # the paid one: only who may lock an invoice sees the rest
    }


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
