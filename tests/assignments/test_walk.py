"""A long random life: whatever all personas try in any order, the invariants hold after each step."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from assignments.actions import (
    assigning,
    closeout,
    drafting,
    holds,
    money,
    reschedules,
    sourcing,
    talk,
    timers,
    visits,
)
from assignments.actions.closeout import Submission
from assignments.actions.drafting import Content
from assignments.actions.money import Ask
from assignments.actions.sourcing import Offer
from assignments.models import Application, Assignment, CheckIn, MoneyRequest, RescheduleRequest
from assignments.states import WITH_WORKER, State
from common import clock
from common.errors import DomainError
from ledger.audit import audit
from ledger.reserve import reserved
from tests.assignments.scenes import usd
from tests.factories import PERSONAS, People, assignment_in
from timeline.models import Entry

pytestmark = pytest.mark.django_db
STEPS = 300
TO: dict[str, set[str]] = {
    "sent": {"sent"},
    "assigned": {"assigned"},
    "checked_in": {"in_progress"},
    "started": {"in_progress"},
    "held": {"on_hold"},
    "resumed": {"assigned", "in_progress"},
    "resume_declined": {"sent"},
    "unassigned": {"sent"},
    "backed_out": {"sent"},
    "submitted": {"pending_approval"},
    "sent_back": {"in_progress"},
    "approved": {"approved"},
    "payment_stopped": {"pending_approval"},
    "paid": {"paid"},
    "cancelled": {"cancelled"},
}
"""Which stage each entry leads to; other entries leave it as it is."""


def newest(model: Any, row: Assignment) -> int:
    found = model.objects.filter(assignment=row).order_by("-pk").values_list("pk", flat=True).first()
    return found or 0


def schedule() -> tuple[str, datetime, None]:
    return "fixed", clock.now() + timedelta(hours=10), None


Verb = Callable[[Assignment, Any], object]
VERBS: list[Verb] = [
    lambda row, who: drafting.send(row.pk, actor=who),
    lambda row, who: drafting.edit(row.pk, Content({"price_minor": 30_000 + row.version}), actor=who),
    lambda row, who: drafting.edit(
        row.pk, Content({"start_at": clock.now() + timedelta(hours=10)}), actor=who
    ),
    lambda row, who: drafting.invite(row.pk, [row.everybody[row.version % 5]], actor=who),  # type: ignore[attr-defined]
    lambda row, who: sourcing.apply(row.pk, Offer(), actor=who),
    lambda row, who: sourcing.apply(row.pk, Offer(expenses_minor=700), actor=who),
    lambda row, who: sourcing.withdraw(row.pk, actor=who),
    lambda row, who: sourcing.decline(row.pk, newest(Application, row), actor=who, reason="No."),
    lambda row, who: assigning.assign(row.pk, newest(Application, row), actor=who),
    lambda row, who: assigning.assign(row.pk, newest(Application, row), actor=who),
    lambda row, who: assigning.unassign(
        row.pk, actor=who, reason="other", note="Plan.", original_budget=bool(row.version % 2)
    ),
    lambda row, who: assigning.back_out(row.pk, actor=who, reason="ill", note=""),
    lambda row, who: visits.check_in(row.pk, actor=who),
    lambda row, who: visits.check_out(row.pk, actor=who),
    lambda row, who: holds.hold(row.pk, actor=who, reason="weather"),
    lambda row, who: holds.remove_hold(row.pk, actor=who, schedule=schedule()),
    lambda row, who: reschedules.request_reschedule(row.pk, actor=who, schedule=schedule(), note="Why."),
    lambda row, who: reschedules.accept_reschedule(row.pk, newest(RescheduleRequest, row), actor=who),
    lambda row, who: reschedules.decline_reschedule(
        row.pk, newest(RescheduleRequest, row), actor=who, reason="No."
    ),
    lambda row, who: money.request_money(row.pk, Ask("expense", "Parking.", 900), actor=who),
    lambda row, who: money.approve_money(row.pk, newest(MoneyRequest, row), actor=who),
    lambda row, who: money.decline_money(row.pk, newest(MoneyRequest, row), actor=who, reason="No."),
    lambda row, who: money.add_money(row.pk, Ask("bonus", "Thanks.", 300), actor=who),
    lambda row, who: talk.post_message(row.pk, actor=who, body="Hello."),
    lambda row, who: closeout.submit(row.pk, Submission("Done."), actor=who),
    lambda row, who: closeout.send_back(row.pk, actor=who, reason="Better."),
    lambda row, who: timers.start(row.pk),
    lambda row, who: timers.raise_flags(row.pk),
]
"""What anybody tries. Approving, paying and cancelling end the walk, so they are tried only at its end."""


def replayed(row: Assignment) -> tuple[str, int]:
    """The stage and version that the history tells; raises AssertionError for an impossible step."""
    state, count = "draft", 0
    for entry in Entry.objects.filter(subject_type="assignment", subject_id=row.pk).order_by("sequence"):
        count += 1
        assert entry.sequence == count
        to = TO.get(entry.kind.removeprefix("assignment."), set())
        if to and state not in to:
            state = row_state(to, entry)
    return state, count


def row_state(to: set[str], entry: Entry) -> str:
    """The stage after an entry; a resumed one is in progress when the worker had checked in before."""
    if len(to) == 1:
        return next(iter(to))
    since = Entry.objects.filter(
        subject_id=entry.subject_id, kind="assignment.assigned", sequence__lt=entry.sequence
    ).latest("sequence")
    seen = Entry.objects.filter(
        subject_id=entry.subject_id,
        kind="assignment.checked_in",
        sequence__gt=since.sequence,
        sequence__lt=entry.sequence,
    )
    return "in_progress" if seen.exists() else "assigned"


def check(row: Assignment) -> Assignment:
    now = Assignment.objects.get(pk=row.pk)
    assert replayed(now) == (now.state, now.version)
    assert (now.worker_id is not None) == (now.state in WITH_WORKER or now.state == State.CANCELLED)
    assert audit() == []
    held = reserved("assignment", now.pk)
    assert (held.total if held else None) == (None if now.state == State.DRAFT else now.cost_most.total)
    assert CheckIn.objects.filter(assignment=now, out_at=None).count() <= (now.state == State.IN_PROGRESS)
    return now


def attempt(verb: Verb, row: Assignment, names: list[str], people: People) -> bool:
    """Try as each person in turn until it works; every refusal is a sentence."""
    for name in names:
        try:
            verb(row, people.user(name))
        except DomainError as refused:
            if not refused.sentence.endswith("."):
                raise
        else:
            return True
    return False


@pytest.mark.parametrize("seed", [pytest.param(2, marks=pytest.mark.slow), 4])
def test_walk(people: People, frozen: datetime, seed: int):
    dice = random.Random(seed)
    row = assignment_in(State.DRAFT, owner=people.owner, start_at=frozen + timedelta(hours=10))
    workers = [people.worker, people.applicant, people.removed, people.stranger, people.invited]
    moment, done, reached = frozen, 0, set()
    for _ in range(STEPS):
        moment += timedelta(minutes=dice.randint(1, 8))
        names = dice.sample(PERSONAS, k=len(PERSONAS))
        row.everybody = workers  # type: ignore[attr-defined]
        with clock.moved(moment):
            done += attempt(dice.choice(VERBS), row, names, people)
            row = check(row)
        reached.add(row.state)
    assert done >= 25
    assert reached >= {"sent", "assigned", "in_progress"}


def test_a_whole_life_ends_for_good(people: People):
    row = assignment_in(State.PENDING_APPROVAL, owner=people.owner, by=people.worker)
    closeout.approve(row.pk, actor=people.owner)
    closeout.pay(row.pk, actor=people.owner, amount=usd(35_000))
    before = Assignment.objects.filter(pk=row.pk).values().get()
    for verb in VERBS:
        for name in PERSONAS:
            row.everybody = [people.stranger] * 5  # type: ignore[attr-defined]
            with pytest.raises(DomainError):
                verb(row, people.user(name))
    assert Assignment.objects.filter(pk=row.pk).values().get() == before
