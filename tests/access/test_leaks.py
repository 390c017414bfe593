"""Strings planted in private columns never reach the wrong person: pages, downloads and mails (quality.md 3, row 4)."""

import pytest
from django.urls import reverse

from notifications.mail import render
from notifications.models import Message, Notice
from payments.models import Invoice
from tests.support import markers
from tests.support.http import Page
from tests.support.scene import OFFER, PROOF_NUMBER, REASON, TROUBLE, Scene, undone

pytestmark = pytest.mark.one_database

WORKERS = ("worker", "applicant", "removed", "stranger")
CLIENT_SIDE = ("owner", "manager", "controller", "user_member", "view_only")
EVERYTHING = (*markers.BEFORE_ASSIGNMENT, *markers.CLIENTS_OWN)
FORBIDDEN: dict[str, tuple[str, ...]] = {
    "anonymous": (*EVERYTHING, PROOF_NUMBER, OFFER, REASON, markers.PAY, "Marked"),
    "other_client": (*EVERYTHING, PROOF_NUMBER, OFFER, REASON, markers.PAY, "Marked", "Acme Retail"),
    "worker": (*markers.CLIENTS_OWN, OFFER, REASON, "Adam Applicant"),
    "applicant": (*EVERYTHING, PROOF_NUMBER, "Hello from the worker", TROUBLE),
    "removed": (*EVERYTHING, PROOF_NUMBER, OFFER, REASON, "Adam Applicant", "I was here", TROUBLE),
    "stranger": (
        *EVERYTHING,
        PROOF_NUMBER,
        OFFER,
        REASON,
        "Adam Applicant",
        "Wanda Worker",
        "Hello from the worker",
        TROUBLE,
    ),
    "staff": (*EVERYTHING, OFFER, REASON, "Hello from the worker", TROUBLE),
    **dict.fromkeys(
        CLIENT_SIDE,
        (
            "Work of another company",
            "Other Company",
            "Contact of Other Company",
            *markers.WORKERS_OWN,
            PROOF_NUMBER,
        ),
    ),
}
"""What no page, file or mail of that person may contain."""


def text_of(page: Page) -> str:
    return page.html + page.text


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
