"""What is left before submitting (S23, S30): one list for page, progress and door."""

from datetime import timedelta

import pytest

from assignments import checklist
from assignments.actions import closeout, deliverables, visits
from assignments.actions.closeout import Submission, final_pay
from assignments.actions.drafting import Asked, Content, Wanted
from assignments.models import Assignment, CustomField, Deliverable, DeliverableRequirement
from assignments.states import State
from common import clock
from tests.assignments.scenes import assign, unassign, usd
from tests.factories import People, assignment_in, deliver, finish_closeout

pytestmark = pytest.mark.django_db
CONTENT = Content(
    wanted=[Wanted("Rack photo", count=2), Wanted("Sign-off", "signature")],
    asked=[Asked("Serial number"), Asked("Floor", is_required=False)],
)


def started(people: People, **columns: object) -> Assignment:
    more = {"content": CONTENT, **columns}
    return assignment_in(State.IN_PROGRESS, owner=people.owner, by=people.worker, **more)


def left(row: Assignment) -> list[tuple[str, str]]:
    return [(item.title, item.note) for item in checklist.missing(Assignment.objects.get(pk=row.pk))]


def test_the_list_shrinks_as_the_work_goes_on(people: People):
    row = started(people, confirm_hours=24)
    actor = people.worker.user
    photo, sign_off = DeliverableRequirement.objects.order_by("position")
    assert left(row) == [
        ("Check out", ""),
        ("Rack photo", "0 of 2"),
        ("Sign-off", "0 of 1"),
        ("Questions at closeout", "0 of 1"),
    ]
    deliver(row, photo, actor, "one")
    visits.check_out(row.pk, actor=actor)
    deliver(row, sign_off, actor, "two")
    assert left(row) == [("Rack photo", "1 of 2"), ("Questions at closeout", "0 of 1")]
    finish_closeout(row)
    assert left(row) == []
    closeout.submit(row.pk, Submission("Done."), actor=actor)


def test_the_same_list_is_the_door(people: People):
    row = started(people)
    with pytest.raises(closeout.Invalid) as caught:
        closeout.submit(row.pk, Submission("Done."), actor=people.worker.user)
    assert caught.value.sentence == ("4 left to do: Check out, Rack photo, Sign-off, Questions at closeout.")


def test_a_rejected_or_removed_file_counts_no_more(people: People):
    row = started(people)
    finish_closeout(row)
    first, second, _ = Deliverable.objects.order_by("id")
    assert Assignment.objects.get(pk=row.pk).deliverables_fulfilled is True
    deliverables.reject_deliverable(row.pk, first.pk, actor=people.owner, reason="Too dark.")
    deliverables.remove_deliverable(row.pk, second.pk, actor=people.worker.user)
    assert Assignment.objects.get(pk=row.pk).deliverables_fulfilled is False
    assert ("Rack photo", "0 of 2") in left(row)


def test_an_emptied_field_counts_no_more(people: People):
    row = started(people)
    field = CustomField.objects.get(is_required=True)
    for value, is_left in (("X1", False), ("", True)):
        deliverables.fill_fields(row.pk, {field.pk: value}, actor=people.worker.user)
        assert (("Questions at closeout", "0 of 1") in left(row)) is is_left


def test_an_open_second_visit_is_closed_first(people: People):
    row = started(people, content=Content())
    visits.check_out(row.pk, actor=people.worker.user)
    assert left(row) == []
    with clock.moved(clock.now() + timedelta(hours=1)):
        visits.check_in(row.pk, actor=people.worker.user)
    assert left(row) == [("Check out", "")]


def test_without_check_in_only_the_rest_is_asked(people: People):
    row = started(people, checkin_required=False, confirm_hours=24)
    assert [title for title, _ in left(row)] == [
        "Confirm the schedule",
        "Rack photo",
        "Sign-off",
        "Questions at closeout",
    ]


def test_hours_over_the_budget_need_an_increase(people: People):
    row = started(people, content=Content(), pricing_type="hourly", price_minor=6_000, max_minutes=119)
    visits.check_out(row.pk, actor=people.worker.user)
    over = checklist.missing(Assignment.objects.get(pk=row.pk))
    assert [(item.title, item.problem) for item in over] == [
        ("Hours within the budget", "Ask for a budget increase for the added time.")
    ]


def test_pay_follows_the_time_of_the_present_worker_only(people: People):
    row = started(people, content=Content(), pricing_type="hourly", price_minor=6_000, max_minutes=600)
    visits.check_out(row.pk, actor=people.worker.user)
    assert final_pay(Assignment.objects.get(pk=row.pk)) == usd(12_000)  # two hours
    start = clock.now() + timedelta(days=1)
    unassign(row, people.owner)
    Assignment.objects.filter(pk=row.pk).update(start_at=start)
    with clock.moved(start - timedelta(hours=1)):
        assign(row, people.stranger, people.owner)
    with clock.moved(start):
        visits.check_in(row.pk, actor=people.stranger.user)
    with clock.moved(start + timedelta(minutes=30, seconds=1)):
        visits.check_out(row.pk, actor=people.stranger.user)
    now = Assignment.objects.get(pk=row.pk)
    assert (checklist.minutes_worked(now), final_pay(now)) == (31, usd(3_100))


@pytest.mark.parametrize(("minutes", "on_time"), [(-30, True), (15, True), (16, False)])
def test_on_time_is_until_fifteen_minutes_after(people: People, minutes: int, on_time: bool):
    row = started(people)
    row.first_check_in_at = row.start_at + timedelta(minutes=minutes)
    assert checklist.is_on_time(row) is on_time


def test_nobody_is_late_where_no_check_in_is_asked(people: People):
    row = started(people, checkin_required=False)
    assert checklist.is_on_time(row) is None
