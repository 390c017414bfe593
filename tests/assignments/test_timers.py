"""What happens by itself: at its instant, once, re-checked under the lock, and not stopped by one bad row."""

import logging
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest

from assignments import sweeps
from assignments.actions import assigning, holds, reschedules, timers, visits
from assignments.actions.sourcing import Offer
from assignments.models import Application, Assignment, RescheduleRequest
from assignments.states import State
from common import clock
from common.errors import WrongState
from tests.assignments.acts import lifted
from tests.assignments.scenes import apply
from tests.factories import People, assignment_in, worker
from timeline.models import Entry

pytestmark = pytest.mark.django_db
S, H = timedelta(seconds=1), timedelta(hours=1)


def starting(people: People, **columns: object) -> Assignment:
    more = {"checkin_required": False, **columns}
    return assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker, **more)


def again(row: Assignment) -> Assignment:
    return Assignment.objects.get(pk=row.pk)


def kinds(row: Assignment) -> list[str]:
    entries = Entry.objects.filter(subject_id=row.pk, role="system").order_by("sequence")
    return [entry.kind.removeprefix("assignment.") for entry in entries]


@pytest.mark.parametrize(("late", "count", "state"), [(-S, 0, "assigned"), (0 * S, 1, "in_progress")])
def test_start_at_the_very_instant(people: People, late: timedelta, count: int, state: str):
    row = starting(people)
    with clock.moved(row.start_at + late):
        assert sweeps.start_due() == count
    assert (again(row).state, again(row).auto_start_due_at is None) == (state, count == 1)


def test_start_is_done_once_and_may_come_very_late(people: People):
    row = starting(people)
    with clock.moved(row.start_at + timedelta(days=3)):
        assert [sweeps.start_due(), sweeps.start_due()] == [1, 0]
    assert kinds(row) == ["started"]


def test_with_check_in_the_clock_starts_nothing(people: People):
    row = starting(people, checkin_required=True)
    with clock.moved(row.start_at + H):
        assert sweeps.start_due() == 0
        assert timers.start(row.pk) is False
    assert again(row).state == State.ASSIGNED


def test_a_start_that_was_moved_is_checked_again_under_the_lock(people: People):
    row = starting(people)
    with clock.moved(row.start_at - H):
        request = reschedules.request_reschedule(
            row.pk,
            actor=people.owner,
            schedule=("fixed", row.start_at + H, None),
            note="The customer is late.",
        )
        reschedules.accept_reschedule(row.pk, request.pk, actor=people.worker.user)
    with clock.moved(row.start_at):
        assert timers.start(row.pk) is False
    with clock.moved(row.start_at + H):
        assert sweeps.start_due() == 1


def test_a_held_row_is_not_started(people: People):
    row = starting(people)
    holds.hold(row.pk, actor=people.owner, reason="weather")
    with clock.moved(row.start_at), pytest.raises(WrongState):
        timers.start(row.pk)
    assert again(row).auto_start_due_at is None


def test_flags_come_once_each_at_their_time(people: People):
    row = starting(people, checkin_required=True, confirm_hours=24)
    times = [
        row.start_at - 24 * H - S,
        row.start_at - 24 * H,
        row.start_at,
        row.start_at + H,
        row.start_at + 2 * H,
    ]
    found = []
    for moment in times:
        with clock.moved(moment):
            found.append(sweeps.raise_flags())
    assert found == [0, 1, 0, 1, 0]
    assert kinds(row) == ["not_confirmed", "late"]
    assert again(row).flags_due_at is None


def test_a_flag_whose_reason_is_gone_is_not_raised(people: People):
    row = starting(people, checkin_required=True)
    with clock.moved(row.start_at):
        visits.check_in(row.pk, actor=people.worker.user)
    with clock.moved(row.start_at + H):
        assert sweeps.raise_flags() == 0
    assert kinds(row) == []


def test_lateness_again_after_a_new_date(people: People):
    row = starting(people, checkin_required=True)
    with clock.moved(row.start_at + H):
        sweeps.raise_flags()
        request = reschedules.request_reschedule(
            row.pk,
            actor=people.worker.user,
            schedule=("fixed", row.start_at + 5 * H, None),
            note="Van broke.",
        )
        reschedules.accept_reschedule(row.pk, request.pk, actor=people.owner)
    with clock.moved(row.start_at + 6 * H):
        assert sweeps.raise_flags() == 1
    assert kinds(row) == ["late", "late"]


