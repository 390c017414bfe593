"""Random lives: whatever all personas try in any order and at any time, the invariants hold after each step (R15)."""

import random
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from assignments.actions import closeout
from assignments.actions.drafting import Asked, Content, Wanted
from assignments.models import Assignment, CheckIn, Remark
from assignments.pricing import cost
from assignments.states import WITH_WORKER, State
from common import clock
from common.errors import Conflict, DomainError
from common.money import Money
from ledger.audit import audit
from ledger.reserve import reserved
from tests.assignments.scenes import usd
from tests.factories import PERSONAS, People, assignment_in
from tests.support.figures import tell
from tests.walks.replay import replayed
from tests.walks.verbs import VERBS

pytestmark = pytest.mark.django_db
ROUND = (
    State.SENT,
    State.ASSIGNED,
    State.IN_PROGRESS,
    State.PENDING_APPROVAL,
    State.ON_HOLD,
    State.DRAFT,
    State.APPROVED,
)
ENDING = {"cancel", "unassign", "back_out"}
EACH = 25
"""Steps that one assignment is tried; what ended before is tried on: nothing may happen to it."""
STEPS = 300
"""Of the short walk; the long ones take 10,000 together."""


class Life(RuleBasedStateMachine):
    """One assignment after another, each from its draft on; a step is one verb tried by everybody in a drawn order."""

    people: People
    reached: set[str]
    done: dict[str, int]
    walked: list[int]
    """The assignment of each step of all lives: as many as steps were truly taken."""

    def __init__(self) -> None:
        super().__init__()
        cache.clear()  # what may be done so many times in ten minutes is counted from here, as everything is
        self.undo = ExitStack()
        self.undo.enter_context(transaction.atomic())
        self.moment: datetime = clock.now()
        self.begun = len(self.walked) // EACH  # a short life goes on in the round where the one before ended
        try:
            self.begin()
        except BaseException:
            self.teardown()  # nobody else ends a life that has not begun: the next test would be inside it
            raise

    def teardown(self) -> None:
        """Each life is undone: the next one, and hypothesis' repetition of this one, begin at the same place."""
        transaction.set_rollback(True)
        self.undo.close()

    def begin(self) -> None:
        """The next assignment, walked by the real actions to the next stage of the round."""
        stage = ROUND[self.begun % len(ROUND)]
        self.begun, self.left = self.begun + 1, EACH
        while not self.is_begun(stage):  # the worker's days are full of what was moved there
            self.moment += timedelta(days=3)

    def is_begun(self, stage: str) -> bool:
        content = Content(wanted=[Wanted("Photo of the rack")], asked=[Asked("Serial number")])
        try:
            with transaction.atomic(), clock.moved(self.moment):
                self.row = assignment_in(
                    stage, owner=self.people.owner, by=self.people.worker, content=content, terms_days=30
                )
        except Conflict as refused:
            if "booked at that time" not in refused.sentence:
                raise
            return False
        return True

    @rule(seed=st.integers(0, 2**32))
    def step(self, seed: int) -> None:
        """Hypothesis draws and shrinks the lives; inside a step the dice are fair, so that every verb has its turn."""
        dice = random.Random(f"{seed}:{self.begun}:{self.row.version}:{self.moment}")
        name, names = dice.choice(sorted(VERBS)), dice.sample(PERSONAS, k=len(PERSONAS))
        if name in ENDING and dice.random() < 0.9:  # a life that ends at once meets no other verb
            name = dice.choice(sorted(set(VERBS) - ENDING))
        self.moment += timedelta(minutes=dice.choice([1, 1, 2, 3, 5, 8, 90]))
        people = self.people
        self.row.everybody = [
            people.worker,
            people.applicant,
            people.removed,
            people.stranger,
            people.invited,
        ]
        with clock.moved(self.moment):
            self.try_all(name, names)
        self.row = Assignment.objects.get(pk=self.row.pk)
        self.reached.add(self.row.state)
        self.walked.append(self.row.pk)
        self.left -= 1
        if not self.left:
            self.moment += timedelta(days=2)  # the worker's days are free again
            self.begin()

    def try_all(self, name: str, names: list[str]) -> None:
        """Each person in turn until it works; every refusal is a sentence and changes nothing."""
        before = columns(self.row)
        for who in names:
            try:
                with transaction.atomic():
                    VERBS[name](self.row, self.people.user(who))
            except DomainError as refused:
                assert_sentence(refused.sentence)
                continue
            self.done[name] = self.done.get(name, 0) + 1
            after = columns(self.row)
            assert before["state"] != State.PAID or after == before
            if after != before:
                return
        assert columns(self.row) == before

    @invariant()
    def history_tells_the_stage(self) -> None:
        now = Assignment.objects.get(pk=self.row.pk)
        if now.state != State.PAID:  # rows beside a paid one have entries of their own (D6)
            assert replayed(now) == (now.state, now.version)
        else:
            assert replayed(now)[0] == State.PAID

    @invariant()
    def stage_and_rows_agree(self) -> None:
        now = self.row
        assert (now.worker_id is not None) == (now.state in WITH_WORKER) or now.state == State.CANCELLED
        inside = CheckIn.objects.filter(assignment=now, out_at=None).count()
        assert inside <= (now.state == State.IN_PROGRESS)
        if now.state == State.PENDING_APPROVAL:
            assert not Remark.objects.filter(engagement=now.engagement, settled_at=None).exists()

    @invariant()
    def money_is_whole(self) -> None:
        assert audit() == []
        held = reserved("assignment", self.row.pk)
        assert (held.total if held else None) == self.to_be_held()

    def to_be_held(self) -> Money | None:
        now = self.row
        if now.state in (State.DRAFT, State.PAID) or (now.state == State.CANCELLED and now.paid_at):
            return None
        if now.state in (State.APPROVED, State.CANCELLED):
            return cost(now.money(now.pay_minor), now.fee_bps).total if now.pay_minor else None
        return now.cost_most.total


