"""Lists may read the copy; everything else, and everybody who just changed something, reads the primary database."""

from typing import Any

import pytest
from django.db import router
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import resolve

from accounts.models import User
from assignments.models import Assignment
from clients.models import Member
from config.replica import COOKIE, LISTS, ListReads, ReplicaMiddleware


@pytest.fixture(autouse=True)
def _routed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(router, "routers", [ListReads()])


def asked(
    path: str, method: str = "GET", *, wrote: bool = False, writes: bool = False
) -> tuple[list[str], HttpResponse]:
    """Where assignments, members and users are read while that page is made, and the answer."""
    found: list[str] = []

    def answer(request: HttpRequest) -> HttpResponse:
        request.resolver_match = resolve(path)
        middleware.process_view(request, None, (), {})
        if writes:
            router.db_for_write(Assignment)
        found.extend(router.db_for_read(model) for model in (Assignment, Member, User))
        return HttpResponse()

    middleware = ReplicaMiddleware(answer)
    request = RequestFactory().generic(method, path)
    if wrote:
        request.COOKIES[COOKIE] = "1"
    return found, middleware(request)


PRIMARY = ["default", "default", "default"]


@pytest.mark.parametrize("path", ["/assignments/", "/find-work/", "/work/", "/schedule/"])
def test_a_list_reads_its_own_rows_from_the_copy_and_rights_from_the_primary(path: str) -> None:
    assert resolve(path).view_name in LISTS
    found, answer = asked(path)
    assert found == ["replica", "default", "default"]
    assert COOKIE not in answer.cookies


@pytest.mark.parametrize("path", ["/assignments/10482/", "/payments/", "/team/", "/admin/"])
def test_every_other_page_reads_the_primary(path: str) -> None:
    assert asked(path)[0] == PRIMARY


def test_nobody_misses_the_own_change(settings: Any) -> None:
    found, answer = asked("/assignments/", "POST")
    assert found == PRIMARY
    assert answer.cookies[COOKIE]["max-age"] == settings.ONSITE_REPLICA_LAG_SECONDS
    assert asked("/assignments/", wrote=True)[0] == PRIMARY


def test_a_list_that_writes_reads_what_it_wrote() -> None:
    assert asked("/assignments/", writes=True)[0] == PRIMARY


def test_a_request_leaves_no_trace_for_the_next_one() -> None:
    asked("/assignments/")
    assert router.db_for_read(Assignment) == "default"


def test_the_copy_is_never_migrated() -> None:
    assert router.allow_migrate("replica", "assignments") is False
    assert router.allow_migrate("default", "assignments") is True
