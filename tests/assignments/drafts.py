"""What the tests of drafts and of the client's list have in common: a company, its owner, and a filled form."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client as Browser

from accounts.models import User
from assignments.models import Assignment
from clients.models import Client
from tests import factories as make

DRAFT = {
    "title": "Replace two access points",
    "industry": "Networking and cabling",
    "description": "Swap both.",
    "place": "here",
    "street": "12 State Street",
    "city": "Albany",
    "postcode": "12207",
    "country": "US",
    "time_zone": "America/New_York",
    "schedule_kind": "fixed",
    "start_date": "2026-12-10",
    "start_time": "09:00",
    "duration": "2",
    "pricing_type": "flat",
    "price": "320",
    "terms_days": "30",
    "is_marketplace": "on",
    "wanted-lines": "0",
    "asked-lines": "0",
}
SignIn = Callable[[User], Browser]


@pytest.fixture
def acme() -> Client:
    return make.company("Acme Retail", cash=50_000_000, terms=50_000_000)


@pytest.fixture
def owner(acme: Client) -> User:
    return make.member(acme, "Olivia Owner")


@pytest.fixture
def sign_in() -> SignIn:
    def build(user: User) -> Browser:
        browser = Browser()
        browser.force_login(user)
        return browser

    return build


@pytest.fixture
def page(owner: User, sign_in: SignIn) -> Browser:
    return sign_in(owner)


def typed(owner: User, **changes: Any) -> dict[str, Any]:
    return {**DRAFT, "owner": owner.pk, **changes}


def at(row: Assignment, path: str = "") -> str:
    return f"/assignments/{row.pk}/{path}"


def words(response: Any) -> str:
    return " ".join(unescape(response.content.decode()).split())