def assert_sentence(words: str) -> None:
    assert words.endswith(".")


def columns(row: Assignment) -> dict[str, object]:
    return Assignment.objects.filter(pk=row.pk).values().get()


def live(people: People, *, lives: int, steps: int) -> type[Life]:
    kind = type("Lived", (Life,), {"people": people, "reached": set(), "done": {}, "walked": []})
    run_state_machine_as_test(
        kind,
        settings=settings(
            max_examples=lives,
            stateful_step_count=steps,
            phases=[Phase.generate],  # what fails is reported as it is: to make it smaller takes hours
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return kind


def test_a_short_walk(people: People, frozen: datetime) -> None:
    lived = live(people, lives=1, steps=STEPS)
    assert lived.reached >= {State.SENT, State.ASSIGNED, State.IN_PROGRESS}
    assert len(lived.done) >= len(VERBS) // 3


@pytest.mark.row(id="R15")
@pytest.mark.slow
def test_ten_thousand_steps(people: People, frozen: datetime) -> None:
    # PostgreSQL slows down with all that one transaction has written: many short lives. A few are given up by
    # hypothesis as too long to draw, so that some more are asked for.
    lived = live(people, lives=410, steps=EACH)
    assert len(lived.walked) >= 10_000
    assert lived.reached == set(State)
    unused = sorted(set(VERBS) - set(lived.done))
    assert len(unused) <= len(VERBS) // 10, unused
    tell(
        "R15",
        f"work: {len(lived.walked):,} steps of {len(VERBS)} verbs by {len(PERSONAS)} personas, {len(lived.done)} verbs "
        f"worked; no illegal move, history leads to each stage, books whole after each step",
    )


@pytest.mark.row(id="R15")
def test_control_a_move_past_the_door_breaks_the_walk(
    people: People, frozen: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A verb that writes the stage into the row: the history does not know of it, and the next look finds out."""

    def sneak(row: Assignment, who: object) -> None:
        moved = Assignment.objects.filter(pk=row.pk, state__in=(State.ASSIGNED, State.IN_PROGRESS))
        if not moved.update(state=State.ON_HOLD):
            raise Conflict("Nothing to sneak past.")

    for name in set(VERBS) - {"confirm", "check_in"}:
        monkeypatch.delitem(VERBS, name)
    monkeypatch.setitem(VERBS, "sneak", sneak)
    life = type("Lived", (Life,), {"people": people, "reached": set(), "done": {}, "walked": []})()

    def walk() -> None:
        for seed in range(2 * EACH):
            life.step(seed=seed)
            life.history_tells_the_stage()

    with pytest.raises(AssertionError):
        walk()
    life.teardown()
    tell("R15", "a verb that writes the stage past the door: the walk stops", is_control=True)


def test_a_whole_life_ends_for_good(people: People) -> None:
    """What is Paid is the same after everybody tried everything."""
    row = assignment_in(State.PENDING_APPROVAL, owner=people.owner, by=people.worker)
    closeout.approve(row.pk, actor=people.owner)
    closeout.pay(row.pk, actor=people.owner, amount=usd(35_000))
    before = Assignment.objects.filter(pk=row.pk).values().get()
    for tried in VERBS.values():
        for name in PERSONAS:
            row.everybody = [people.stranger] * 5  # type: ignore[attr-defined]
            try:
                tried(row, people.user(name))
            except DomainError:
                continue
    assert Assignment.objects.filter(pk=row.pk).values().get() == before
