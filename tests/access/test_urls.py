"""Every named address of the portal, by every persona, by GET and by POST: the table says what each gets.

Columns: A anonymous, O owner (administrator), M manager, C controller, U colleague (User), V view only, X another
company's administrator, W the assigned worker, P a worker who applied, R a worker who was removed, S a stranger, T
platform admin. Letters: . page, > on to another page, s to the sign-in, - not found, x forbidden, ! stale (409),
f bad input (422), m method not allowed, k a file or words for a machine, u not
ready (503). A POST carries no body. Without a CSRF token every POST is forbidden, for everybody (the second test).
"""

from copy import deepcopy
from typing import Any, Final
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import connection
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from assignments.models import (
    Attachment,
    ChangeOrder,
    Deliverable,
    FieldPhoto,
    MessageFile,
    MoneyRequest,
    ProblemPhoto,
)
from assignments.views.base import VerbPage
from payments.models import Invoice
from tests.access.table import ADMIN, NOT_PAGES, TABLE
from tests.support.http import Visitor
from tests.support.scene import NAMES, Scene, notice_of, undone

LETTER = {200: ".", 404: "-", 403: "x", 409: "!", 422: "f", 405: "m", 503: "u"}


def named(resolver: URLResolver, space: str = "") -> list[str]:
    """Every URL name of the resolver, with its namespaces."""
    found: list[str] = []
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            found += named(one, f"{space}{one.namespace}:" if one.namespace else space)
        elif isinstance(one, URLPattern) and one.name:
            found.append(space + one.name)
    return found


def test_every_named_url_is_in_the_table() -> None:
    known = {name for name, *_ in TABLE} | NOT_PAGES
    names = {name for name in named(get_resolver()) if not name.startswith("admin:")}
    assert (sorted(names - known), sorted(known - names)) == ([], [])


def address(scene: Scene, name: str, stage: str) -> str:
    """The address with the ids of the scene: an assignment in that stage, or the first row of its kind."""
    wanted = _parameters(name)
    parts = scene.parts(stage) if stage in scene.rows else {}
    return reverse(name, kwargs={key: _value(scene, key, name, stage, parts) for key in wanted} or None)


def _parameters(name: str) -> list[str]:
    """The names of what stands in the address."""
    *spaces, last = name.split(":")
    resolver: Any = get_resolver()
    for space in spaces:
        resolver = resolver.namespace_dict[space][1]
    (found, *_) = resolver.reverse_dict.getlist(last)
    return list(found[0][0][1])


def _value(scene: Scene, key: str, name: str, stage: str, parts: dict[str, Any]) -> Any:
    people = scene.people
    if name == "workers:evidence_file":
        return people.worker.evidence.get().uuid
    if name == "payments:proof_file" and key == "uuid":
        return UUID(int=0)  # tests/clauses/test_money_proof.py fetches real ones
    if key == "uuid":
        if "field_photo" in name:
            return FieldPhoto.objects.filter(field__assignment=scene[stage]).first().uuid
        if name == "assignments:message_file":
            return MessageFile.objects.filter(message__assignment=scene[stage]).first().uuid
        if name == "assignments:problem_photo":
            return ProblemPhoto.objects.filter(problem__assignment=scene[stage]).first().uuid
        if name in ("payments:dispute_file", "accounts:own_data_file"):
            return UUID(int=0)
        model = {
            "attachment": Attachment,
            "change": ChangeOrder,
            "deliverable": Deliverable,
            "receipt": MoneyRequest,
        }
        rows = model[name.split(":")[-1].split("_")[0]].objects
        return rows.filter(assignment=scene[stage]).first().uuid
    if name == "payments:advance" and stage:
        return parts["advance"]
    if key == "request_id":
        return parts["money" if "money" in name else "reschedule"]
    if key in parts:
        return parts[key]
    own = {
        "kind": "bonus",
        "mark": "save",
        "search_id": 999_999_999,
        "figure": "approval" if name == "assignments:company_figure" else "on-time",
        "client_id": people.client.pk,
        "member_id": people.client.members.get(user=people.user_member).pk,
        "invite_id": people.client.invites.get().pk,
        "customer_id": people.client.customers.get().pk,
        "project_id": people.client.customers.get().projects.get().pk,
        "location_id": people.client.locations.get().pk,
        "worker_id": people.worker.pk,
        "pool_id": 999_999_999,
        "vendor_id": 999_999_999,
        "role": "agent",
        "place_id": 999_999_999,
        "time_off_id": 999_999_999,
        "evidence_id": people.worker.evidence.get().pk,
        "set_id": people.client.requirement_sets.get().pk,
        "agreement_id": people.client.agreements.get().pk,
        "test_id": people.client.tests.get().pk,
        "notice_id": notice_of(people.owner),
        "route": 999_999_999,
        "label": 999_999_999,
        "offer": 999_999_999,
        "token": "no-such-token",
        "key": "no-such-key",
        "run": UUID(int=0),
        "uidb36": "1",
        "pk": 999_999_999,
        "year": 9_999,
        "number": getattr(Invoice.objects.filter(assignment=scene.rows.get(stage)).first(), "number", "none"),
        "invoice_id": parts.get("invoice", 0),
        "dispute_id": parts.get("dispute", 0),
    }
    return own[key]


