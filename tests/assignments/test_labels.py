"""Each label as one rule: on a row and as a filter, at its exact instants, and none of the timed ones on hold."""

from datetime import timedelta
from typing import Any

import pytest

from assignments import labels
from assignments.actions import holds, money, reschedules, sourcing, timers, visits
from assignments.actions.drafting import Content, Wanted
from assignments.actions.money import Ask
from assignments.actions.sourcing import Offer
from assignments.models import Assignment, LabelEvent
from assignments.states import State
from common import clock
from tests.assignments.acts import new_date
from tests.assignments.scenes import apply, scene, unassign
from tests.factories import People, assignment_in

pytestmark = pytest.mark.django_db
S = timedelta(seconds=1)


def keys(row: Assignment, side: str = "client", at: Any = None) -> set[str]:
    """The labels on the row, after making sure that each filter says the same."""
    now = at or clock.now()
    fresh = Assignment.objects.get(pk=row.pk)
    found = set(labels.keys(labels.of(fresh, now, side)))
    rows = Assignment.objects.filter(pk=row.pk)
    seen = {key for key, label in labels.LABELS.items() if side in label.seen_by}
    assert {key for key in seen if labels.filtered(rows, key, now).exists()} == found
    return found


def assigned(people: People, **columns: Any) -> Assignment:
    return assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker, **columns)


def set_fact(row: Assignment, **facts: Any) -> None:
    Assignment.objects.filter(pk=row.pk).update(**facts)


def test_late_from_fifteen_minutes_after_the_start(people: People):
    row = assigned(people)
    late = row.start_at + timedelta(minutes=15)
    assert [keys(row, at=late - S), keys(row, at=late), keys(row, "worker", late)] == [
        set(),
        {"late"},
        {"late"},
    ]


def test_a_check_in_even_later_ends_lateness(people: People):
    row = assigned(people)
    with clock.moved(row.start_at + timedelta(hours=1)):
        visits.check_in(row.pk, actor=people.worker.user)
        assert keys(row) == set()


def test_without_check_in_nobody_is_late(people: People):
    row = assigned(people, checkin_required=False)
    assert keys(row, at=row.start_at + timedelta(days=1)) == set()


def test_not_confirmed(people: People):
    row = assigned(people, confirm_hours=24)
    due = row.start_at - timedelta(hours=24)
    assert [keys(row, at=due - S), keys(row, at=due)] == [set(), {"not_confirmed"}]
    with clock.moved(due):
        visits.confirm(row.pk, actor=people.worker.user)
        assert keys(row) == {"confirmed"}


def test_late_deliverables(people: People):
    due = clock.now() + timedelta(hours=3)
    content = Content({"deliverables_due_at": due + timedelta(days=3)}, wanted=[Wanted("Rack photo")])
    row = assigned(people, content=content)
    set_fact(row, files_late_from_at=due)
    assert [keys(row, at=due - S), keys(row, at=due)] == [set(), {"late_deliverables"}]
    set_fact(row, files_late_from_at=None)
    assert keys(row, at=due) == set()


@pytest.mark.parametrize("side", ["client", "worker"])
def test_hold_hides_what_time_brings(people: People, side: str):
    row = assigned(people, confirm_hours=24)
    set_fact(row, files_late_from_at=row.start_at)
    late = row.start_at + timedelta(hours=2)
    assert keys(row, side, late) == {"late", "late_deliverables", "not_confirmed"}
    with clock.moved(late):
        holds.hold(row.pk, actor=people.owner, reason="weather")
        assert keys(row, side) == set()


def test_a_spell_of_lateness_is_kept_with_its_end(people: People):
    row = assigned(people)
    late = row.start_at + timedelta(minutes=15)
    with clock.moved(late):
        assert timers.raise_flags(row.pk) == ["late"]
    with clock.moved(late + timedelta(minutes=5)):
        visits.check_in(row.pk, actor=people.worker.user)
    spans = LabelEvent.objects.values_list("label", "rule_version", "set_at", "cleared_at", "cleared_why")
    assert list(spans) == [("late", 1, late, late + timedelta(minutes=5), "assignment.checked_in")]


