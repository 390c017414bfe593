"""`next=` never leads out of the portal (quality.md 3, row 22)."""

from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from django.urls import reverse

from tests.factories import PASSWORD
from tests.support.http import Visitor

pytestmark = pytest.mark.one_database

OUTSIDE = (
    "https://evil.test/", "http://evil.test", "//evil.test", "///evil.test", "////evil.test/x", "\\\\evil.test",
    "/\\evil.test", "\\/evil.test", "/\\/evil.test", "https:evil.test", "https:/evil.test", "http:\\\\evil.test",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "ftp://evil.test",
    "//evil.test@testserver",
    "https://testserver@evil.test", "https://testserver.evil.test", "/\t/evil.test", "/\n/evil.test", "\t//evil.test",
    " //evil.test", "%2f%2fevil.test", "//%65vil.test", "https://evil.test:80",
    "http://[::1]/", "//evil.test\\@testserver",
    "\x00//evil.test", "no-such-view", "2026-02-30", "?x", "é",
)  # fmt: skip
"""Thirty spellings of another place, and words that are no place at all."""
PLACES = ("account_login", "accounts:theme", "accounts:hat", "account_logout")


def leads_inside(location: str) -> bool:
    """A browser that reads this address stays here. Browsers drop tabs and line ends, and read \\ as /."""
    plain = "".join(one for one in location if one >= " ").strip().replace("\\", "/")
    parts = urlsplit(urljoin("http://testserver/accounts/login/", plain))
    return (parts.scheme, parts.netloc) == ("http", "testserver")


@pytest.mark.django_db
@pytest.mark.parametrize("name", PLACES)
def test_next_stays_local(people, name: str) -> None:
    led = []
    for target in OUTSIDE:
        visitor = Visitor(None if name == "account_login" else people.owner, csrf=False)
        typed = {
            "login": people.owner.email,
            "password": PASSWORD,
            "theme": "dark",
            "hat": "client",
            "next": target,
        }
        for url in (reverse(name), f"{reverse(name)}?{_query(target)}"):
            response = visitor.client.post(url, typed)
            location = response.headers.get("Location", "/")
            if response.status_code >= 500 or not leads_inside(location):
                led.append((target, response.status_code, location))
    assert led == []


def _query(target: str) -> str:
    return urlencode({"next": target})


@pytest.mark.django_db
def test_next_leads_to_a_local_page(people) -> None:
    """The other way: a page of the portal is kept, so that the check above is no empty one."""
    visitor = Visitor(people.owner, csrf=False)
    response = visitor.client.post(reverse("accounts:theme"), {"theme": "dark", "next": "/notifications/"})
    assert response.headers["Location"] == "/notifications/"
