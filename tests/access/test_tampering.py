"""Requests that no form of the portal would send: extra columns, odd amounts, huge and broken text (quality.md 3)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

from assignments.models import Application, Assignment
from assignments.states import State
from clients.models import Client, Member
from ledger.models import Account
from tests.support.scene import Scene, undone
from tests.support.snapshot import difference
from workers.models import Worker

ROOMS = ("accounts", "workers", "clients", "ledger", "assignments", "payments")
VERBS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    # who, stage, verb, what is typed
    ("owner", State.SENT, "edit", {"save": "1"}),
    ("owner", State.ASSIGNED, "hold", {"reason": "weather"}),
    ("owner", State.ASSIGNED, "edit_site", {}),
    ("owner", State.ASSIGNED, "messages", {"body": "Hello"}),
    ("owner", State.IN_PROGRESS, "unassign", {"reason": "other", "note": "Plans changed"}),
    ("owner", State.PENDING_APPROVAL, "send_back", {"reason": "Again, please"}),
    ("worker", State.SENT, "apply", {}),
    ("worker", State.ASSIGNED, "confirm", {}),
    ("worker", State.ASSIGNED, "back_out", {"reason": "ill", "note": "A fever"}),
    ("worker", State.IN_PROGRESS, "check_out", {}),
    ("worker", State.IN_PROGRESS, "messages", {"body": "Hello"}),
)


def extras() -> dict[str, str]:
    """Every column of every room, with a value that would hurt."""
    names = {
        field.name
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        for field in model._meta.fields
    }
    hurts = {
        "state": "paid",
        "is_private": "",
        "is_active": "1",
        "is_staff": "1",
        "is_superuser": "1",
        "role": "administrator",
    }
    return {name: hurts.get(name, "1") for name in names}


def kept() -> dict[str, list[Any]]:
    """What must come out equal: the rows themselves, without ids of rows that were added."""
    skipped = {"id", "engagement", "updated_at"}
    found: dict[str, list[Any]] = {}
    for model in (Assignment, Client, Member, Worker, Application, Account):
        names = [field.attname for field in model._meta.concrete_fields if field.name not in skipped]
        found[model.__name__] = sorted(map(repr, model._base_manager.values_list(*names)))
    found["User"] = sorted(
        map(repr, apps.get_model("accounts.User").objects.values_list("email", "is_staff", "hat"))
    )
    return found


def in_parts(found: dict[str, str], beside: int) -> Iterator[dict[str, str]]:
    """As many at once as one request may carry `beside` what the form sends."""
    most = int(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS) - beside
    names = sorted(found)
    for start in range(0, len(names), most):
        yield {name: found[name] for name in names[start : start + most]}


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "stage", "verb", "typed"), VERBS, ids=[f"{w}-{v}" for w, _, v, _ in VERBS])
def test_columns_added_to_a_form_change_nothing_beyond(
    scene: Scene, who: str, stage: str, verb: str, typed: dict[str, Any]
) -> None:
    url = reverse(f"assignments:{verb}", args=[scene[stage].pk])
    visitor = scene.visitors[who]
    with undone():
        form = visitor.open(url).form_with(set(typed) - {"save"})
    data = form.data() | typed
    outcome = []
    foreign = {name: value for name, value in extras().items() if name not in form.controls}
    for more in ({}, *in_parts(foreign, len(data))):
        with undone():
            cache.clear()
            status = visitor.client.post(url, {**more, **data}).status_code
            outcome.append((status, kept()))
    assert outcome[0][0] == 302
    assert all(one == outcome[0] for one in outcome)


AMOUNTS = (
    "-1", "-0.01", "1e3", "1E9", "NaN", "Infinity", "-Infinity", "٣٢٠", "３２０", "1 000", "0x10", "1.001",
    "1.2.3", "--1",
    "9" * 18, "9" * 400, "10000000000.01", "1_000", "½", "$", "+5", "320€", "\u2212320",
)  # fmt: skip
"""Negative, exponents, words, other digits, too many decimals, too large."""
MONEY = (
    ("owner", State.DRAFT, "assignments:edit", "price", {"save": "1"}),
    ("owner", State.IN_PROGRESS, "assignments:add_money", "amount", {"kind": "bonus", "reason": "Thanks"}),
    ("worker", State.IN_PROGRESS, "assignments:request_money", "amount", {"reason": "More"}),
    ("worker", State.SENT, "assignments:counteroffer", "price_minor", {"reason": "More"}),
    ("worker", State.SENT, "assignments:counteroffer", "expenses", {"reason": "More"}),
    ("owner", State.ASSIGNED, "payments:cancel", "pay", {"reason": "other", "note": "x"}),
)


@pytest.mark.one_database
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "stage", "name", "field", "typed"), MONEY, ids=[f"{n}-{f}" for _, _, n, f, _ in MONEY]
)
def test_odd_amounts_are_refused_at_the_field(
    scene: Scene, who: str, stage: str, name: str, field: str, typed: dict[str, Any]
) -> None:
    args = [scene[stage].pk, *(["bonus"] if name.endswith("request_money") else [])]
    url = reverse(name, args=args)
    visitor = scene.visitors[who]
    with undone():
        data = visitor.open(url).form_with({field}).data() | typed
    wrong = []
    for amount in AMOUNTS:
        cache.clear()
        answer, written = difference(lambda one=amount: visitor.client.post(url, {**data, field: one}))
        if answer.status_code != 422 or written:
            wrong.append((amount[:20], answer.status_code, written))
    assert wrong == []


LONG = "x" * 1_000_000
TEXTS = {
    "a megabyte": LONG.encode(),
    "NUL": b"a%00b",
    "lone surrogate": b"%ED%A0%80",
    "half of a pair": b"%ED%BF%BF abc",
    "not UTF-8": b"%FF%FE",
    "right to left": b"%E2%80%AE" + b"abc",
    "emoji": b"%F0%9F%9A%80",
}
FIELDS = (
    ("owner", State.ASSIGNED, "assignments:messages", b"body"),
    ("worker", State.SENT, "assignments:ask", b"text"),
    ("worker", State.SENT, "assignments:apply", b"reason"),
    ("owner", State.PENDING_APPROVAL, "assignments:send_back", b"reason"),
    ("owner", State.DRAFT, "assignments:edit", b"title"),
    ("owner", None, "accounts:profile", b"name"),
    ("owner", None, "clients:customer_new", b"name"),
    ("worker", "eligible", "payments:fastfunds", b"quote"),
    ("anonymous", None, "account_login", b"login"),
)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "stage", "name", "field"), FIELDS, ids=[f"{n}-{f.decode()}" for _, _, n, f in FIELDS]
)
def test_huge_and_broken_text_is_no_server_error(
    scene: Scene, who: str, stage: str, name: str, field: bytes
) -> None:
    url = reverse(name, args=[scene[stage].pk] if stage else [])
    got = {}
    for what, text in TEXTS.items():
        with undone():
            cache.clear()
            response = scene.visitors[who].client.post(
                url, field + b"=" + text, content_type="application/x-www-form-urlencoded"
            )
            got[what] = response.status_code
    assert {what: status for what, status in got.items() if status >= 500} == {}
    assert got["NUL"] != 302


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "?page=-1",
        "?page=NaN",
        "?after=%00",
        "?after=x",
        "?q=%00",
        "?stage=%ED%A0%80",
        "?sort=1;DROP",
        "?within=1e9",
        "?q=" + "x" * 6000,
    ],
)
@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("owner", "/assignments/"),
        ("worker", "/find-work/"),
        ("worker", "/work/"),
        ("worker", "/schedule/"),
        ("owner", "/workers/"),
        ("owner", "/payments/"),
        ("owner", "/notifications/"),
    ],
)
def test_odd_queries_are_no_server_error(scene: Scene, who: str, path: str, query: str) -> None:
    assert scene.visitors[who].client.get(path + query).status_code < 500
