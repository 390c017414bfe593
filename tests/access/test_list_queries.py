"""A list with many rows asks the database as often as one with few (quality.md 1): each list, read by its reader.

What every list shows is made to grow by the same acts, so that a list which asks once per row is found wherever it is.
The lists that people live in ask at most six times beside the frame of every page, with 10 rows and with 200 (P6).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from assignments.actions import drafting, marks, sourcing, talk
from assignments.actions.drafting import Content
from assignments.actions.sourcing import Offer
from assignments.models import Assignment, MarkKind
from assignments.states import State
from clients.actions import blocks, pools
from clients.models import Pool
from common import clock
from tests.factories import CustomerFactory, LocationFactory, People, assignment_in, company, member, worker
from tests.support.asked import asked
from tests.support.crowded import crowd_lists
from tests.support.http import Visitor
from tests.support.scene import Scene, undone
from workers import vendor_actions as vendors

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
FEW, MANY = 3, 6
CAPPED = {"worker /home/"}
"""Shows the next few, however many there are."""


@dataclass
class Growing:
    """One sent assignment and one pool of the company; `grow` adds one row to each list of the portal."""

    people: People
    sent: Assignment
    pool: Pool
    size: int = 0

    def grow(self) -> None:
        self.size += 1
        mark, people = f"Grown {self.size}", self.people
        own = {"owner": people.owner, "by": people.worker}
        later = clock.now() + timedelta(days=3 + self.size)
        assignment_in(State.SENT, title=mark, start_at=later, **own)
        assigned = assignment_in(State.ASSIGNED, title=mark, start_at=later, **own)
        talk.post_message(assigned.pk, actor=people.worker.user, body=mark)
        for state in (State.PENDING_APPROVAL, State.APPROVED, State.PAID, State.CANCELLED):
            assignment_in(state, title=mark, **own)
        for kind in (MarkKind.SAVED, MarkKind.HIDDEN):
            marks.mark(people.stranger, assignment_in(State.SENT, owner=people.owner).pk, kind)
        somebody = worker(f"{mark} worker")
        sourcing.apply(self.sent.pk, Offer(), actor=somebody.user)
        asked = sourcing.ask(self.sent.pk, f"{mark}?", actor=somebody.user)
        sourcing.answer(self.sent.pk, asked.pk, actor=people.owner, text="Yes.", is_public=True)
        drafting.edit(self.sent.pk, Content({"title": mark}), actor=people.owner)
        pools.join_pool(self.pool.pk, actor=somebody.user)
        vendors.found(actor=somebody.user, name=f"{mark} Ltd", about=mark)
        blocks.block_worker(people.client.pk, worker(f"{mark} blocked").pk, actor=people.owner, reason=mark)
        member(people.client, f"{mark} colleague")
        LocationFactory(client=people.client, customer=CustomerFactory(client=people.client))
        other = company(f"{mark} company")
        boss = member(other, f"{mark} boss")
        made_pool(other.pk, boss, f"{mark} to find")
        pools.join_pool(made_pool(other.pk, boss, f"{mark} joined").pk, actor=people.stranger.user)
        blocked = company(f"{mark} blocked")
        assignment_in(State.SENT, owner=member(blocked, f"{mark} boss of the blocked"))
        blocks.block_client(blocked.pk, actor=people.stranger.user, reason=mark)


def made_pool(client_id: int, actor: User, name: str) -> Pool:
    return pools.save_pool(
        client_id, None, actor=actor, name=name, description="", visibility="public", requirements_id=None
    )


LISTS = {
    "owner": (
        "/dashboard/", "/assignments/?stage=sent", "/assignments/?stage=paid", "/assignments/{sent}/applications/",
        "/assignments/{sent}/questions/", "/assignments/{sent}/history/", "/workers/?everybody=on", "/team/",
        "/customers/", "/locations/", "/pools/", "/pools/{pool}/", "/company/blocks/", "/company/history/", "/vendors/",
        "/messages/", "/notifications/", "/payments/invoices/?show=all", "/payments/ledger/",
        "/payments/funds/statement/", "/payments/statements/",
    ),
    "worker": (
        "/home/", "/work/?stage=assigned", "/work/?stage=paid", "/work/?stage=cancelled", "/schedule/", "/payments/",
        "/payments/?show=paid", "/payments/balance/", "/profile/scorecard/", "/notifications/", "/messages/",
    ),
    "stranger": (
        "/find-work/", "/find-work/?sort=best", "/find-work/saved/", "/find-work/hidden/", "/my-pools/",
        "/my-pools/find/", "/profile/blocks/",
    ),
}  # fmt: skip


@pytest.fixture
def growing(people: People) -> Growing:
    pool = made_pool(people.client.pk, people.owner, "Night crew")
    return Growing(people, assignment_in(State.SENT, owner=people.owner), pool)


def test_every_list_asks_as_often_for_many_rows_as_for_few(growing: Growing) -> None:
    counts, sizes = [], []
    for size in (FEW, MANY):
        while growing.size < size:
            growing.grow()
        found, shown = {}, {}
        for name, paths in LISTS.items():
            visitor = Visitor(growing.people.user(name))
            for path in paths:
                url = path.format(sent=growing.sent.pk, pool=growing.pool.pk)
                visitor.open(url)
                with CaptureQueriesContext(connection) as asked:
                    page = visitor.open(url)
                found[f"{name} {path}"] = len(asked)
                shown[f"{name} {path}"] = len(page.html)
        counts.append(found)
        sizes.append(shown)
    few, many = counts
    assert {path: (few[path], many[path]) for path in few if few[path] != many[path]} == {}
    assert {path for path in few if sizes[1][path] <= sizes[0][path]} <= CAPPED, "a list that did not grow"


LIST: Final = 6
DASHBOARD: Final = 12
MOST: Final = {
    "owner": {
        "/assignments/": LIST, "/assignments/?stage=sent": LIST, "/assignments/?stage=paid": LIST,
        "/payments/invoices/?show=all": LIST, "/payments/": LIST, "/messages/": LIST, "/notifications/": LIST,
        "/dashboard/": DASHBOARD,
    },
    "worker": {
        "/work/?stage=assigned": LIST, "/work/?stage=paid": LIST, "/find-work/?within=any": LIST, "/payments/": LIST,
        "/payments/?show=paid": LIST, "/messages/": LIST, "/notifications/": LIST, "/home/": DASHBOARD,
    },
    "applicant": {"/work/?stage=applied": LIST, "/find-work/?within=any": LIST},
}  # fmt: skip
COUNTED: Final = {("owner", f"/assignments/?stage={stage}"): 1 for stage in ("sent", "paid")}
"""A list that is more than one page says how many rows it has; of one page it knows."""
COPIED: Final = (State.SENT, State.ASSIGNED, State.PENDING_APPROVAL, State.APPROVED, State.PAID)


def test_a_list_asks_at_most_six_times_however_many_rows_it_has(scene: Scene) -> None:
    few, many = (counted(scene, count) for count in (10, 200))
    assert {key: many[key] - few[key] for key in many if many[key] != few[key]} == COUNTED
    most = {(name, url): limit for name, urls in MOST.items() for url, limit in urls.items()}
    assert {key: count for key, count in many.items() if count > most[key]} == {}


def counted(scene: Scene, count: int) -> dict[tuple[str, str], int]:
    """Statements of each list's first page, with so many rows more."""
    with undone():
        crowd_lists({stage: scene[stage] for stage in COPIED}, count)
        return {
            (name, url): len(asked(scene.visitors[name], url)[1])
            for name, urls in MOST.items()
            for url in urls
        }
