"""Which time of a phone counts, what is said of it, and what the database never lets in."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from assignments import deadlines
from assignments.actions import visits
from assignments.models import CheckIn, DeviceTime, SyncedAct
from assignments.offline_words import offline_words
from assignments.states import State
from common import clock
from tests.factories import People, assignment_in

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
M, H = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("device_at", "not_before", "doubt"),
    [
        (NOW, None, ""),
        (NOW + 2 * M, None, ""),
        (NOW + 2 * M + timedelta(seconds=1), None, "The phone's clock was ahead."),
        (NOW - 72 * H, None, ""),
        (NOW - 72 * H - timedelta(seconds=1), None, "It was sent more than 72 hours later."),
        (NOW - M, NOW - M, ""),
        (NOW - 2 * M, NOW - M, "The phone's time was before it was possible."),
    ],
)
def test_the_time_of_a_phone_counts_while_it_can_be_true(device_at, not_before, doubt):
    assert deadlines.device_doubt(device_at, NOW, not_before) == doubt


@pytest.mark.one_database
def test_both_clocks_are_told():
    sent = NOW + 42 * M
    taken = DeviceTime(side="in", device_at=NOW, received_at=sent)
    doubted = DeviceTime(side="out", device_at=NOW, received_at=sent, doubt="The phone's clock was ahead.")
    assert offline_words([], "America/New_York") == ""
    assert offline_words([taken, doubted], "America/New_York") == (
        "check-in made offline, sent 7:42 AM; check-out made offline, sent 7:42 AM. The phone's clock was ahead. "
        "The time of sending counts, not 7:00 AM."
    )


def test_a_visit_after_another_cannot_begin_before_that_one_ended(people: People):
    row = assignment_in(State.IN_PROGRESS, owner=people.owner, by=people.worker)
    with clock.moved(clock.now() + H):
        left = visits.check_out(row.pk, actor=people.worker.user, device_at=NOW + 30 * M).out_at
        second = visits.check_in(row.pk, actor=people.worker.user, device_at=NOW + 29 * M)
        assert (left, second.in_at) == (NOW + 30 * M, clock.now())
        assert second.device_times.get().doubt == "The phone's time was before it was possible."


def test_an_act_is_kept_once_and_both_clocks_once_a_side(people: People):
    row = assignment_in(State.IN_PROGRESS, owner=people.owner, by=people.worker)
    visit = CheckIn.objects.get()
    act = {
        "user": people.worker.user, "assignment": row, "uuid": uuid4(), "kind": "check_in", "body_hash": "0" * 64,
        "device_at": NOW, "state": "done", "sentence": "Checked in.",
    }  # fmt: skip
    SyncedAct.objects.create(**act)
    SyncedAct.objects.create(**{**act, "user": people.owner})
    DeviceTime.objects.create(check_in=visit, side="in", device_at=NOW, received_at=NOW)
    for create in (
        lambda: SyncedAct.objects.create(**act),
        lambda: SyncedAct.objects.create(**{**act, "uuid": uuid4(), "state": "lost"}),
        lambda: SyncedAct.objects.create(**{**act, "uuid": uuid4(), "may_repeat": True}),
        lambda: DeviceTime.objects.create(check_in=visit, side="in", device_at=NOW, received_at=NOW),
        lambda: DeviceTime.objects.create(check_in=visit, side="up", device_at=NOW, received_at=NOW),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            create()
