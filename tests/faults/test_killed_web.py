"""R4: kill -9 of a web worker inside a POST. Each POST is done as a whole or not at all; sent again, it is done once.

The moment of each kill is random within the time that such a POST takes. A kill counts when no answer came: then it
hit the POST. PostgreSQL goes on with what it was told by the killed worker, so the rows are looked at when its
connections have ended.
"""

import os
import signal
import threading
import time
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.faults import broken, seeding_work
from tests.faults.cluster import Cluster
from tests.faults.portal import Portal, Web, portal
from tests.faults.programs import wait_until
from tests.faults.visitor import LineBroke, Post, Visitor
from tests.support.figures import tell

pytestmark = [pytest.mark.django_db, pytest.mark.postgres, pytest.mark.row(id="R4")]
OWNER = "olga.owner@onsite.test"
VERBS = ("send", "approve", "pay")
STORED = """
    SELECT a.state, a.version,
    (SELECT count(*) FROM timeline_entry WHERE subject_type = 'assignment' AND subject_id = a.id),
    (SELECT string_agg(state, ',') FROM payments_invoice WHERE assignment_id = a.id),
    (SELECT string_agg(state, ',') FROM ledger_reservation WHERE subject_type = 'assignment' AND subject_id = a.id),
    (SELECT count(*) FROM ledger_posting WHERE (subject_type = 'assignment' AND subject_id = a.id) OR
     (subject_type = 'invoice' AND subject_id IN (SELECT id FROM payments_invoice WHERE assignment_id = a.id))),
    (SELECT count(*) FROM notifications_notice WHERE subject_type = 'assignment' AND subject_id = a.id),
    (SELECT count(*) FROM notifications_message WHERE context::text LIKE '%%"A-' || a.id || '"%%')
    FROM assignments_assignment a WHERE a.id = %s"""
"""All that a verb writes about an assignment: stage, version, history, invoice, money set aside, postings, outbox."""


class Office:
    """The owner at her desk, with a POST ready for each assignment that waits for one."""

    def __init__(self, made: Portal, server: Cluster, web: Web, waiting: dict[str, list[int]]) -> None:
        self.made, self.server, self.web = made, server, web
        self.owner = Visitor(web.port).sign_in(OWNER)
        self.waiting = {verb: list(found) for verb, found in waiting.items()}

    def ready(self, verb: str) -> tuple[int, Post]:
        pk = self.waiting[verb].pop()
        if verb == "pay":
            invoice = self.made.one("SELECT id FROM payments_invoice WHERE assignment_id = %s", pk)
            return pk, self.owner.ready(f"/payments/pay/?invoice={invoice}", "key")
        return pk, self.owner.ready(f"/assignments/{pk}/{verb}/", {"send": "send", "approve": "step"}[verb])

    def stored(self, pk: int) -> tuple[Any, ...]:
        return self.made.ask(STORED, pk)[0]

    def done(self, verb: str) -> tuple[tuple[Any, ...], float]:
        """What a POST that nobody disturbs stores, and the seconds that it takes."""
        pk, post = self.ready(verb)
        answer = self.owner.post(post)
        assert answer.status == 302, answer.html[:2000]
        return self.stored(pk), answer.seconds

    def killed_inside(self, post: Post, after: float) -> bool:
        """Send it, and kill the web worker that many seconds later. Whether no answer came."""
        said: list[object] = []
        client = threading.Thread(target=lambda: said.append(_answer(self.owner, post)))
        victims = self.web.workers
        client.start()
        time.sleep(after)  # the moment of the kill
        for pid in victims:
            os.kill(pid, signal.SIGKILL)
        client.join(60)
        wait_until(lambda: not set(victims) & set(self.web.workers), "gunicorn to bury its worker")
        wait_until(
            lambda: not self.server.backends(self.made.database), "the killed worker's connections to end"
        )
        return said == [None]


def _answer(visitor: Visitor, post: Post) -> Any:
    try:
        return visitor.post(post)
    except LineBroke:
        return None


def kills_in(
    office: Office, kills: int, dice: Random, verbs: tuple[str, ...]
) -> tuple[dict[str, int], list[Any]]:
    """Kill so often inside a POST. Returns the hits by verb, and what was neither all nor nothing."""
    after = {verb: office.done(verb) for verb in verbs}
    hits, halves = dict.fromkeys(verbs, 0), []
    while sum(hits.values()) < kills and any(office.waiting[verb] for verb in verbs):
        verb = dice.choice([verb for verb in verbs if office.waiting[verb]])
        pk, post = office.ready(verb)
        before = office.stored(pk)
        whole, takes = after[verb]
        hits[verb] += office.killed_inside(post, dice.uniform(0, takes))
        if (found := office.stored(pk)) not in (before, whole):
            halves.append((verb, pk, found))
        again = office.owner.post(post)
        if again.status != 302 or office.stored(pk) != whole:
            halves.append((verb, pk, "sent again", again.status, office.stored(pk)))
    return hits, halves


@pytest.mark.parametrize("kills", [8, pytest.param(200, marks=pytest.mark.slow)])
def test_a_killed_post_is_done_as_a_whole_or_not_at_all(
    own_database: str, server: Cluster, tmp_path: Path, kills: int
) -> None:
    each = kills // 2 + 3
    with portal(tmp_path, own_database) as made, made.warm() as act:
        waiting = act(seeding_work.asked, send=each, approve=each, pay=each)
        hits, halves = kills_in(Office(made, server, made.web(), waiting), kills, Random(4), VERBS)
        assert halves == [], made.words()
        assert sum(hits.values()) == kills, hits
        found = act(broken.found)
        assert {name: count for name, count in found.items() if count} == {
            "mails not sent": made.one("SELECT count(*) FROM notifications_message")  # nobody delivers here
        }
    words = ", ".join(f"{count} {verb}" for verb, count in hits.items())
    tell(
        "R4",
        f"{kills} web workers killed inside a POST ({words}): 0 by halves, each done once when sent again",
    )


def test_the_control_with_a_transaction_for_each_step_leaves_halves(
    own_database: str, server: Cluster, tmp_path: Path
) -> None:
    """Approval, invoice and payment one after the other: the checks of the test above see it."""
    with portal(tmp_path, own_database) as made, made.warm() as act:
        waiting, dice = act(seeding_work.asked, approve=40), Random(4)
        web = made.web(application="tests.faults.naive_wsgi")
        office = Office(made, server, web, waiting)
        kills, halves = 0, []
        while not halves and len(office.waiting["approve"]) > 8:  # until one falls between two steps
            hits, halves = kills_in(office, 5, dice, ("approve",))
            kills += hits["approve"]
    assert halves, kills
    tell(
        "R4",
        f"a transaction for each step, {kills} kills: {len(halves)} by halves",
        is_control=True,
    )
