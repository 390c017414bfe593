"""Every column of every model added to every form that the portal shows: nothing changes (quality.md 3, row 5).

The forms are found, not listed: each page of the access table that somebody may open is read, and each of its forms is
sent twice as a browser would, once with the foreign columns. What the database holds afterwards has to be the same.
"""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.cache import cache
from django.db import connection

from tests.access.table import TABLE
from tests.access.test_tampering import extras, in_parts
from tests.access.test_urls import address
from tests.support.http import FRAME, Control, Form, Page
from tests.support.scene import NAMES, Scene, undone
from tests.support.snapshot import READING, snapshot

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
PARTS = 16
"""The table is read in so many parts: the usual suite reads one of them, the long one all."""
TYPED = {
    "text": "Plain words", "textarea": "Plain words", "search": "", "email": "someone@onsite.test", "number": "1",
    "date": "2026-12-20", "time": "09:30", "datetime-local": "2026-12-03T10:00", "tel": "+1 518 555 0100",
    "password": "a-good-long-secret", "url": "", "hidden": "",
}  # fmt: skip
"""What is typed into an empty input of that type."""


@dataclass(frozen=True)
class Found:
    """One form: who sees it, where it leads, and what the person sends."""

    who: str
    url: str
    sent: dict[str, list[str]]
    names: frozenset[str]


def value(control: Control) -> list[str]:
    """What stands there, else something that fits the type."""
    if [one for one in control.sent if one] or control.kind in ("checkbox", "many", "file"):
        return list(control.sent)
    offered = [one for one in control.offers if one]
    return offered[:1] if offered else [TYPED.get(control.kind, "1")]


def filled(form: Form) -> dict[str, list[str]]:
    data = {name: value(control) for name, control in form.controls.items() if control.kind != "file"}
    for _, name, words in form.buttons[:1]:
        data |= {name: [words]} if name else {}
    return {name: values for name, values in data.items() if values}


def forms(scene: Scene, rows: Iterable[tuple[str, str, str, str]]) -> Iterator[Found]:
    """Each kind of form on the pages of these rows once: by the name of its page, and by its inputs."""
    seen: set[tuple[str, frozenset[str]]] = set()
    for name, stage, get, _ in rows:
        for who in [one for one, letter in zip(NAMES, get, strict=True) if letter == "."][:2]:
            url = address(scene, name, stage)
            with undone():
                page = Page(scene.visitors[who].client.get(url), url)
            for form in page.posts if page.is_html else ():
                action = urlsplit(urljoin(url, form.action) if form.action else url).path
                key = (name, frozenset(form.controls))
                if key not in seen and action not in FRAME:
                    seen.add(key)
                    yield Found(who, action, filled(form), key[1] | asked_at(scene, who, action))


def asked_at(scene: Scene, who: str, url: str) -> frozenset[str]:
    """What the address asks on its own page: a short form elsewhere leads there with less."""
    with undone():
        page = Page(scene.visitors[who].client.get(url), url)
    return frozenset(name for form in (page.forms if page.is_html else ()) for name in form.controls)


def outcome(scene: Scene, form: Found, more: dict[str, str]) -> tuple[int, dict[str, tuple[int, str]] | None]:
    """Status, and what the database holds afterwards (None: nothing was written). All of it is taken back."""
    client = scene.visitors[form.who].client
    cookies, wrote = deepcopy(client.cookies), []

    def note(execute, sql, *rest):
        if not sql.lstrip().upper().startswith(READING) and '"django_session"' not in sql:
            wrote.append(sql)
        return execute(sql, *rest)

    cache.clear()
    with undone():
        with connection.execute_wrapper(note):
            status = client.post(form.url, {**more, **form.sent}).status_code
        after = snapshot() if wrote else None
    client.cookies = cookies
    return status, after


def differs(scene: Scene, form: Found) -> str:
    """How the answer or the database differs with foreign columns, in words; "" when it does not.

    Tables that two equal requests fill differently (random tokens, names of files) are left out.
    """
    plain, again = outcome(scene, form, {}), outcome(scene, form, {})
    random = {label for label in plain[1] or {} if plain[1][label] != (again[1] or {}).get(label)}
    foreign = {name: one for name, one in extras().items() if name not in form.names}
    found = []
    for part in in_parts(foreign, len(form.sent)):
        status, after = outcome(scene, form, part)
        tables = {
            label
            for label in after or plain[1] or {}
            if (after or {}).get(label) != (plain[1] or {}).get(label)
        }
        if status != plain[0] or tables - random:
            found.append(
                f"{form.who} {form.url}: {plain[0]} became {status}, other rows in {sorted(tables - random)}"
            )
    return "; ".join(found)


@pytest.mark.parametrize(
    "part", [0, *(pytest.param(number, marks=pytest.mark.slow) for number in range(1, PARTS))]
)
def test_foreign_columns_change_nothing(scene: Scene, part: int) -> None:
    mine = list(forms(scene, TABLE[part::PARTS]))
    assert ([words for form in mine if (words := differs(scene, form))], len(mine) > 5) == ([], True)


@pytest.mark.slow
def test_the_forms_are_really_taken(scene: Scene) -> None:
    """Many of them change something as they are sent: the comparison is not one of refusals."""
    taken = [form.url for form in forms(scene, TABLE) if outcome(scene, form, {})[1] is not None]
    assert len(taken) > 60


def test_the_search_finds_a_column_that_is_taken(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A form that took the theme of the profile page from anywhere would be found."""
    found = next(forms(scene, [row for row in TABLE if row[0] == "accounts:profile"]))
    careless = Found(
        found.who, found.url, {n: v for n, v in found.sent.items() if n != "name"}, found.names - {"name"}
    )
    assert "other rows in ['accounts.User'" in differs(scene, careless) or "became" in differs(
        scene, careless
    )
