"""P1 to P7: list pages of the largest company and the busiest worker, over HTTP inside this process."""

import json
import re
from contextlib import ExitStack
from typing import Any, Final
from unittest.mock import patch

from django.contrib import admin
from django.db import connection
from django.http import QueryDict
from django.test import Client as Browser
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, path

from accounts.models import User
from assignments import labels, listing
from assignments.filters import AssignmentFilter
from assignments.models import Assignment
from assignments.views import client_list
from benchmarks.measure import Result, at_least, at_most, interleaved, median, ms, p95
from benchmarks.world import RARE, World
from common import clock, keyset
from config.models import Heartbeat
from tests.support.asked import own as its_own

LIST: Final = "/assignments/"
STOCK: Final = "/stock/assignments/assignment/"
MANY: Final = 40
"""Requests of each side for a 95th percentile."""
LISTS: Final = {
    "owner": (
        LIST, f"{LIST}?stage=sent", f"{LIST}?stage=paid", f"{LIST}?stage=on_hold", "/payments/invoices/?show=all",
        "/messages/", "/notifications/",
    ),
    "worker": ("/work/?stage=paid", "/work/?stage=assigned", "/find-work/?within=any", "/payments/?show=paid"),
}  # fmt: skip

stock = admin.AdminSite("stock")


class StockAdmin(admin.ModelAdmin):
    """The changelist as Django makes it, with the columns of our list."""

    list_display = ("title", "state", "worker", "city", "start_at", "price_minor")
    list_filter = ("state",)
    list_select_related = ("worker__user",)
    search_fields = ("title", "external_id")
    list_per_page = listing.PAGE


stock.register(Assignment, StockAdmin)
stock.register(Heartbeat)  # the head of every page of the administration leads there
urlpatterns = [path("stock/", stock.urls), path("", include("config.urls"))]


def signed_in(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def opened(browser: Browser, url: str, holds: bytes = b"") -> Any:
    """The page; a status alone proves nothing, so it must hold what it is for."""
    answer = browser.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    assert holds in answer.content, url
    return answer


def rows_shown(browser: Browser, url: str) -> int:
    return int(opened(browser, url).content.count(b'<th scope="row">'))


def ready_made(world: World) -> list[Any]:
    """What makes the list page one with ready rows: no query for them, no label, no count, no cell formatted."""
    member = world.owner.memberships.select_related("client").get()
    part = listing.page(
        client_list.shown(Assignment.objects.filter(client=member.client)), listing.order(""), QueryDict()
    )
    labels.put_on(part.items, clock.now(), "client")
    made = {row.pk: client_list.ready(row) for row in part.items}
    return [
        patch.object(listing, "page", lambda *given: part),
        patch.object(keyset, "counted", lambda rows: keyset.COUNTED + 1),
        patch.object(labels, "put_on", lambda *given: None),
        patch.object(client_list, "ready", lambda row: made[row.pk]),
    ]


def first_page(world: World, rounds: int) -> list[Result]:
    """P1 and P3: the first page against the same page with ready-made rows."""
    browser = signed_in(world.owner)

    def static() -> None:
        with ExitStack() as patched:
            for one in ready:
                patched.enter_context(one)
            opened(browser, LIST, b"More than 150")

    assert rows_shown(browser, LIST) == listing.PAGE
    ready = ready_made(world)
    found = interleaved({"ours": lambda: opened(browser, LIST), "static": static}, max(rounds, MANY))
    ours, other = median(found["ours"]), median(found["static"])
    return [
        at_least("P1", "first page of the list / ready-made rows", ours, other, 0.80),
        at_most("P3", "its p95 / that of ready-made rows", p95(found["ours"]), p95(found["static"]), 1.3),
    ]


def against_admin(world: World, rounds: int) -> list[Result]:
    """P2: Django admin's changelist on the same table."""
    staff, _ = User.objects.get_or_create(
        email="staff@bench.test", defaults={"name": "Stella Stock", "is_staff": True, "is_superuser": True}
    )
    with override_settings(ROOT_URLCONF="benchmarks.lists"):
        ours, theirs = signed_in(world.owner), signed_in(staff)
        found = interleaved(
            {
                "ours": lambda: opened(ours, LIST, b'<th scope="row">'),
                "admin": lambda: opened(theirs, STOCK, b"result_list"),
            },
            rounds,
        )
    return [
        at_least(
            "P2", "the list / Django admin's changelist", median(found["ours"]), median(found["admin"]), 20
        )
    ]


def deep_page(world: World, rounds: int) -> list[Result]:
    """P4: behind nine tenths of the company's rows."""
    browser = signed_in(world.owner)
    mine = Assignment.objects.filter(client__members__user=world.owner)
    row = listing.order("").applied(mine)[int(mine.count() * 0.9)]
    deep = f"{LIST}?page={keyset.cursor(row, 'updated_at', is_before=False)}"
    assert rows_shown(browser, deep) == listing.PAGE
    found = interleaved(
        {"deep": lambda: opened(browser, deep), "first": lambda: opened(browser, LIST)}, max(rounds, 15)
    )
    return [
        at_most(
            "P4",
            f"a deep page / the first, {connection.vendor}",
            median(found["deep"]),
            median(found["first"]),
            1.2,
        )
    ]


def shapes(world: World, rounds: int) -> list[Result]:
    """P5: what each statement of each list reads. PostgreSQL tells it in EXPLAIN."""
    if connection.vendor != "postgresql":
        return []
    found = []
    for user, paths in ((world.owner, LISTS["owner"]), (world.worker.user, LISTS["worker"])):
        browser = signed_in(user)
        for url in paths:
            opened(browser, url)
            with CaptureQueriesContext(connection) as asked:
                opened(browser, url)
            reads = [(rows_read(one["sql"]), one["sql"]) for one in asked.captured_queries]
            most, worst = max(reads)
            bad = [sql for _, sql in reads if re.search(r"\bOFFSET [1-9]", sql) or _counts_all(sql)]
            table = re.search(r'FROM "(\w+)"', worst)
            what = f"{url}: most rows that a statement reads"
            note = f"{len(bad)} with OFFSET or a bare COUNT" if bad else table[1] if table else ""
            found.append(Result("P5", what, f"{most:,}", note, "", "<= 200", most <= 200 and not bad))
    return found


def _counts_all(sql: str) -> bool:
    return "COUNT(*)" in sql and "LIMIT" not in sql and "GROUP BY" not in sql


def rows_read(sql: str) -> int:
    """Rows that scans of tables and indexes gave to a statement."""
    if not re.match(r"\s*\(?SELECT", sql):
        return 0
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + sql.replace("%", "%%"), [])
        plan = cursor.fetchone()[0]
    return _scanned((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])


