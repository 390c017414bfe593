"""A walk by every link as each persona: nothing is written, and no link leads nowhere (quality.md 3, row 17)."""

from copy import deepcopy

import pytest
from django.core.cache import cache

from tests.support.crawl import CRAWLED, walk
from tests.support.scene import NAMES, Scene, undone
from tests.support.snapshot import changed, snapshot

DRAWN = {200, 301, 302}
"""What a drawn link may answer."""


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_reading_writes_nothing(scene: Scene, name: str) -> None:
    visitor = scene.visitors[name]
    cookies, before = deepcopy(visitor.client.cookies), snapshot()
    cache.clear()
    with undone():
        CRAWLED[name] = walk(visitor)
        assert changed(before, snapshot()) == {}
    visitor.client.cookies = cookies
    assert len(CRAWLED[name]) > {"anonymous": 3, "staff": 1}.get(name, 10)


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_no_link_leads_nowhere(scene: Scene, crawled: dict, name: str) -> None:
    wrong = {url: page.status for url, page in crawled[name].items() if page.status not in DRAWN}
    assert wrong == {}
