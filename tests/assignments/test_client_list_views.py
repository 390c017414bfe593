"""Saved views of the client's list over HTTP: named filters of one's own, and nothing else in them (ux.md 6.3)."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from assignments.models import Assignment, SavedView
from assignments.states import State
from clients.models import Client
from clients.roles import Role
from tests import factories as make
from tests.assignments.drafts import SignIn, acme, owner, page, sign_in, words

__all__ = ["acme", "owner", "page", "sign_in"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
NEW = "/assignments/views/new/"


def save(page: Browser, name: str = "Late ones", query: str = "stage=sent") -> Any:
    return page.post(NEW, {"name": name, "query": query})


def saved() -> list[tuple[str, str]]:
    return list(SavedView.objects.values_list("name", "query"))


def test_filters_are_named_opened_renamed_and_removed(page: Browser, owner: User) -> None:
    make.assignment_in(State.SENT, owner=owner, title="Open one")
    make.assignment_in(State.DRAFT, owner=owner, title="Draft one")
    shown = page.get("/assignments/?stage=sent&sort=title&city=")
    assert f'href="{NEW}?stage=sent&sort=title"' in words(shown)

    named = page.get(f"{NEW}?stage=sent&sort=title")
    assert named.context["told"] == [{"label": "Stage", "value": "Sent"}]
    answer = save(page, "  On   the market ", named.context["query"])
    assert answer.headers["Location"] == "/assignments/?stage=sent&sort=title"
    assert saved() == [("On the market", "stage=sent&sort=title")]

    opened = page.get(answer.headers["Location"])
    view = SavedView.objects.get()
    assert [row.title for row in opened.context["rows"]] == ["Open one"]
    assert 'stage=sent&sort=title" aria-current="page">On the market</a>' in words(opened)
    assert f'href="/assignments/views/{view.pk}/"' in words(opened)
    assert "Save as a view" not in words(opened)

    renamed = page.post(f"/assignments/views/{view.pk}/", {"name": "Market"})
    assert (renamed.headers["Location"], saved()) == (
        "/assignments/?stage=sent&sort=title",
        [("Market", "stage=sent&sort=title")],
    )
    removed = page.post(f"/assignments/views/{view.pk}/", {"remove": "1"}, follow=True)
    assert [str(one) for one in removed.context["messages"]] == [
        "The view is renamed.",
        "The view “Market” is removed.",
    ]
    assert saved() == []
    assert len(removed.context["rows"]) == 1


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("stage=sent&next=https://evil.test/&format=csv&page=abc", "stage=sent"),
        ("q=a%26next%3D%2F%2Fevil.test", "q=a%26next%3D%2F%2Fevil.test"),
        ("stage=nonsense&city=Denver", "city=Denver"),
        ("after=2026-12-04&before=soon", "after=2026-12-04"),
        ("city=Denver&sort=nonsense", "city=Denver"),
        ("city=Denver&city=Albany", "city=Albany"),
        ("q=%20%20Wi-Fi%20", "q=Wi-Fi"),
        ("label=late&sort=-changed", "label=late"),
    ],
)
def test_only_what_the_filter_form_takes_is_kept(page: Browser, query: str, kept: str) -> None:
    assert save(page, query=query).headers["Location"] == f"/assignments/?{kept}"
    assert saved() == [("Late ones", kept)]


@pytest.mark.parametrize(
    "query", ["", "sort=title", "//evil.test", "https://evil.test/?x=1", "next=/admin/", "stage=nonsense"]
)
def test_without_a_filter_nothing_is_saved(page: Browser, query: str) -> None:
    answer = save(page, query=query)
    assert answer.status_code == 422
    assert "Set a filter first, then save it as a view." in words(answer)
    assert "evil" not in words(answer)
    assert saved() == []


def test_another_companys_owner_is_no_filter(page: Browser, owner: User) -> None:
    stranger = make.member(make.company("Other"), "Otto Other")
    save(page, query=f"owner={stranger.pk}&stage=draft")
    assert saved() == [("Late ones", "stage=draft")]


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_a_bad_name_is_said_and_the_filters_stay(page: Browser, name: str) -> None:
    answer = save(page, name)
    assert answer.status_code == 422
    assert 'name="query" value="stage=sent"' in words(answer)
    assert "id_name" in words(answer)
    assert saved() == []


def test_a_name_is_used_once_by_each_person(page: Browser, acme: Client, sign_in: SignIn) -> None:
    save(page, "Market")
    again = save(page, "MARKET", "stage=draft")
    assert again.status_code == 422
    assert "You have a view with this name already." in words(again)
    save(page, "Drafts", "stage=draft")
    drafts = SavedView.objects.get(name="Drafts")
    assert page.post(f"/assignments/views/{drafts.pk}/", {"name": "market"}).status_code == 422
    assert page.post(f"/assignments/views/{drafts.pk}/", {"name": "DRAFTS"}).status_code == 302
    colleague = sign_in(make.member(acme, "Vera View", Role.VIEW_ONLY))
    assert save(colleague, "Market").status_code == 302
    assert SavedView.objects.count() == 3


def test_twenty_are_enough(page: Browser) -> None:
    for n in range(20):
        assert save(page, f"View {n}").status_code == 302
    answer = save(page, "One more")
    assert answer.status_code == 422
    assert "You have 20 saved views already. Remove one first." in words(answer)
    assert SavedView.objects.count() == 20


def test_views_of_others_are_not_there(page: Browser, acme: Client, sign_in: SignIn) -> None:
    save(page, "Secret plans")
    view = SavedView.objects.get()
    for other in (make.member(acme, "Mia Manager"), make.member(make.company("Other"), "Otto Other")):
        browser = sign_in(other)
        assert browser.get(f"/assignments/views/{view.pk}/").status_code == 404
        assert browser.post(f"/assignments/views/{view.pk}/", {"name": "Mine"}).status_code == 404
        assert browser.post(f"/assignments/views/{view.pk}/", {"remove": "1"}).status_code == 404
        assert "Secret plans" not in words(browser.get("/assignments/"))
    worker = sign_in(make.worker("Wanda Worker").user)
    assert [worker.get(NEW).status_code, worker.get(f"/assignments/views/{view.pk}/").status_code] == [
        403,
        403,
    ]
    assert saved() == [("Secret plans", "stage=sent")]


def test_a_view_of_a_gone_colleague_shows_all_and_says_so(page: Browser, acme: Client, owner: User) -> None:
    customer = make.CustomerFactory(client=acme, name="Store Group")
    make.assignment_in(State.DRAFT, owner=owner, title="Still here")
    save(page, "Stores", f"place=c{customer.pk}")
    view = SavedView.objects.get()
    customer.delete()
    assert [row.title for row in page.get(f"/assignments/?{view.query}").context["rows"]] == ["Still here"]
    assert "None of its filters applies any more." in words(page.get(f"/assignments/views/{view.pk}/"))


def test_twenty_views_cost_one_query(page: Browser, owner: User) -> None:
    make.assignment_in(State.DRAFT, owner=owner)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert page.get("/assignments/?stage=draft").status_code == 200
        return len(seen)

    first = cost()
    for n in range(20):
        save(page, f"View {n}", "stage=draft")
    assert cost() == first
    assert Assignment.objects.count() == 1
