"""Markup in every free text column is text on every page, in every notice and mail (quality.md 3, rows 18 and 21)."""

from copy import deepcopy

import pytest
from django.core.cache import cache

from notifications.mail import render
from notifications.models import Message
from tests.support.crawl import walk
from tests.support.hostile_words import ELEMENT, Finder, poison, typed_columns
from tests.support.http import Page
from tests.support.scene import NAMES, Scene, undone

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
EACH_SIDE = ("owner", "worker")


@pytest.fixture(scope="module")
def poisoned(scene: Scene) -> Scene:
    """The scene with markup everywhere; it is taken back with the scene."""
    assert poison() > 400
    return scene


def read(scene: Scene, name: str, start: str = "/", only: str = "") -> dict[str, Page]:
    visitor = scene.visitors[name]
    cookies = deepcopy(visitor.client.cookies)
    cache.clear()
    with undone():
        found = walk(visitor, every_assignment=False, start=start, only=only, alike=1 if only else 2)
    visitor.client.cookies = cookies
    return {url: page for url, page in found.items() if page.is_html}


@pytest.mark.parametrize(
    "name", [one if one in EACH_SIDE else pytest.param(one, marks=pytest.mark.slow) for one in NAMES]
)
def test_every_page_shows_markup_as_text(poisoned: Scene, name: str) -> None:
    pages = read(poisoned, name)
    assert {url: page.status for url, page in pages.items() if page.status >= 500} == {}
    assert {url: found for url, page in pages.items() if (found := Finder(page.html).found)} == {}
    shown = sum(f"<{ELEMENT}" in page.text for page in pages.values())
    assert shown > {"owner": 40, "worker": 30}.get(name, -1)


@pytest.mark.slow
def test_the_administration_shows_markup_as_text(poisoned: Scene) -> None:
    pages = read(poisoned, "staff", start="/admin/", only="/admin/")
    assert {url: page.status for url, page in pages.items() if page.status >= 500} == {}
    assert {url: found for url, page in pages.items() if (found := Finder(page.html).found)} == {}
    assert sum(f"<{ELEMENT}" in page.text for page in pages.values()) > 40


def test_every_mail_shows_markup_as_text(poisoned: Scene) -> None:
    """The HTML parts are parsed; subjects and texts are no HTML, and keep the words as they are."""
    mails = [render(message) for message in Message.objects.all()]
    assert [found for mail in mails if mail.html and (found := Finder(mail.html).found)] == []
    assert sum(f"<{ELEMENT}" in mail.text for mail in mails) > 20
    assert [mail.subject for mail in mails if len(mail.subject.splitlines()) != 1] == []


def test_the_search_finds_each() -> None:
    bad = (
        f"<{ELEMENT}>",
        f'<p title=""{" onxss"}=1>',
        '<a href=" java\tscript:x">',
        '<img src="data:text/html,x">',
    )
    assert [
        len(Finder(one).found) for one in (*bad, '<a href="/x?next=javascript:x">', "&lt;xss-el&gt;")
    ] == [
        *(1, 1, 1, 1),
        *(0, 0),
    ]


def test_what_people_type_is_attacked() -> None:
    """By name, so that the list of columns which nobody types cannot grow over these."""
    columns = {(model._meta.label, column.name) for model, column in typed_columns()}
    wanted = {
        ("accounts.User", "name"), ("clients.Client", "name"), ("assignments.Assignment", "description"),
        ("assignments.Message", "body"), ("assignments.Question", "text"), ("assignments.Application", "reason"),
        ("workers.Worker", "about"), ("assignments.Attachment", "name"), ("payments.DisputeStatement", "text"),
        ("payments.PayoutAccount", "holder"), ("assignments.CustomLabel", "text"), ("assignments.SavedView", "name"),
    }  # fmt: skip
    assert (wanted - columns, len(columns) > 150) == (set(), True)