def test_offers_expire_at_their_instant(people: People):
    row = assignment_in(State.SENT, owner=people.owner)
    ends = clock.now() + H
    offer = apply(row, people.worker, Offer(expires_at=ends))
    apply(row, people.applicant)
    found = []
    for moment in (ends - S, ends, ends + S):
        with clock.moved(moment):
            found.append(sweeps.expire_applications())
    assert found == [0, 1, 0]
    states = Application.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["expired", "pending"]
    assert timers.expire_application(row.pk, offer.pk) is False


def test_offers_of_a_filled_assignment_do_not_expire(people: People):
    row = assignment_in(State.SENT, owner=people.owner)
    ends = clock.now() + H
    chosen = apply(row, people.worker, Offer(expires_at=ends))
    assigning.assign(row.pk, chosen.pk, actor=people.owner)
    with clock.moved(ends):
        assert sweeps.expire_applications() == 0


def test_the_worker_is_reminded_each_day_until_the_answer(people: People):
    row = assignment_in(State.ON_HOLD, owner=people.owner, by=people.worker)
    request, sent = lifted(row, people), clock.now()
    found = []
    for hours in (23, 24, 25, 48):
        with clock.moved(sent + hours * H):
            found.append(sweeps.remind_holds())
    assert found == [0, 1, 0, 1]
    with clock.moved(sent + 49 * H):
        reschedules.accept_reschedule(row.pk, request.pk, actor=people.worker.user)
    with clock.moved(sent + 80 * H):
        assert sweeps.remind_holds() == 0
    assert kinds(row) == ["hold_reminded", "hold_reminded"]


class PoisonError(Exception):
    """A row that no sweep can digest."""


def test_a_poisoned_row_is_parked_and_the_others_go_on(people: People, caplog: pytest.LogCaptureFixture):
    rows = [
        assignment_in(State.ASSIGNED, owner=people.owner, by=worker(f"Worker {n}"), checkin_required=False)
        for n in range(3)
    ]
    bad, real = rows[0], timers.start

    def start(pk: int) -> bool:
        if pk == bad.pk:
            raise PoisonError
        return real(pk)

    at = rows[0].start_at
    with (
        clock.moved(at),
        patch("assignments.actions.timers.start", start),
        patch("assignments.sweeps.start_plain", side_effect=PoisonError),
        caplog.at_level(logging.ERROR),
    ):
        assert sweeps.start_due() == 2
        assert sweeps.start_due() == 0
    assert [again(row).state for row in rows] == ["assigned", "in_progress", "in_progress"]
    assert (again(bad).failures, again(bad).parked_until) == (1, at + timedelta(minutes=1))
    batch = "starting a batch failed; its rows are started one by one"
    told = [batch, f"assignment {bad.pk}: timer failed, parked", batch]
    assert [record.getMessage() for record in caplog.records] == told
    with clock.moved(at + timedelta(minutes=1)):
        assert sweeps.start_due() == 1


def test_each_failure_waits_longer_up_to_six_hours(people: People, caplog: pytest.LogCaptureFixture):
    row = starting(people)
    moment, waits = row.start_at, []
    with (
        patch("assignments.actions.timers.start", side_effect=PoisonError),
        patch("assignments.sweeps.start_plain", side_effect=PoisonError),
        caplog.at_level(logging.CRITICAL),
    ):
        for _ in range(11):
            with clock.moved(moment):
                sweeps.start_due()
            waits.append(again(row).parked_until - moment)
            moment = again(row).parked_until
    assert waits[:4] == [timedelta(minutes=n) for n in (1, 2, 4, 8)]
    assert waits[-1] == 6 * H


def test_a_deleted_row_is_nothing_to_do(people: People):
    assert sweeps.each([999_999], timers.start, clock.now()) == 0


def test_oldest_first_and_no_more_than_the_limit(people: People):
    rows = [
        assignment_in(
            State.ASSIGNED,
            owner=people.owner,
            by=worker(f"Worker {n}"),
            checkin_required=False,
            start_at=clock.now() + (3 - n) * H,
        )
        for n in range(3)
    ]
    with clock.moved(clock.now() + timedelta(days=1)):
        assert sweeps.start_due(limit=1) == 1
    assert [again(row).state for row in rows] == ["assigned", "assigned", "in_progress"]


def test_the_reminder_of_a_hold_is_not_that_of_a_request(people: People, frozen: datetime):
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    reschedules.request_reschedule(
        row.pk, actor=people.owner, schedule=("fixed", row.start_at + H, None), note="The customer is late."
    )
    due_at = RescheduleRequest.objects.get().remind_due_at
    assert due_at == frozen + timedelta(hours=24)
    with clock.moved(due_at):
        assert (sweeps.remind_holds(), sweeps.remind_reschedules(), sweeps.remind_reschedules()) == (0, 1, 0)
