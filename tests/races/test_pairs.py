"""Two acts that exclude each other at the same instant, many times: one outcome each, told by the history (R10)."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connection

from assignments.actions import drafting, sourcing, timers
from assignments.actions.door import Busy
from assignments.actions.drafting import Content
from assignments.actions.sourcing import Offer
from assignments.models import Application, Assignment
from assignments.states import State
from common import clock
from common.errors import AlreadyDone, Conflict, WrongState
from ledger.audit import audit
from payments import actions
from payments.actions import approving
from payments.actions.paying import pay_one
from payments.models import Dispute, Invoice
from payments.states import DisputeState
from tests.factories import StaffFactory, assignment_in, company, member, worker
from tests.payments.support import usd
from tests.races.explaining import Row, Told, findings
from tests.support.figures import tell
from tests.support.together import at_once
from timeline.models import Entry

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.row(id="R10"),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs real row locks"),
]
CALM = (AlreadyDone, Busy, Conflict, WrongState)


class Crowd:
    """A company of its own, with money, and an admin; new ones come from time to time."""

    def __init__(self, number: int) -> None:
        self.owner = member(company(f"Acme {number}", cash=10_000_000), f"Olivia Owner{number}")
        self.staff = StaffFactory(name=f"Stella Staff{number}")


@dataclass
class Pair:
    """One meeting: both acts, the assignment, the instant, and the kinds of entry that each act leaves."""

    pk: int
    at: datetime
    acts: tuple[Callable[[], object], Callable[[], object]]
    kinds: tuple[str, str]


def cancel_against_start(people: Crowd, number: int) -> Pair:
    row = assignment_in(
        State.ASSIGNED, owner=people.owner, by=worker(f"Worker {number}"), checkin_required=False
    )
    return Pair(
        row.pk,
        row.start_at + timedelta(minutes=1),
        (
            partial(
                approving.cancel, row.pk, actor=people.owner, reason="not_needed", note="The shop closed."
            ),
            partial(timers.start, row.pk),
        ),
        ("cancelled", "started"),
    )


def edit_against_apply(people: Crowd, number: int) -> Pair:
    row = assignment_in(State.SENT, owner=people.owner)
    by = worker(f"Worker {number}").user
    return Pair(
        row.pk,
        clock.now(),
        (
            partial(drafting.edit, row.pk, Content({"price_minor": 40_000}), actor=people.owner),
            partial(sourcing.apply, row.pk, Offer(), actor=by),
        ),
        ("edited", "applied"),
    )


def apply_against_close(people: Crowd, number: int) -> Pair:
    row = assignment_in(State.SENT, owner=people.owner)
    by = worker(f"Worker {number}").user
    return Pair(
        row.pk,
        clock.now(),
        (
            partial(sourcing.apply, row.pk, Offer(), actor=by),
            partial(approving.cancel, row.pk, actor=people.owner, reason="not_needed", note=""),
        ),
        ("applied", "cancelled"),
    )


def dispute_against_pay(people: Crowd, number: int) -> Pair:
    row = assignment_in(State.APPROVED, owner=people.owner, by=worker(f"Worker {number}"), terms_days=30)
    invoice = Invoice.objects.get(assignment=row)
    opening = partial(actions.open_dispute, row.pk, ground="quality", statement="No.")
    return Pair(
        row.pk,
        clock.now(),
        (
            partial(opening, actor=people.owner),
            partial(pay_one, invoice.pk, actor=people.owner),
        ),
        ("disputed", "paid"),
    )


def admin_against_user(people: Crowd, number: int) -> Pair:
    row = assignment_in(State.PENDING_APPROVAL, owner=people.owner, by=worker(f"Worker {number}"))
    dispute = actions.open_dispute(row.pk, actor=people.owner, ground="quality", statement="No.")
    decide = partial(
        actions.settle,
        dispute.pk,
        actor=people.staff,
        decision="part",
        amount=usd(20_000),
        reason_to_client="The photos show it.",
        reason_to_worker="The photos show it.",
    )
    return Pair(
        row.pk,
        clock.now(),
        (decide, partial(actions.withdraw_dispute, row.pk, actor=people.owner)),
        ("decided", "withdrawn"),
    )


def both_agree(pair: Pair, won: tuple[bool, bool]) -> list[str]:
    """What does not fit between the acts that were acknowledged and the rows that they left; empty when all does."""
    row = Assignment.objects.get(pk=pair.pk)
    entries = [
        Told(row.pk, one.sequence, one.kind.removeprefix("assignment."), one.actor_id)
        for one in Entry.objects.filter(subject_type="assignment", subject_id=row.pk)
    ]
    wrong = findings([], entries, [Row(row.pk, row.state, row.version, 0)], is_all=False)
    kinds = Counter(one.kind for one in entries)
    return wrong + CHECKS[pair.kinds](row, kinds, won)


Check = Callable[[Assignment, Counter[str], tuple[bool, bool]], list[str]]


def said(**facts: bool) -> list[str]:
    return [name for name, holds in facts.items() if not holds]


def after_cancel_and_start(row: Assignment, kinds: Counter[str], won: tuple[bool, bool]) -> list[str]:
    return said(
        ends_cancelled=row.state == State.CANCELLED and won[0] and kinds["cancelled"] == 1,
        started_once_if_told_so=kinds["started"] == won[1],
    )


def after_edit_and_apply(row: Assignment, kinds: Counter[str], won: tuple[bool, bool]) -> list[str]:
    old = Application.objects.filter(assignment=row, state="pending", price_minor=35_000)
    return said(
        edited=row.price_minor == 40_000 and won[0],
        applied_once_if_told_so=kinds["applied"]
        == won[1]
        == Application.objects.filter(assignment=row).count(),
        no_offer_is_open_on_terms_that_were_not_read=not old.exists(),
    )


def after_apply_and_close(row: Assignment, kinds: Counter[str], won: tuple[bool, bool]) -> list[str]:
    waiting = Application.objects.filter(assignment=row, state="pending")
    return said(
        ends_cancelled=row.state == State.CANCELLED and won[1] and kinds["cancelled"] == 1,
        applied_once_if_told_so=kinds["applied"] == won[0],
        nobody_waits=not waiting.exists(),
    )


def after_dispute_and_pay(row: Assignment, kinds: Counter[str], won: tuple[bool, bool]) -> list[str]:
    disputes = Dispute.objects.filter(assignment=row).count()
    return said(
        one_of_both=won[0] != won[1],
        dispute_if_told_so=disputes == won[0] == (row.disputed_at is not None),
        paid_if_told_so=(row.state == State.PAID) == won[1] == kinds["paid"],
    )


def after_admin_and_user(row: Assignment, kinds: Counter[str], won: tuple[bool, bool]) -> list[str]:
    dispute = Dispute.objects.get(assignment=row)
    return said(
        one_of_both=won[0] != won[1],
        ruled_if_told_so=(dispute.state == DisputeState.RULED) == won[0] == dispute.rulings.count(),
        withdrawn_if_told_so=(dispute.state == DisputeState.WITHDRAWN) == won[1],
    )


MEET = {
    "cancel against start": cancel_against_start,
    "edit against apply": edit_against_apply,
    "apply against close": apply_against_close,
    "dispute against pay": dispute_against_pay,
    "admin against user": admin_against_user,
}
CHECKS: dict[tuple[str, str], Check] = {
    ("cancelled", "started"): after_cancel_and_start,
    ("edited", "applied"): after_edit_and_apply,
    ("applied", "cancelled"): after_apply_and_close,
    ("disputed", "paid"): after_dispute_and_pay,
    ("decided", "withdrawn"): after_admin_and_user,
}


@pytest.mark.parametrize("pairs", [5, pytest.param(1000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", MEET)
def test_a_pair_has_one_outcome(frozen: datetime, name: str, pairs: int) -> None:
    outcomes: Counter[tuple[bool, bool]] = Counter()
    for number in range(pairs):
        if number % 20 == 0:
            people = Crowd(number)
        pair = MEET[name](people, number)
        acts = pair.acts if number % 2 else pair.acts[::-1]  # which thread is made first
        results = at_once(acts, at=pair.at)
        odd = [one for one in results if isinstance(one, Exception) and not isinstance(one, CALM)]
        assert odd == []
        first, second = results if number % 2 else results[::-1]
        won = (did(first), did(second))
        assert both_agree(pair, won) == [], (number, results)
        outcomes[won] += 1
        if number % 50 == 49 or number == pairs - 1:
            with clock.moved(pair.at):
                assert audit() == []
    words = {(True, False): "first alone", (False, True): "second alone", (True, True): "one after the other"}
    assert set(outcomes) <= set(words)
    counted = ", ".join(f"{count:,} {words[won]}" for won, count in sorted(outcomes.items()))
    tell("R10", f"{pairs:,} pairs of {name}: {counted}; each told by its history, books whole")


def did(result: object) -> bool:
    """Whether the act was done: not refused, and no timer that found nothing to do."""
    return not isinstance(result, Exception) and result is not False


def test_control_without_the_door_both_win(frozen: datetime) -> None:
    """The state machine alone on each side: read, ask it, save, write the history."""
    people, broken = Crowd(0), 0
    for number in range(10):
        pair = cancel_against_start(people, number)
        acts = [partial(plain, pair.pk, "cancel"), partial(plain, pair.pk, "start")]
        first, second = at_once(acts, at=pair.at)
        broken += both_agree(pair, (did(first), did(second))) != []
    assert broken > 0
    tell("R10", f"cancel against start without the lock: {broken} of 10 pairs broken", is_control=True)


def plain(pk: int, verb: str) -> None:
    row = Assignment.objects.get(pk=pk)
    getattr(row, verb)(clock.now())
    row.version += 1
    row.save(update_fields=["state", "state_since", "version"])
    kind = {"cancel": "assignment.cancelled", "start": "assignment.started"}[verb]
    Entry.objects.create(
        kind=kind, subject_type="assignment", subject_id=pk, role="system", visibility="all",
        sequence=row.version, at=clock.now(), facts={},
    )  # fmt: skip
