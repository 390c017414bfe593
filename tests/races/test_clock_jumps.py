"""The server's clock jumps a day ahead, back, and an hour back: what fell due happens once (R9).

Rows are the timers: each is looked at under its lock, by what it says itself, and never by when somebody looked last.
"""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from assignments.actions import changes, holds, reschedules, sourcing
from assignments.actions.changes import Extra
from assignments.actions.sourcing import Offer
from assignments.models import Assignment
from assignments.states import State
from clients.models import Client
from common import clock
from config.management.commands.sweep import run_all
from ledger.audit import audit
from ledger.models import Posting
from notifications.models import Message, Notice
from payments import actions
from tests.factories import assignment_in, worker
from tests.payments.support import Deal
from tests.support.figures import tell
from tests.support.snapshot import changed, snapshot
from tests.walks.replay import replayed
from timeline.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.row(id="R9")]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LOOKS = ("config.Heartbeat",)
"""Tables that only say when somebody looked."""
DUE = {
    "assignment.started", "assignment.late", "assignment.expired", "assignment.hold_reminded",
    "assignment.approved", "invoice.issued", "invoice.past_due", "assignment.paid",
}  # fmt: skip
"""Some of what has to happen within the day, so that the jump finds work to do."""


def due_within_a_day(now: datetime) -> Deal:
    """Rows of each kind whose timers end in the next 24 hours, or have just ended."""
    deal = Deal(silence=1)
    deal.another(State.ASSIGNED, start_at=now - timedelta(minutes=1), checkin_required=False)
    for hours in (2, 30):
        by = worker(f"Walter Worker{hours}")
        assignment_in(
            State.ASSIGNED, owner=deal.owner, by=by, start_at=now + hours * HOUR, checkin_required=False
        )
    assignment_in(State.ASSIGNED, owner=deal.owner, start_at=now + 3 * HOUR)
    sent = assignment_in(State.SENT, owner=deal.owner, start_at=now + 5 * HOUR)
    sourcing.apply(sent.pk, Offer(expires_at=now + HOUR), actor=worker("Adam Applicant").user)
    held = assignment_in(State.ON_HOLD, owner=deal.owner)
    with clock.moved(now - 2 * HOUR):
        holds.remove_hold(held.pk, actor=deal.owner, schedule=("fixed", now + 9 * DAY, None))
    asked = assignment_in(State.ASSIGNED, owner=deal.owner, start_at=now + 3 * DAY)
    reschedules.request_reschedule(
        asked.pk, actor=deal.owner, schedule=("fixed", now + 4 * DAY, None), note="Why."
    )
    inside = assignment_in(State.IN_PROGRESS, owner=deal.owner)
    changes.order_change(inside.pk, Extra("One more switch", 1_000), actor=inside.worker.user)
    with clock.moved(now - 30 * DAY - 2 * HOUR):
        for by_clock in (False, True):
            past = Deal(terms_days=30)
            Client.objects.filter(pk=past.client.pk).update(auto_pay=by_clock)
            actions.approve(past.pk, actor=past.owner)
    return deal


def sweep_until_quiet(at: datetime) -> dict[str, tuple[int, str]]:
    """Sweeps at that instant until one finds nothing more to do; the database after it."""
    before = snapshot(*LOOKS)
    for _ in range(6):
        with clock.moved(at):
            assert run_all() == []
        after = snapshot(*LOOKS)
        if after == before:
            return after
        before = after
    raise AssertionError("each sweep finds something new to do at one and the same instant")


def happened() -> Counter[str]:
    """How often each kind of thing is in the history, in the outbox and in the ledger."""
    kinds = Counter(Entry.objects.values_list("kind", flat=True))
    kinds.update(f"told {kind}" for kind in Notice.objects.values_list("kind", flat=True))
    kinds.update(f"mail {kind}" for kind in Message.objects.values_list("kind", flat=True))
    kinds.update(f"posted {kind}" for kind in Posting.objects.values_list("kind", flat=True))
    return kinds


def test_a_clock_that_jumps_makes_nothing_happen_twice(
    frozen: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The watch tells staff that timers were silent for a day, which with this clock is the truth each time.
    monkeypatch.setattr("config.watch.alerts.watch", lambda: 0)
    due_within_a_day(frozen)
    begun = happened()
    sweep_until_quiet(frozen)
    ahead = sweep_until_quiet(frozen + DAY)
    did = happened() - begun
    for back in (frozen + timedelta(seconds=15), frozen + DAY - HOUR, frozen + DAY):
        assert changed(ahead, sweep_until_quiet(back)) == {}, f"the clock at {back}"
    assert set(did) >= DUE, sorted(DUE - set(did))
    for row in Assignment.objects.all():
        assert replayed(row)[0] == row.state
    assert audit() == []
    acts = {kind: count for kind, count in did.items() if " " not in kind}
    tell(
        "R9",
        f"clock +1 day, back, +23 h, +24 h over {sum(acts.values())} acts of {len(acts)} kinds that were due, with "
        "their notices, mails and postings: 0 done twice",
    )


def test_control_a_sweep_that_trusts_its_last_run_acts_twice(frozen: datetime) -> None:
    """The naive timer remembers when it looked last, and does what fell due since: with the clock back, again."""
    due = [frozen + number * HOUR for number in range(30)]
    done: list[datetime] = []
    last = frozen - HOUR
    for now in (frozen, frozen + DAY, frozen + timedelta(seconds=15), frozen + DAY - HOUR, frozen + DAY):
        done += [one for one in due if last < one <= now]
        last = now
    twice = len(done) - len(set(done))
    assert twice > 0
    tell(
        "R9",
        f"a timer that remembers when it looked last: {twice} of {len(set(done))} acts done twice",
        is_control=True,
    )
