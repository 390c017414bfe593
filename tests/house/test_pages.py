"""Every page that somebody can reach: well-formed, one heading, a title, a language, nothing inline, strict policy."""

import re
from collections.abc import Iterator

import html5lib
import pytest

from tests.support.crawl import Crawled, crawled
from tests.support.http import Page
from tests.support.scene import NAMES, Scene, scene

__all__ = ["crawled", "scene"]

POLICY = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "font-src 'self'",
    "connect-src 'self'", "worker-src 'self'", "manifest-src 'self'", "form-action 'self'", "base-uri 'none'",
    "frame-ancestors 'none'",
}  # fmt: skip
PREVIEWS = {"img-src 'self' blob:"}
"""Pages with photo previews let the browser show pictures from its own memory (assignments/views/worker_visit.py)."""
FORBIDDEN = {
    "style attribute": re.compile(r"<[^>]+\sstyle\s*=", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc=)", re.I),
    "event attribute": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.I),
    "script address": re.compile(r"javascript:", re.I),
    "asset from outside": re.compile(
        r"<(?:script|link|img|iframe|source|use)\b[^>]*(?:src|href)=\"(?:https?:)?//", re.I
    ),
}


def pages(found: Crawled, name: str) -> Iterator[Page]:
    return (
        page
        for page in found[name].values()
        if page.is_html and page.status == 200 and not page.url.startswith("/admin/")
    )


def faults(page: Page) -> list[str]:
    """What is wrong with one page, in words."""
    found = [what for what, pattern in FORBIDDEN.items() if pattern.search(page.html)]
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


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in NAMES if name != "staff"])
def test_every_reachable_page_is_sound(scene: Scene, crawled: Crawled, name: str) -> None:
    known: dict[str, Page] = {}
    for page in pages(crawled, name):
        known.setdefault(re.sub(r"\d+", "0", page.url.split("?")[0]), page)
    wrong = {url: found for url, page in known.items() if (found := faults(page))}
    assert wrong == {}
    assert known
