"""The start sweep moves many rows by one statement: each ends exactly as the door would have left it (D15)."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from assignments import sweeps
from assignments.actions import timers
from assignments.models import Assignment, Engagement, Follower, LabelEvent
from assignments.states import State
from common import clock
from notifications.in_bulk import subject_expression
from notifications.models import Message, Notice, Preference
from tests.factories import MemberFactory, People, assignment_in, member
from timeline.models import Entry

pytestmark = pytest.mark.django_db
S = timedelta(seconds=1)


def starting(people: People, **columns: Any) -> Assignment:
    return assignment_in(
        State.ASSIGNED, owner=people.owner, by=people.worker, **{"checkin_required": False, **columns}
    )


def follow(row: Assignment, *users: Any) -> None:
    for user in users:
        Follower.objects.create(assignment=row, user=user)


def switch(user: Any, **channels: bool) -> None:
    Preference.objects.create(user=user, kind="assignment.started", **channels)


def plain(row: Assignment, people: People) -> None:
    pass


def followed(row: Assignment, people: People) -> None:
    """By the owner as well, by a colleague, by one who left, by a stranger, and by a worker who is a colleague."""
    left = member(people.client, "Lea Left", is_active=False)
    MemberFactory(client=people.client, user=people.worker.user)
    follow(row, people.owner, people.follower, left, people.other_client, people.worker.user)


def worker_is_colleague(row: Assignment, people: People) -> None:
    MemberFactory(client=people.client, user=people.worker.user)


def switched(row: Assignment, people: People) -> None:
    follow(row, people.follower)
    switch(people.owner, portal=False, email=True)
    switch(people.worker.user, portal=True, email=False)
    switch(people.follower, portal=False, email=False)


def closed_account(row: Assignment, people: People) -> None:
    type(people.owner).objects.filter(pk=people.owner.pk).update(is_active=False, name="")


def without_a_city(row: Assignment, people: People) -> None:
    Assignment.objects.filter(pk=row.pk).update(city="")


def one_name(row: Assignment, people: People) -> None:
    type(people.owner).objects.filter(pk=people.owner.pk).update(name="Cher")


def on_the_way(row: Assignment, people: People) -> None:
    now = row.start_at - S
    Assignment.objects.filter(pk=row.pk).update(
        set_out_at=now, eta_at=now, delayed_at=now, delay_reason="Traffic", failures=2, parked_until=now
    )


CASES: dict[str, tuple[Callable[[Assignment, People], None], dict[str, Any]]] = {
    "plain": (plain, {}),
    "remote": (plain, {"is_virtual": True}),
    "without a region": (plain, {"region": ""}),
    "without a city": (without_a_city, {}),
    "a title with quotes and signs": (plain, {"title": "50 % \"off\" 'now' {{ x }} \\ Ünï"}),
    "confirmation and files asked": (plain, {"confirm_hours": 4}),
    "followed": (followed, {}),
    "the worker is a colleague": (worker_is_colleague, {}),
    "switched": (switched, {}),
    "an account without a name": (closed_account, {}),
    "one name": (one_name, {}),
    "on the way": (on_the_way, {}),
}


def state_of(row: Assignment) -> dict[str, Any]:
    """All that the change wrote, without the ids that the database counts up."""
    numbers = dict(Entry.objects.values_list("pk", "sequence"))
    notices = [
        {**one, "entry_id": numbers[one["entry_id"]], "id": 0}
        for one in Notice.objects.filter(kind="assignment.started").order_by("id").values()
    ]
    mails = [{**one, "id": 0} for one in Message.objects.filter(kind="assignment.started").values()]
    return {
        "row": Assignment.objects.filter(pk=row.pk).values().get(),
        "entries": [
            {**one, "id": 0} for one in Entry.objects.filter(subject_id=row.pk).order_by("sequence").values()
        ],
        "notices": sorted(notices, key=lambda one: one["user_id"]),
        "mails": sorted(mails, key=lambda one: one["user_id"]),
        "spans": list(LabelEvent.objects.filter(assignment=row).values()),
        "engagement": Engagement.objects.filter(assignment=row).values().get(),
    }


def undone(work: Callable[[], object], row: Assignment) -> dict[str, Any]:
    """What the work leaves; then it is taken back."""
    with transaction.atomic():
        work()
        found = state_of(row)
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("micro", [0, 120_300])
def test_the_statement_leaves_what_the_door_leaves(people: People, case: str, micro: int) -> None:
    prepare, columns = CASES[case]
    start = clock.now().replace(microsecond=micro) + timedelta(days=2)
    row = starting(people, start_at=start, **columns)
    prepare(row, people)
    with clock.moved(start + S):
        by_door = undone(lambda: timers.start(row.pk), row)
        with patch("assignments.sweeps.each", return_value=0):  # nothing may be left to the door
            by_statement = undone(sweeps.start_due, row)
    assert by_door["row"]["state"] == State.IN_PROGRESS
    assert by_statement == by_door


def test_what_only_the_door_can_do_is_left_to_it(people: People) -> None:
    row = starting(people)
    Assignment.objects.filter(pk=row.pk).update(title="Two  blanks")
    LabelEvent.objects.create(assignment=row, label="not_confirmed", rule_version=1, set_at=clock.now())
    with clock.moved(row.start_at + S):
        with transaction.atomic():
            assert sweeps.start_plain(10, clock.now()) == 0
        assert sweeps.start_due() == 1
    notice = Notice.objects.filter(kind="assignment.started").first()
    assert notice is not None
    assert notice.title == f"{row.number} Two blanks"
    assert LabelEvent.objects.get(assignment=row).cleared_at is not None


def test_a_batch_with_a_row_that_fails_is_done_row_by_row(
    people: People, caplog: pytest.LogCaptureFixture
) -> None:
    good, bad = starting(people), starting(people, start_at=clock.now() + timedelta(days=3))
    # The next entry of the bad row is taken already: the database refuses it.
    Entry.objects.create(
        kind="assignment.late", subject_type="assignment", subject_id=bad.pk, sequence=bad.version + 1,
        role="system", at=clock.now(),
    )  # fmt: skip
    at = bad.start_at + S
    with clock.moved(at), caplog.at_level(logging.ERROR):
        assert sweeps.start_due() == 1
    rows = {row.pk: row for row in Assignment.objects.filter(pk__in=[good.pk, bad.pk])}
    assert (rows[good.pk].state, rows[bad.pk].state) == (State.IN_PROGRESS, State.ASSIGNED)
    assert rows[bad.pk].parked_until == at + timedelta(minutes=1)
    assert Notice.objects.filter(kind="assignment.started", subject_id=bad.pk).count() == 0


def test_the_number_of_statements_does_not_grow_with_the_rows(people: People) -> None:
    counts = []
    for days in (range(2, 3), range(3, 8)):
        rows = [starting(people, start_at=clock.now() + timedelta(days=n)) for n in days]
        with clock.moved(rows[-1].start_at + S), CaptureQueriesContext(connection) as asked:
            assert sweeps.start_due() == len(rows)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_subject_that_is_more_than_variables_is_refused() -> None:
    with pytest.raises(ValueError, match="more than text and known variables"):
        subject_expression("assignment.assigned", {})
