"""Odd values under every name that pages read from their query, and as ids: no server error (quality.md 3, rows 26
and 33).

On both databases: NUL is text for SQLite and an error for PostgreSQL, a number of 40 digits the other way round.
"""

from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.urls import reverse

from tests.access.table import TABLE
from tests.access.test_urls import address
from tests.hostile.places import QUERY_NAMES
from tests.support.http import Page
from tests.support.scene import NAMES, Scene, undone

pytestmark = pytest.mark.django_db
ODD = {
    "NUL": "a\x00b",
    "forty digits": "9" * 40,
    "no number": "NaN",
    "the last year": "9999-12-31",
    "quotes": "'\"%_\\",
    "half a pair": "%ED%A0%80",
    "long": "x" * 3_000,
}
USUAL = ("NUL",)
SIDES = ("owner", "worker", "staff", "anonymous")


def pages(scene: Scene) -> list[tuple[str, str]]:
    """Each address once for each side that may open it: (who, url)."""
    found = {}
    for name, stage, get, _ in TABLE:
        for who, letter in zip(NAMES, get, strict=True):
            if letter in ".k" and who in SIDES:
                found.setdefault((who, name), address(scene, name, stage))
    return [(who, url) for (who, _), url in found.items()]


@pytest.mark.parametrize(
    "what", [one if one in USUAL else pytest.param(one, marks=pytest.mark.slow) for one in ODD]
)
def test_odd_values_in_a_query_are_no_server_errors(scene: Scene, what: str) -> None:
    """All names at once, so that one request asks a page all its questions; those that fail are asked name by name."""
    wrong = {}
    asked = pages(scene)
    for who, url in asked:
        client = scene.visitors[who].client
        client.raise_request_exception = False
        cache.clear()
        with undone():
            if status(client, url, QUERY_NAMES, ODD[what]) < 500:
                continue
        for name in sorted(QUERY_NAMES):
            with undone():
                if status(client, url, {name}, ODD[what]) >= 500:
                    wrong[url] = name
    assert (wrong, len(asked) > 200) == ({}, True)


IDS = ("x", "²", "+1", "1_000", "1e9", "9" * 40, "2026-12-01", "00000000-0000-4000-8000-000000000000", "%00")


@pytest.mark.parametrize("odd", IDS)
def test_odd_ids_in_addresses_of_the_administration_are_no_server_errors(scene: Scene, odd: str) -> None:
    """Each kind of row: its page, its history, and an earlier version of it."""
    client = scene.visitors["staff"].client
    client.raise_request_exception = False
    wrong = {}
    for model in admin.site._registry:
        rows = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for path in (f"{odd}/change/", f"{odd}/history/", f"1/history/{odd}/", f"{odd}/history/1/"):
            with undone():
                answer = client.get(rows + path)
            if answer.status_code >= 500:
                wrong[rows + path] = answer.status_code
    assert wrong == {}


def status(client, url: str, names: set[str] | frozenset[str], value: str) -> int:
    """Of a GET with that value under each name; the body is read, because it may fail late."""
    plain = value if value.startswith("%ED") else urlencode({"": value})[1:]
    query = "&".join(f"{name}={plain}" for name in sorted(names))
    if len(query) > 60_000:  # a long value is sent under a few names at once
        query = query[:60_000]
    page = Page(client.get(f"{url}?{query}"), url)
    return page.status if page.body is not None else 0
