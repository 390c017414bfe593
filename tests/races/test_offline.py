"""The same act of a phone from several connections at once: one record, and the same answer for all (N7)."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import connection

from assignments.actions import syncing, talk, visits
from assignments.actions.syncing import Parcel
from assignments.models import Assignment, CheckIn, Message, SyncedAct
from assignments.states import State
from common.errors import Conflict
from tests.factories import People, assignment_in, make_people
from tests.support.together import at_once
from timeline.models import Entry

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs real row locks"),
]


@pytest.fixture
def crowd(frozen) -> People:
    return make_people()


def assigned(crowd: People) -> Assignment:
    return assignment_in(State.ASSIGNED, owner=crowd.owner, by=crowd.worker)


def test_the_same_check_in_sent_ten_times_at_once_is_one(crowd: People):
    row = assigned(crowd)
    made = row.start_at - timedelta(minutes=3)
    parcel = Parcel(uuid4(), "check_in", made, "0" * 64)

    def run() -> str:
        visits.check_in(row.pk, actor=crowd.worker.user, device_at=made)
        return "Checked in."

    send = partial(syncing.once, row.pk, parcel, run, actor=crowd.worker.user)
    results = at_once([send] * 10, at=row.start_at)
    assert {result.pk for result in results} == {SyncedAct.objects.get().pk}
    assert {result.sentence for result in results} == {"Checked in."}
    assert CheckIn.objects.get().in_at == made
    assert Entry.objects.filter(subject_id=row.pk, kind="assignment.checked_in").count() == 1


def test_one_id_for_two_assignments_at_once_is_the_act_of_one(crowd: People):
    rows = [assigned(crowd), assignment_in(State.IN_PROGRESS, owner=crowd.owner, by=crowd.worker)]
    uuid = uuid4()

    def sender(row: Assignment):
        def run() -> str:
            talk.post_message(row.pk, actor=crowd.worker.user, body=f"For {row.number}.")
            return "Note sent."

        parcel = Parcel(uuid, "post_message", row.start_at, str(row.pk).zfill(64))
        return partial(syncing.once, row.pk, parcel, run, actor=crowd.worker.user)

    results = at_once([sender(rows[0]), sender(rows[1])] * 5, at=rows[0].start_at)
    kept = [result for result in results if isinstance(result, SyncedAct)]
    assert all(isinstance(result, SyncedAct | Conflict) for result in results), results
    assert (len(kept), len({one.assignment_id for one in kept})) == (5, 1)
    assert (SyncedAct.objects.count(), Message.objects.count()) == (1, 1)
