"""The one door: what it locks, what it saves, what it says to a doubled click, and what it never changes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assignments.actions import closeout, drafting, holds, ratings, visits
from assignments.actions.door import Busy, change, lock
from assignments.actions.drafting import Content, Wanted
from assignments.models import Assignment, Attachment, Rating
from assignments.states import State
from common import clock
from common.actor import SYSTEM
from common.errors import AlreadyDone, Conflict, NotAllowed, WrongState
from tests.assignments.acts import file_of
from tests.assignments.scenes import scene
from tests.factories import People, assignment_in
from timeline.models import Entry

pytestmark = pytest.mark.django_db


def entries(row: Assignment) -> list[tuple[int, str]]:
    found = Entry.objects.filter(subject_type="assignment", subject_id=row.pk).order_by("sequence")
    return [(entry.sequence, entry.kind.removeprefix("assignment.")) for entry in found]


def test_the_version_counts_the_entries(people: People):
    row = scene(people, State.PENDING_APPROVAL)
    assert [number for number, _ in entries(row)] == list(range(1, row.version + 1))


def test_only_changed_columns_are_written(people: People):
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    with (
        CaptureQueriesContext(
            connection,
        ) as queries,
        change(row.pk, "hold", actor=people.owner) as opened,
    ):
        opened.row.hold(opened.now)
        opened.row.hold_reason = "weather"
    [update] = [q["sql"] for q in queries if q["sql"].startswith('UPDATE "assignments_assignment"')]
    assert '"hold_reason"' in update
    assert '"title"' not in update


def test_a_doubled_click_is_done_already(people: People):
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    holds.hold(row.pk, actor=people.owner, reason="weather")
    with pytest.raises(AlreadyDone):
        holds.hold(row.pk, actor=people.owner, reason="weather")
    assert [kind for _, kind in entries(row)].count("held") == 1


@pytest.mark.parametrize(("who", "minutes"), [("manager", 0), ("owner", 10)])
def test_somebody_else_or_much_later_is_told_the_stage(people: People, who: str, minutes: int):
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    holds.hold(row.pk, actor=people.owner, reason="weather")
    with (
        clock.moved(clock.now() + timedelta(minutes=minutes)),
        pytest.raises(
            WrongState, match=r"This assignment is now On Hold\. It can no longer be put on hold\."
        ),
    ):
        holds.hold(row.pk, actor=people.user(who), reason="weather")


def test_an_older_version_is_a_conflict(people: People):
    """What guards a database without row locks."""
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)

    def hold_an_old_version() -> None:
        with change(row.pk, "hold", actor=people.owner) as opened:
            Assignment.objects.filter(pk=row.pk).update(version=row.version + 1)
            opened.row.hold(opened.now)

    with pytest.raises(Conflict, match="This changed while you were looking"):
        hold_an_old_version()
    assert Assignment.objects.get(pk=row.pk).state == State.ASSIGNED


def test_a_missing_row():
    with pytest.raises(Assignment.DoesNotExist), change(999_999, "hold", actor=SYSTEM):
        pytest.fail("the door opened")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs row locks")
def test_only_the_assignment_is_locked(people: People):
    row = assignment_in(State.SENT, owner=people.owner)
    with CaptureQueriesContext(connection) as queries:
        assert lock(row.pk).worker is None
    assert queries[-1]["sql"].endswith('FOR NO KEY UPDATE OF "assignments_assignment"')


def test_an_error_in_the_verb_changes_nothing(people: People):
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)

    def hold_and_fail() -> None:
        with change(row.pk, "hold", actor=people.owner) as opened:
            opened.row.hold(opened.now)
            opened.record("assignment.held", reason="weather")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        hold_and_fail()
    assert Assignment.objects.get(pk=row.pk).state == State.ASSIGNED
    assert "held" not in [kind for _, kind in entries(row)]


def test_busy_is_a_wrong_state():
    assert issubclass(Busy, WrongState)


def test_an_unknown_verb(people: People):
    row = assignment_in(State.SENT, owner=people.owner)
    with pytest.raises(KeyError), change(row.pk, "teleport", actor=people.owner):
        pytest.fail("the door opened")


def test_a_rating_after_paid_stands_beside_the_row(people: People):
    row = assignment_in(State.PAID, owner=people.owner, by=people.worker)
    before = Assignment.objects.filter(pk=row.pk).values().get()
    ratings.rate_client(row.pk, actor=people.worker.user, grade="excellent")
    assert Assignment.objects.filter(pk=row.pk).values().get() == before
    assert entries(row)[-1][1] == "rated"
    assert [number for number, _ in entries(row)] == list(range(1, len(entries(row)) + 1))
    with pytest.raises(Conflict, match=r"Your rating is final\."):
        ratings.rate_client(row.pk, actor=people.worker.user, grade="satisfied")
    assert Rating.objects.get().grade == "excellent"


@pytest.mark.parametrize(("days", "is_open"), [(13, True), (15, False)])
def test_ratings_close_fourteen_days_after_payment(people: People, days: int, is_open: bool):
    row = assignment_in(State.PAID, owner=people.owner, by=people.worker)
    with clock.moved(clock.now() + timedelta(days=days)):
        if is_open:
            ratings.rate_client(row.pk, actor=people.worker.user, grade="excellent")
        else:
            with pytest.raises(WrongState, match="Ratings close 14 days after payment"):
                ratings.rate_client(row.pk, actor=people.worker.user, grade="excellent")


def test_payments_writes_only_its_own_facts(people: People):
    row = scene(people, State.PENDING_APPROVAL)
    closeout.note_payment(row.pk, at=clock.now(), disputed_at=clock.now())
    assert Assignment.objects.get(pk=row.pk).disputed_at == clock.now()
    with pytest.raises(ValueError, match="payments does not write"):
        closeout.note_payment(row.pk, at=clock.now(), title="Mine")


def test_a_deleted_draft_leaves_its_history(people: People, django_capture_on_commit_callbacks):
    row = assignment_in(State.DRAFT, owner=people.owner)
    Attachment.objects.create(
        assignment=row,
        uploaded_by=people.owner,
        name="plan.png",
        size=1,
        sha256="0" * 64,
        file=file_of()["file"],
    )
    stored = Attachment.objects.get().file
    with django_capture_on_commit_callbacks(execute=True):
        drafting.delete(row.pk, actor=people.owner)
    assert not Assignment.objects.filter(pk=row.pk).exists()
    assert not stored.storage.exists(stored.name)
    assert entries(row) == [(1, "created"), (2, "deleted")]


def test_an_edit_keeps_the_rows_that_former_work_hangs_on(people: People):
    content = Content(wanted=[Wanted("Rack photo"), Wanted("Label photo")])
    row = assignment_in(State.SENT, owner=people.owner, content=content)
    first, second = row.requirements.order_by("position")
    swapped = [Wanted("Label photo", pk=second.pk, count=2), Wanted("Desk photo")]
    drafting.edit(row.pk, Content(wanted=swapped, skills=["Fibre", "fibre ", ""]), actor=people.owner)
    found = row.requirements.order_by("position").values_list("title", "count", "pk")
    assert [(title, count) for title, count, _ in found] == [("Label photo", 2), ("Desk photo", 1)]
    assert found[0][2] == second.pk
    assert not row.requirements.filter(pk=first.pk).exists()
    assert [skill.name for skill in row.skills.all()] == ["Fibre"]


def test_unknown_columns_are_refused(people: People):
    row = assignment_in(State.DRAFT, owner=people.owner)
    with pytest.raises(Conflict, match="These details cannot be changed here: paid_at, state"):
        drafting.edit(row.pk, Content({"state": "paid", "paid_at": clock.now()}), actor=people.owner)


def test_the_place_of_assigned_work_does_not_move(people: People):
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    with pytest.raises(Conflict, match="street"):
        drafting.edit_site(row.pk, {"street": "1 Elsewhere"}, actor=people.owner)


def test_a_window_is_confirmed_with_a_time_inside_it(people: People):
    start = clock.now() + timedelta(days=2)
    row = assignment_in(
        State.ASSIGNED,
        owner=people.owner,
        by=people.worker,
        schedule_kind="window",
        start_at=start,
        window_end_at=start + timedelta(hours=4),
    )
    for moment in (start - timedelta(minutes=1), start + timedelta(hours=4)):
        with pytest.raises(visits.Invalid, match="Choose a time inside the arrival window"):
            visits.confirm(row.pk, actor=people.worker.user, start_at=moment)
    visits.confirm(row.pk, actor=people.worker.user, start_at=start + timedelta(hours=1))
    assert Assignment.objects.get(pk=row.pk).start_at == start + timedelta(hours=1)


def test_the_distance_to_the_site_is_noted_when_the_phone_tells(people: People):
    site = {"lat": 42.65, "lon": -73.75}
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker, site=site)
    with clock.moved(row.start_at):
        visit = visits.check_in(row.pk, actor=people.worker.user, fix=visits.Fix(42.66, -73.75, 12))
    assert (visit.in_distance_m, visit.in_accuracy_m) == (1_111, 12)


def test_view_only_may_follow_and_nothing_else(people: People):
    row = scene(people, State.ASSIGNED)
    with pytest.raises(NotAllowed, match=r"Your role does not let this assignment be put on hold\."):
        holds.hold(row.pk, actor=people.view_only, reason="weather")