def _scanned(node: dict[str, Any]) -> int:
    own = 0
    if "Scan" in node["Node Type"] and node["Node Type"] not in ("Bitmap Index Scan", "Subquery Scan"):
        own = round((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"])
    return own + sum(_scanned(child) for child in node.get("Plans", ()))


def query_counts(world: World, rounds: int) -> list[Result]:
    """P6: how many statements a page asks, beside those of every page's frame."""
    running = Assignment.objects.filter(client__members__user=world.owner, state="in_progress")[0]
    pages = [
        *((world.owner, url, 6) for url in LISTS["owner"]),
        *((world.worker.user, url, 6) for url in LISTS["worker"]),
        (world.owner, f"/assignments/{running.pk}/", 15),
        (running.worker.user, f"/assignments/{running.pk}/", 15),  # type: ignore[union-attr]
        (world.owner, "/dashboard/", 12),
        (world.worker.user, "/home/", 12),
    ]
    found = []
    for user, url, limit in pages:
        browser = signed_in(user)
        opened(browser, url)
        with CaptureQueriesContext(connection) as asked:
            opened(browser, url)
        own = len(its_own([one["sql"] for one in asked.captured_queries]))
        what = f"{url if user == world.owner else url + ' (worker)'}: statements"
        found.append(
            Result(
                "P6",
                re.sub(r"\d{4,}", "N", what),
                str(own),
                f"+ {len(asked) - own} of the frame",
                "",
                f"<= {limit}",
                own <= limit,
            )
        )
    return found


def text_search(world: World, rounds: int) -> list[Result]:
    """P7: stage and words, the first page's statements without the frame around them."""
    member = world.owner.memberships.select_related("client").get()
    limit = 15 if connection.vendor == "postgresql" else 80
    found = []
    for words in ("switch", "replace switch", RARE):

        def search(words: str = words) -> None:
            given = QueryDict(f"stage=sent&q={words}")
            mine = Assignment.objects.filter(client=member.client)
            rows = AssignmentFilter(given, mine, member=member).qs
            listing.page(client_list.shown(rows), listing.order(""), given)

        took = interleaved({"ours": search}, max(rounds, 9))["ours"]
        value = median(took)
        what = f'stage and "{words}", {connection.vendor}'
        found.append(Result("P7", what, ms(value), "", "", f"<= {limit} ms", value <= limit))
    return found
