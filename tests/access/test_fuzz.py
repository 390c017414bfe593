"""Hostile requests over all addresses: none is a server error (quality.md 3, row 26). In full: `make security`."""

from copy import deepcopy
from random import Random

import pytest
from django.core.cache import cache
from django.test import Client

from tests.access.table import TABLE
from tests.access.test_urls import address
from tests.hostile.hits import Gunner
from tests.hostile.inside import send
from tests.hostile.places import Places, patterns
from tests.support.http import Page
from tests.support.scene import NAMES, Scene, undone

pytestmark = pytest.mark.django_db
SEED, HITS, READ = 26, 300, 50
HONEST = {("readyz", 503)}
"""Says by its status that no sweep has run."""


def known_places(scene: Scene) -> Places:
    """Each address of the table for those who may open it, and the forms of some of these pages."""
    places = Places()
    rows = [(who, name, address(scene, name, stage)) for name, stage, get, _ in TABLE
            for who, one in zip(NAMES, get, strict=True) if one in ".k>"]  # fmt: skip
    for who, _, url in rows:
        places.note(who, url)
    for who, _, url in Random(SEED).sample(rows, READ):
        with undone():
            page = Page(scene.visitors[who].client.get(url), url)
        if page.is_html and page.status == 200:
            places.learn(who, url, page.html)
    return places


def fired(scene: Scene, gunner: Gunner, count: int) -> dict[str, int]:
    """Each hit that was answered by a server error, with the status; everything is undone."""
    wrong = {}
    for hit in gunner.hits(count):
        client: Client = scene.visitors[hit.who].client
        cookies = deepcopy(client.cookies)
        cache.clear()
        with undone():
            status = send(client, hit).status_code
        client.cookies = cookies
        if status >= 500 and (hit.name, status) not in HONEST:
            wrong[hit.told()] = status
    return wrong


def test_hostile_requests_are_no_server_errors(scene: Scene) -> None:
    places = known_places(scene)
    assert sum(map(len, places.forms.values())) > 25
    assert fired(scene, Gunner(places, NAMES, SEED), HITS) == {}


def test_the_search_finds_a_server_error(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A view that fails is found: the same hits would otherwise prove nothing."""

    def broken(*_: object, **__: object) -> None:
        raise ValueError("a broken view")

    monkeypatch.setattr("django.views.generic.base.View.dispatch", broken)
    assert len(fired(scene, Gunner(Places(), NAMES, SEED), 60)) > 3


def test_hits_are_the_same_for_the_same_seed() -> None:
    one, two = ([hit.told() for hit in Gunner(Places(), NAMES, SEED).hits(50)] for _ in range(2))
    assert one == two


def test_every_pattern_is_aimed_at() -> None:
    """Those of the administration too; each as often as each other one."""
    known = {one.name for one in patterns()}
    aimed = {hit.name for hit in Gunner(Places(), NAMES, SEED).hits(len(known))}
    assert (aimed, len(known) > 500) == (known, True)
