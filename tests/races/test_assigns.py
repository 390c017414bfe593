"""200 people press Assign on one assignment at the same instant: one of them assigns, all others read why not (R1)."""

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from itertools import count
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django_fsm import TransitionNotAllowed

from accounts.models import User
from assignments.actions import assigning, sourcing
from assignments.actions.sourcing import Offer
from assignments.models import Application, Assignment, Engagement
from assignments.states import EngagementEnd, State
from clients.roles import Role
from common import clock
from common.errors import AlreadyDone, DomainError
from common.middleware import STATUS
from ledger.audit import audit
from ledger.reserve import reserved
from tests.factories import assignment_in, company, member, worker
from tests.support.figures import tell
from tests.support.together import at_once
from timeline.models import Entry

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.row(id="R1"),
    pytest.mark.usefixtures("filed"),
]
OFFERS, CONNECTIONS = 10, 20
"""Offers to choose from; how many act at once, while the others wait as for a free thread of the web server."""
_numbers = count()


class Crowd:
    """One company with ten people who may assign, and one assignment after another with ten offers."""

    def __init__(self) -> None:
        client = company("Acme Retail", cash=100_000_000)
        self.people = [member(client, f"Mia Manager{next(_numbers)}", Role.MANAGER) for _ in range(10)]
        self.workers = [worker(f"Worker {next(_numbers)}") for _ in range(OFFERS)]
        self.cookies = [signed_in(person) for person in self.people]

    def next(self) -> tuple[Assignment, list[Application]]:
        """An assignment of its own days: nobody is booked twice."""
        row = assignment_in(State.SENT, owner=self.people[0])
        return row, [sourcing.apply(row.pk, Offer(), actor=one.user) for one in self.workers]


def signed_in(person: User) -> Any:
    browser = Browser()
    browser.force_login(person)
    return browser.cookies


def faults(row: Assignment, offers: int = OFFERS) -> list[str]:
    """What one winner leaves behind, looked at in the stored rows alone."""
    now = Assignment.objects.get(pk=row.pk)
    kinds = Counter(
        Entry.objects.filter(subject_type="assignment", subject_id=row.pk).values_list("kind", flat=True)
    )
    engaged = list(Engagement.objects.filter(assignment=row).values_list("worker_id", "ended_at"))
    states = Counter(Application.objects.filter(assignment=row).values_list("state", flat=True))
    held = reserved("assignment", row.pk)
    found = {
        f"stage {now.state}": now.state == State.ASSIGNED,
        f"{kinds['assignment.assigned']} entries say assigned": kinds["assignment.assigned"] == 1,
        f"version {now.version}, {kinds.total()} entries": now.version == kinds.total(),
        f"engagements {engaged}": engaged == [(now.worker_id, None)],
        f"offers {dict(states)}": states == {"accepted": 1, "closed": offers - 1},
        f"set aside {held}": held is not None and held.total.minor == 38_500,
    }
    return [words for words, holds in found.items() if not holds]


Act = Callable[[Crowd, Assignment, list[Application], int], Callable[[], object]]


def by_action(crowd: Crowd, row: Assignment, offers: list[Application], n: int) -> Callable[[], int]:
    """The n-th person assigns the n-th offer: the status by which the portal would answer."""
    actor = crowd.people[(n // OFFERS) % len(crowd.people)]

    def act() -> int:
        try:
            assigning.assign(row.pk, offers[n % OFFERS].pk, actor=actor)
        except AlreadyDone:
            return 302
        except DomainError as refused:
            return next((code for kind, code in STATUS if isinstance(refused, kind)), 409)
        return 302

    return act


def by_page(crowd: Crowd, row: Assignment, offers: list[Application], n: int) -> Callable[[], int]:
    """The n-th person presses the button of the n-th offer, in a browser of its own."""
    offer = offers[n % OFFERS]
    url = reverse("assignments:assign", args=[row.pk, offer.pk])
    browser = Browser(raise_request_exception=False)
    browser.cookies = crowd.cookies[(n // OFFERS) % len(crowd.cookies)].copy()
    return lambda: browser.post(url, {"revision": offer.revision}).status_code


SHORT = [(by_action, 1, 200), (by_page, 1, 20)]
LONG = [(by_action, 50, 200), (by_page, 5, 200)]


@pytest.mark.parametrize(
    ("way", "rounds", "acts"), [*SHORT, *(pytest.param(*one, marks=pytest.mark.slow) for one in LONG)]
)
def test_two_hundred_assigns_have_one_winner(frozen: datetime, way: Act, rounds: int, acts: int) -> None:
    answers: Counter[object] = Counter()
    for _ in range(rounds):
        crowd = Crowd()
        row, offers = crowd.next()
        answers.update(
            at_once([way(crowd, row, offers, n) for n in range(acts)], at=frozen, connections=CONNECTIONS)
        )
        assert faults(row) == []
    assert audit() == []
    assert set(answers) <= {302, 409}, answers
    doubled = answers[302] - rounds
    assert answers[409] + doubled == rounds * (acts - 1)
    by = "by pages" if way is by_page else "by actions"
    tell(
        "R1",
        f"{rounds} x {acts} assigns {by}, {CONNECTIONS} at once: {rounds} won, {answers[409]:,} refused calmly (409), "
        f"{doubled} doubled clicks led to the page, 0 answered 5xx",
    )


@pytest.mark.parametrize("rounds", [2, pytest.param(50, marks=pytest.mark.slow)])
def test_control_without_the_door_many_win(frozen: datetime, rounds: int) -> None:
    """The state machine alone: read, ask it, save. Each of the first ones finds the stage that it read."""
    won: list[int] = []
    for _ in range(rounds):
        row, offers = Crowd().next()
        written = [Engagement.objects.create(**engagement(offer, frozen)) for offer in offers]
        read = threading.Barrier(CONNECTIONS)
        acts = [partial(plain_assign, row.pk, written[n % OFFERS], read) for n in range(200)]
        results = at_once(acts, at=frozen, connections=CONNECTIONS)
        assert [one for one in results if one is not None and not isinstance(one, TransitionNotAllowed)] == []
        won.append(results.count(None))
        assert faults(row) != []
    assert max(won) > 1
    tell("R1", f"{rounds} rounds without the lock: {min(won)} to {max(won)} of 200 won", is_control=True)


def engagement(offer: Application, at: datetime) -> dict[str, Any]:
    """An ended one, because the database alone lets no second open one in."""
    mine = {"assignment_id": offer.assignment_id, "worker_id": offer.worker_id, "started_at": at}
    return {**mine, "ended_at": at, "end": EngagementEnd.UNASSIGNED}


def plain_assign(pk: int, written: Engagement, read: threading.Barrier) -> None:
    """The first wave has read before anybody writes, as it happens by itself where requests are many."""
    row = Assignment.objects.get(pk=pk)
    row.assign(clock.now())
    with suppress(threading.BrokenBarrierError):
        read.wait(timeout=5)
    row.worker_id, row.engagement_id = written.worker_id, written.pk
    row.save(update_fields=["state", "state_since", "worker", "engagement"])