def test_applications_counteroffers_and_questions_are_the_clients(people: People):
    row = assignment_in(State.SENT, owner=people.owner)
    apply(row, people.worker)
    apply(row, people.applicant, Offer(expenses_minor=500))
    question = sourcing.ask(row.pk, "Is there a ladder?", actor=people.stranger.user)
    assert keys(row) == {"applications", "counteroffers", "open_question"}
    assert keys(row, "worker") == set()
    sourcing.answer(row.pk, question.pk, actor=people.owner, text="Yes.", is_public=True)
    sourcing.withdraw(row.pk, actor=people.worker.user)
    assert keys(row) == {"counteroffers"}


def test_expired_when_the_start_has_passed_without_a_worker(people: People):
    row = assignment_in(State.SENT, owner=people.owner)
    assert [keys(row, at=row.start_at - S), keys(row, at=row.start_at)] == [set(), {"expired"}]


def test_a_window_expires_at_its_end(people: People):
    end = clock.now() + timedelta(days=3)
    row = assignment_in(State.SENT, owner=people.owner, schedule_kind="window", window_end_at=end)
    assert [keys(row, at=row.start_at), keys(row, at=end)] == [set(), {"expired"}]


@pytest.mark.parametrize("kind", ["increase", "expense", "bonus"])
def test_open_requests_of_money(people: People, kind: str):
    row = assignment_in(State.IN_PROGRESS, owner=people.owner, by=people.worker)
    request = money.request_money(row.pk, Ask(kind, "More work.", 500), actor=people.worker.user)
    assert [keys(row), keys(row, "worker")] == [{kind}, {kind}]
    money.decline_money(row.pk, request.pk, actor=people.owner, reason="No.")
    assert keys(row) == set()


def test_reschedule_until_it_is_decided(people: People):
    row = assigned(people)
    request = reschedules.request_reschedule(
        row.pk, actor=people.worker.user, schedule=new_date(), note="Van broke."
    )
    assert keys(row) == {"reschedule"}
    reschedules.decline_reschedule(row.pk, request.pk, actor=people.owner, reason="No.")
    assert keys(row) == set()


@pytest.mark.parametrize("reason", ["worker_cancelled", "worker_abandoned", "other"])
def test_why_a_worker_left_is_told_to_the_client_only(people: People, reason: str):
    row = scene(people, State.IN_PROGRESS) if reason == "worker_abandoned" else assigned(people)
    unassign(row, people.owner, reason=reason)
    expired = {"expired"} if reason == "worker_abandoned" else set()  # that work had begun
    assert keys(row) == ({reason} if reason != "other" else set()) | expired
    assert keys(row, "worker") == expired


def test_not_satisfied_until_submitted_again(people: People):
    row = scene(people, State.IN_PROGRESS)
    set_fact(row, sent_back_at=clock.now())
    assert keys(row) == {"not_satisfied"}


def test_facts_of_payments(people: People):
    row = scene(people, State.PENDING_APPROVAL)
    set_fact(row, disputed_at=clock.now())
    assert keys(row) == {"disputed"}
    gone = scene(people, State.CANCELLED)
    set_fact(gone, past_due_at=clock.now())
    assert [keys(gone, at=clock.now() - S), keys(gone)] == [set(), {"past_due"}]


def test_fastfunds_is_shown_to_workers_until_it_is_taken(people: People):
    row = assigned(people, fastfunds_eligible=True)
    assert [keys(row), keys(row, "worker")] == [set(), {"fastfunds"}]
    set_fact(row, advanced_at=clock.now())
    assert keys(row, "worker") == set()


def test_the_most_pressing_label_comes_first(people: People):
    row = assigned(people, confirm_hours=24, fastfunds_eligible=True)
    late = row.start_at + timedelta(hours=1)
    assert labels.keys(labels.of(row, late, "worker")) == ["late", "not_confirmed", "fastfunds"]


def test_a_label_that_nobody_knows():
    with pytest.raises(KeyError):
        labels.filtered(Assignment.objects.all(), "shiny", clock.now())