def letter(response: Any) -> str:
    """One letter for an answer."""
    if response.status_code in (301, 302):
        return "s" if response.headers["Location"].startswith("/accounts/login/") else ">"
    if response.status_code == 200 and not response.headers.get("Content-Type", "").startswith("text/html"):
        return "k"
    return LETTER.get(response.status_code, str(response.status_code))


EACH_SIDE: Final = (
    ("anonymous", "owner", "controller", "other_client", "worker", "stranger", "staff")
    if connection.vendor == "sqlite"
    else ("owner", "worker")
)
"""One of each side. Who may see what is decided in Python, so that another database hears those who see most."""
OTHERS: Final = tuple(name for name in NAMES if name not in EACH_SIDE)
"""Colleagues and other workers: they are asked in the long run."""


def asked(letters: str, who: tuple[str, ...]) -> str:
    """Of a row of the table the letters of those who are asked."""
    return "".join(one for name, one in zip(NAMES, letters, strict=True) if name in who)


def answers(scene: Scene, method: str, url: str, who: tuple[str, ...]) -> str:
    """The letters of those who are asked, each undone before the next."""
    found = ""
    for name in who:
        with undone():
            client = scene.visitors[name].client
            cookies = deepcopy(client.cookies)
            client.raise_request_exception = False
            cache.clear()  # rate limits have tests of their own
            found += letter(getattr(client, method)(url))
            client.cookies = cookies
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(
    "who", [EACH_SIDE, pytest.param(OTHERS, marks=pytest.mark.slow)], ids=["side", "others"]
)
@pytest.mark.parametrize(("name", "stage", "get", "post"), TABLE, ids=[f"{n}-{s}" for n, s, *_ in TABLE])
def test_each_persona_gets_what_the_table_says(
    scene: Scene, name: str, stage: str, get: str, post: str, who: tuple[str, ...]
) -> None:
    url = address(scene, name, stage)
    found = (answers(scene, "get", url, who), answers(scene, "post", url, who))
    assert found == (asked(get, who), asked(post, who)), url


def test_a_page_of_a_verb_refuses_reading_as_it_refuses_doing() -> None:
    """By the table: 403, 404 and 409 are the same by GET and by POST, for everybody."""
    verbs = [(name, stage, get, post) for name, stage, get, post in TABLE if is_verb_page(name)]
    wrong = [
        (name, stage, get, post)
        for name, stage, get, post in verbs
        if any(one != two and {one, two} & set("x-!") for one, two in zip(get, post, strict=True))
    ]
    assert (wrong, len(verbs) > 50) == ([], True)


def is_verb_page(name: str) -> bool:
    """Whether a page of the assignments room is one of a verb (assignments/views/base.py)."""
    space, _, last = name.rpartition(":")
    if space != "assignments":
        return False
    patterns = get_resolver().namespace_dict[space][1].url_patterns
    (found,) = [one for one in patterns if one.name == last]
    return issubclass(getattr(found.callback, "view_class", object), VerbPage)


@pytest.mark.one_database
@pytest.mark.django_db
def test_no_post_without_a_csrf_token(scene: Scene) -> None:
    people = scene.people
    for visitor in (Visitor(), Visitor(people.owner), Visitor(people.worker.user), Visitor(people.staff)):
        allowed = []
        for name, stage, *_ in TABLE:
            url = address(scene, name, stage)
            with undone():
                if visitor.client.post(url).status_code != 403:
                    allowed.append(name)
        assert allowed == []


def admin_names() -> list[str]:
    return [name for name in named(get_resolver()) if name.startswith("admin:")]


@pytest.mark.one_database
@pytest.mark.django_db
@pytest.mark.parametrize("who", ["anonymous", "owner", "controller", "worker", "stranger"])
def test_admin_is_for_staff_only(scene: Scene, who: str) -> None:
    """Everybody else is led to the admin's own sign-in, from every address of it."""
    client = scene.visitors[who].client
    for name in admin_names():
        url = _admin_address(name)
        for method in ("get", "post"):
            with undone():
                response = getattr(client, method)(url)
            got = response.headers.get("Location", response.status_code)
            assert str(got).startswith(ADMIN.get(name, ("/admin/login/", "/accounts/login/"))), (
                f"{method} {url}: {got}"
            )


def _admin_address(name: str) -> str:
    """The address of an admin page; where it names a row, the first one."""
    more = {"admin:app_list": ["assignments"], "admin:view_on_site": [1, 1]}
    for args in (more.get(name, []), ["1"], ["1", "1"]):
        try:
            return reverse(name, args=args)
        except NoReverseMatch:
            continue
    raise AssertionError(f"{name} needs other arguments")
