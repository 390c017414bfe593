"""How the lists ask (quality.md P5): no statement of a list's first or later page counts a whole table, passes over
rows by OFFSET, or looks for the next page by alternatives, which no index can begin at."""

import re
from collections.abc import Callable
from functools import partial
from typing import Final

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common import keyset
from tests.access.test_list_queries import LISTS, Growing, growing
from tests.support.http import Visitor

__all__ = ["growing"]

pytestmark = pytest.mark.django_db
ROWS, A_PAGE, DEEP = 3, 1, 3
MORE: Final = {
    "owner": (
        "/assignments/", "/assignments/?q=grown", "/assignments/?q=grown&stage=sent", "/assignments/?stage=open",
        *(f"/assignments/?sort={way}{key}" for key in ("number", "title", "start", "changed") for way in ("", "-")),
        *(f"/payments/invoices/?show={one}" for one in ("open", "past_due", "soon", "later", "disputed", "paid")),
        "/workers/",
    ),
    "worker": ("/work/?stage=former", "/work/?stage=approved"),
    "stranger": (
        "/find-work/?within=any", "/find-work/?within=any&sort=pay", "/find-work/?within=any&q=grown",
        "/find-work/?within=any&sort=nearest", "/precedents/",
    ),
}  # fmt: skip
"""Other orders and filters than those of LISTS."""
_NAME: Final = r'"?\w+"?(?:\."?\w+"?)?'
_VALUE: Final = r"(?:'[^']*'(?:::\w+)?|-?\d+)"
_PK: Final = r'"\w+"\."(?:id|assignment_id)"'
OR_KEYSET: Final = re.compile(rf"{_NAME} [<>] {_VALUE} OR \(*(?:{_NAME} = {_VALUE} AND )?{_PK} [<>]")
COUNT: Final = re.compile(r"SELECT COUNT\((?:\*|DISTINCT )?[^)]*\)(?: AS \S+)? FROM")
BOUND: Final = re.compile(r'LIMIT|GROUP BY|"assignment_id" = \d')
"""Counted up to a limit, for each row shown, or among what hangs on one assignment."""


def faults(sql: str) -> list[str]:
    """What is wrong with the way in which a statement asks."""
    found = []
    if re.search(r"\bOFFSET [1-9]", sql):
        found.append("OFFSET")
    if COUNT.search(sql) and not BOUND.search(sql):
        found.append("COUNT")
    if OR_KEYSET.search(sql):
        found.append("OR")
    return found


@pytest.mark.parametrize(
    ("sql", "wrong"),
    [
        ('SELECT "a"."id" FROM "a" ORDER BY "a"."id" LIMIT 50 OFFSET 900000', ["OFFSET"]),
        ('SELECT "a"."id" FROM "a" ORDER BY "a"."id" LIMIT 50 OFFSET 0', []),
        ('SELECT COUNT(*) AS "__count" FROM "a"', ["COUNT"]),
        ('SELECT COUNT("a"."id") AS "n" FROM "a" WHERE "a"."client_id" = 1', ["COUNT"]),
        ("SELECT COUNT(*) FROM (SELECT 1 FROM a LIMIT 151) subquery", []),
        (
            'SELECT "a"."at" FROM "a" WHERE ("a"."at" < \'2026\' OR ("a"."at" = \'2026\' AND "a"."id" < 7))',
            ["OR"],
        ),
        ('SELECT "a"."at" FROM "a" WHERE ("a"."at" > \'2026\'::timestamptz OR "a"."id" > 7)', ["OR"]),
        ('SELECT "a"."at" FROM "a" WHERE ("a"."at", "a"."id") > (\'2026\', 7) LIMIT 51', []),
        ('SELECT "a"."at" FROM "a" WHERE ("a"."start" > \'2026\' OR "a"."end" > \'2026\') LIMIT 51', []),
    ],
)
def test_control_each_shape_is_told(sql: str, wrong: list[str]) -> None:
    assert faults(sql) == wrong


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """One row makes a page, so that a few rows make deep ones."""
    of_any_size: Callable[..., keyset.Slice] = keyset.page

    def page(*given: object, **named: object) -> keyset.Slice:
        return of_any_size(*given, **{**named, "size": A_PAGE})

    monkeypatch.setattr(keyset, "page", page)
    monkeypatch.setattr("assignments.views.worker_find.page", partial(_find_page(), size=A_PAGE))


def _find_page() -> Callable[..., object]:
    from assignments.finding.pages import page  # noqa: PLC0415

    return page


@pytest.mark.usefixtures("small_pages")
def test_no_list_counts_passes_over_or_alternates(growing: Growing) -> None:
    while growing.size < ROWS:
        growing.grow()
    wrong: dict[str, list[str]] = {}
    turned = 0
    for name, paths in LISTS.items():
        visitor = Visitor(growing.people.user(name))
        for path in (*paths, *MORE[name]):
            url = path.format(sent=growing.sent.pk, pool=growing.pool.pk)
            for _ in range(DEEP):
                with CaptureQueriesContext(connection) as asked:
                    page = visitor.open(url)
                for one in asked.captured_queries:
                    if bad := faults(one["sql"]):
                        wrong.setdefault(f"{name} {path}", []).extend([*bad, one["sql"]])
                pager = (page.response.context or {}).get("page") or {}
                if not isinstance(pager, dict) or not pager.get("next_url"):
                    break
                url, turned = url.partition("?")[0] + pager["next_url"], turned + 1
    assert "\n".join(f"{path}: {what}" for path, what in wrong.items()) == ""
    assert turned > 30, "too few deep pages were looked at"
