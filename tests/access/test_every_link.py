"""One walk by every link as each persona: reading writes nothing, no link leads nowhere, every page is sound, and none
shows what is private (quality.md 3, row 4).

Sound: well-formed, one heading, a title, a language, nothing inline, the strict policy. Each address is asked on both
databases by test_urls.py; this long walk is about the pages, and runs once.
"""

import re
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import html5lib
import pytest
from django.core.cache import cache

from assignments.states import State
from tests.access.test_leaks import CLIENT_SIDE, EVERYTHING, FORBIDDEN, text_of
from tests.support import markers
from tests.support.crawl import walk
from tests.support.http import Page
from tests.support.scene import NAMES, OFFER, PROOF_NUMBER, REASON, Scene, undone
from tests.support.snapshot import changed, snapshot

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

COLLEAGUES = set(CLIENT_SIDE) - {"owner"}
"""They read what the owner reads, or less: a few assignments are enough."""
LIKE_OWNER = COLLEAGUES - {"controller"}
"""The owner's pages with fewer buttons: the table of addresses asks each, this walk only the long suite."""
DRAWN = {200, 301, 302}
"""What a drawn link may answer."""
POLICY = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "font-src 'self'",
    "connect-src 'self'", "worker-src 'self'", "manifest-src 'self'", "form-action 'self'", "base-uri 'none'",
    "frame-ancestors 'none'",
}  # fmt: skip
PREVIEWS = {"img-src 'self' blob:"}
"""Pages with photo previews let the browser show pictures from its own memory (assignments/views/worker_visit.py)."""
FAULTS = {
    "style attribute": re.compile(r"<[^>]+\sstyle\s*=", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc=)", re.I),
    "event attribute": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.I),
    "script address": re.compile(r"javascript:", re.I),
    "asset from outside": re.compile(
        r"<(?:script|link|img|iframe|source|use)\b[^>]*(?:src|href)=\"(?:https?:)?//", re.I
    ),
}


def faults(page: Page) -> list[str]:
    """What is wrong with one page, in words."""
    found = [what for what, pattern in FAULTS.items() if pattern.search(page.html)]
    if len(page.headings) != 1 or not page.headings[0]:
        found.append(f"headings {page.headings}")
    if not page.title.removesuffix("Onsite").strip(" –"):
        found.append(f"title {page.title!r}")
    if '<html lang="en"' not in page.html:
        found.append("no language")
    policy = set(page.response.headers.get("Content-Security-Policy", "").split("; "))
    if policy - PREVIEWS != POLICY and policy - PREVIEWS | {"img-src 'self'"} != POLICY:
        found.append(f"policy {sorted(policy ^ POLICY)}")
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(page.html)
    found += [f"{place}: {code} {words}" for place, code, words in parser.errors]
    return found


@dataclass(frozen=True, slots=True)
class Walk:
    """What one persona reached, and what the database held differently afterwards."""

    name: str
    pages: dict[str, Page]
    written: dict[str, Any]

    @property
    def kinds(self) -> dict[str, Page]:
        """One page of each kind, without the administration's own."""
        found: dict[str, Page] = {}
        for page in self.pages.values():
            if page.is_html and page.status == 200 and not page.url.startswith("/admin/"):
                found.setdefault(re.sub(r"\d+", "0", page.url.split("?")[0]), page)
        return found


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=pytest.mark.slow) if name in LIKE_OWNER else name for name in NAMES],
)
def walked(request: pytest.FixtureRequest, scene: Scene) -> Walk:
    name = request.param
    visitor = scene.visitors[name]
    cookies, before = deepcopy(visitor.client.cookies), snapshot()
    cache.clear()
    with undone():
        found = walk(visitor, every_assignment=name not in COLLEAGUES)
        written = changed(before, snapshot())
    visitor.client.cookies = cookies
    return Walk(name, found, written)


def test_reading_writes_nothing(walked: Walk) -> None:
    assert walked.written == {}
    assert len(walked.pages) > {"anonymous": 3, "staff": 1}.get(walked.name, 10)


def test_no_link_leads_nowhere(walked: Walk) -> None:
    assert {url: page.status for url, page in walked.pages.items() if page.status not in DRAWN} == {}


def test_every_reachable_page_is_sound(walked: Walk) -> None:
    assert {url: found for url, page in walked.kinds.items() if (found := faults(page))} == {}
    assert walked.kinds or walked.name == "staff"


SUMS = {"staff": ("/payments/reports/platform/",)}
"""Sums over everybody for those with the permission: here the sum of one is the marker itself."""


def test_no_reachable_page_or_file_shows_what_is_private(walked: Walk) -> None:
    private = FORBIDDEN.get(walked.name, ())
    pages = {
        url: page for url, page in walked.pages.items() if url.split("?")[0] not in SUMS.get(walked.name, ())
    }
    leaks = {url: [one for one in private if one in text_of(page)] for url, page in pages.items()}
    assert {url: found for url, found in leaks.items() if found} == {}


def test_those_who_may_read_each_of_the_markers(walked: Walk) -> None:
    """A search that finds nothing anywhere would prove nothing."""
    read = "".join(text_of(page) for page in walked.pages.values())
    own = {
        "owner": (*EVERYTHING, OFFER, REASON),
        "worker": (*markers.BEFORE_ASSIGNMENT, *markers.WORKERS_OWN, PROOF_NUMBER),
    }
    assert [one for one in own.get(walked.name, ()) if one not in read] == []


def test_a_cancelled_assignment_is_one_line_for_its_worker(walked: Walk, scene: Scene) -> None:
    """S41, S42 over every page: title and number may stand there, its address never."""
    address = f"/assignments/{scene[State.CANCELLED].pk}/"
    shown = [url for url, page in walked.pages.items() if address in page.html]
    assert (shown == []) == (walked.name not in CLIENT_SIDE)
