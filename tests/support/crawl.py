"""Walks the portal as one person: from the home page by every link, GET only."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Final

import pytest
from django.core.cache import cache

from tests.support.http import Page, Visitor
from tests.support.scene import NAMES, Scene, undone

MOST: Final = 600
"""More pages than this for one person means that links multiply without end."""
VARIANTS: Final = 3
"""Filters, sorting and pages of one list: so many of its addresses are read."""
ALIKE: Final = 5
"""Pages that differ only by the number of a person, a company or a file: so many are read. Assignments: all."""
CRAWLED: dict[str, dict[str, Page]] = {}
"""Person -> address -> page: one walk for each process, as the scene is always the same."""


def walk(visitor: Visitor, start: str = "/") -> dict[str, Page]:
    """Every page that links lead to, by address; downloads are read and not followed."""
    found: dict[str, Page] = {}
    queue = [start]
    paths: Counter[str] = Counter()
    shapes: Counter[str] = Counter()
    while queue and len(found) < MOST:
        url = queue.pop(0)
        path, shape = url.split("?")[0], _shape(url)
        if url in found or paths[path] >= VARIANTS:
            continue
        if shapes[shape] >= ALIKE and not shape.startswith("/assignments/"):
            continue
        paths[path] += 1
        shapes[shape] += 1
        response = visitor.client.get(url)
        page = found[url] = Page(response, url)
        if response.status_code in (301, 302):
            queue.append(response.headers["Location"])
        elif page.is_html:
            queue += [
                one
                for one in dict.fromkeys(page.local())
                if one not in found and not one.startswith("/admin/")
            ]
        _ = page.body
    assert len(found) < MOST, f"links without end: {sorted(found)[-5:]}"
    return found


def _shape(url: str) -> str:
    return re.sub(r"\d+", "0", url)


class Crawled(Mapping[str, dict[str, Page]]):
    """Persona -> what can be reached, walked when first asked for. Whatever reading writes is taken back."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def __getitem__(self, name: str) -> dict[str, Page]:
        if name not in CRAWLED:
            visitor = self.scene.visitors[name]
            cookies = deepcopy(visitor.client.cookies)
            cache.clear()
            with undone():
                CRAWLED[name] = walk(visitor)
            visitor.client.cookies = cookies
        return CRAWLED[name]

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


@pytest.fixture(scope="module")
def crawled(scene: Scene) -> Crawled:
    """What each persona can reach from the home page."""
    return Crawled(scene)
