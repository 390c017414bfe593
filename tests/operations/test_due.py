"""What /readyz calls due is what the sweeps take: before a sweep it is named, after it nothing is left."""

from datetime import datetime, timedelta
from typing import Any

from django.core.management import call_command

from assignments.models import Assignment
from assignments.states import State
from config.timetable import timetable
from config.watch import due
from tests.factories import People, assignment_in

LATER = timedelta(days=45)


def test_every_line_is_a_timer_and_a_column() -> None:
    names = [timer.name for timer in timetable()]
    for line in due.DUE:
        assert line.timer in names
        rows = line.rows(datetime.fromisoformat("2026-12-01T12:00:00+00:00"))
        assert rows.model._meta.get_field(line.column).get_internal_type() == "DateTimeField"
    assert len({line.timer for line in due.DUE}) == len(due.DUE)


def test_nothing_is_due_in_an_empty_portal(
    people: People, frozen: datetime, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        assert due.oldest(frozen) == dict.fromkeys(line.timer for line in due.DUE)


def test_a_sweep_takes_everything_that_is_called_due(people: People, frozen: datetime, at: Any) -> None:
    for state in (State.SENT, State.ASSIGNED, State.IN_PROGRESS, State.PENDING_APPROVAL, State.APPROVED):
        assignment_in(state, owner=people.owner)
    assigned = Assignment.objects.get(state=State.ASSIGNED)
    Assignment.objects.filter(pk=assigned.pk).update(
        checkin_required=False, auto_start_due_at=assigned.start_at
    )
    with at(frozen + LATER):
        before = due.oldest(frozen + LATER)
        assert before["start"] == assigned.start_at
        assert {name for name, instant in before.items() if instant} >= {
            "start",
            "labels",
            "past-due",
            "deliver",
        }
        for _ in range(4):  # what one timer does makes work for the next
            call_command("sweep")
        left = {name: instant for name, instant in due.oldest(frozen + LATER).items() if instant}
    assert left == {}
