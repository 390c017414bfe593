"""Every list as a file: for whom its page opens and for nobody else, the rows of the page, and nothing private."""

import csv
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache

from assignments.states import State
from common import tables
from tests.access.test_leaks import FORBIDDEN
from tests.support import markers, sheets
from tests.support.http import Page
from tests.support.scene import NAMES, OFFER, REASON, Scene, undone

pytestmark = pytest.mark.one_database

KINDS = ("csv", "xlsx")
_known: dict[tuple[int, str, str], Page] = {}


def lists(scene: Scene) -> list[str]:
    """Every list that can be exported."""
    sent = scene[State.SENT].pk
    stages = ("invited", "applied", "assigned", "in_progress", "approved", "paid", "cancelled", "former")
    return [
        "/assignments/",
        "/assignments/?stage=sent&sort=number",
        f"/assignments/{sent}/applications/",
        "/workers/?everybody=on",
        "/team/",
        "/customers/",
        "/locations/",
        "/locations/?q=store",
        "/payments/invoices/?show=all",
        "/payments/ledger/",
        "/payments/funds/",
        "/payments/funds/?list=deposits",
        "/payments/funds/statement/",
        "/payments/",
        "/payments/?show=paid",
        "/payments/balance/",
        *(f"/work/?stage={stage}" for stage in stages),
        "/pools/",
        "/company/blocks/",
        "/vendors/",
        "/my-pools/",
        "/profile/blocks/",
        "/find-work/saved/",
        "/find-work/hidden/",
    ]


def get(scene: Scene, name: str, url: str) -> Page:
    """What the person gets, written out while it is still there; asked once, as the scene stays as it is."""
    if (page := _known.get((id(scene), name, url))) is None:
        cache.clear()
        with undone():
            page = _known[id(scene), name, url] = Page(scene.visitors[name].client.get(url), url)
            _ = page.body
    return page


def as_file(scene: Scene, name: str, url: str, kind: str) -> Page:
    return get(scene, name, f"{url}{'&' if '?' in url else '?'}format={kind}")


def rows(page: Page, kind: str) -> list[list[str]]:
    if kind == "xlsx":
        return sheets.rows(page.body)
    return list(csv.reader(StringIO(page.body.decode("utf-8-sig"))))


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_a_file_opens_for_those_for_whom_the_list_does(scene: Scene, name: str) -> None:
    for url in lists(scene):
        shown = get(scene, name, url)
        for kind in KINDS:
            page = as_file(scene, name, url, kind)
            assert page.status == shown.status, (url, kind)
            if page.status == 200:
                disposition = page.response.headers["Content-Disposition"]
                assert disposition.startswith("attachment;") and disposition.endswith(f'.{kind}"'), url
                assert page.response.headers["Cache-Control"] == "private, no-store"
                assert len(rows(page, kind)) >= 1


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in FORBIDDEN if name != "anonymous"])
def test_no_file_holds_what_its_reader_may_not_see(scene: Scene, name: str) -> None:
    leaks: dict[str, Any] = {}
    for url in lists(scene):
        for kind in KINDS:
            page = as_file(scene, name, url, kind)
            if page.status == 200:
                text = page.text if kind == "xlsx" else page.html
                found = [one for one in without_signs(FORBIDDEN[name]) if one in text]
                leaks |= {f"{url} {kind}": found} if found else {}
    assert leaks == {}


def without_signs(forbidden: tuple[str, ...]) -> list[str]:
    """Files hold amounts without a sign: "$386.35" stands there as 386.35."""
    return [one.removeprefix("$") for one in forbidden]


@pytest.mark.django_db
def test_those_who_may_find_it_in_the_file(scene: Scene) -> None:
    """The search above would prove nothing if the files were empty."""
    texts = {url: as_file(scene, "owner", url, "csv").html for url in lists(scene)[:12]}
    assert markers.GROSS.removeprefix("$") in texts["/assignments/"]
    applications = texts[f"/assignments/{scene[State.SENT].pk}/applications/"]
    assert [
        one for one in (OFFER.removeprefix("$"), REASON, "Adam Applicant") if one not in applications
    ] == []
    assert "INV-" in texts["/payments/invoices/?show=all"]
    assert "Carl Controller,carl.controller@onsite.test,Controller" in texts["/team/"]
    assert "Customer of Acme Retail,Yes,Project of Acme Retail,Yes,0" in texts["/customers/"]
    assert "Contact of Acme Retail" in texts["/locations/?q=store"]
    mine = as_file(scene, "worker", "/payments/?show=paid", "csv").html
    assert markers.PAY.removeprefix("$") in mine
    assert markers.GROSS.removeprefix("$") not in mine


@pytest.mark.django_db
def test_the_rows_are_those_of_the_filter_in_its_order_in_both_formats(scene: Scene) -> None:
    url = "/assignments/?stage=sent&sort=number"
    found = {kind: [row[:3] for row in rows(as_file(scene, "owner", url, kind), kind)] for kind in KINDS}
    assert found["csv"] == found["xlsx"]
    wanted = sorted((row.pk, row.title) for key, row in scene.rows.items() if key in (State.SENT, "left"))
    assert found["csv"][1:] == [[f"A-{pk}", title, "Sent"] for pk, title in wanted]


@pytest.mark.django_db
def test_a_cancelled_assignment_is_number_and_title_for_its_worker(scene: Scene) -> None:
    """S41, S42 hold for the file as for the page."""
    lines = rows(as_file(scene, "worker", "/work/?stage=cancelled", "csv"), "csv")[1:]
    bare = next(line for line in lines if line[1] == "Marked cancelled")
    assert bare == [scene[State.CANCELLED].number, "Marked cancelled", "Cancelled", *[""] * 7]


@pytest.mark.django_db
def test_the_comparison_in_the_file_is_that_of_the_page(scene: Scene) -> None:
    url = f"/assignments/{scene[State.SENT].pk}/applications/?sort=lowest"
    shown = get(scene, "owner", url).response.context["waiting"]
    header, *lines = rows(as_file(scene, "owner", url, "csv"), "csv")
    wanted = ("Worker", "Match", "You would pay", "Difference to posted", "Schedule", "Price asked")
    found = [tuple(line[header.index(name)] for name in wanted) for line in lines]
    assert found[: len(shown)] == [
        (
            one.name,
            str(one.match.points),
            str(one.total.decimal()),
            str(one.added.decimal()),
            one.schedule,
            one.price,
        )
        for one in shown
    ]
    assert shown


@pytest.mark.django_db
def test_files_are_counted(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit the answer is a calm page, and the list itself still opens."""
    monkeypatch.setattr(tables, "EXPORTS", 2)
    client = scene.visitors["owner"].client
    cache.clear()
    assert [client.get("/assignments/?format=csv").status_code for _ in range(3)] == [200, 200, 429]
    refused = Page(client.get("/assignments/?format=csv"), "/assignments/")
    refused.has("Wait a little", "This is possible 2 times in 10 minutes.")
    assert client.get("/assignments/").status_code == 200
