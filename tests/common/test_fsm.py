"""The protected stage: only transitions write it, and refreshing never lifts the protection."""

from typing import Any

import pytest
from django_fsm import TransitionNotAllowed

from assignments.models import Assignment
from assignments.states import State
from common import clock
from common.fsm import StateField
from tests.factories import People, assignment_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(people: People) -> Assignment:
    return assignment_in(State.SENT, owner=people.owner)


def test_assigning_the_stage_is_refused(row: Assignment):
    with pytest.raises(AttributeError):
        row.state = State.PAID


@pytest.mark.parametrize("move", ["pay", "approve", "hold", "submit", "send"])
def test_a_move_that_is_not_drawn_is_refused(row: Assignment, move: str):
    with pytest.raises(TransitionNotAllowed):
        getattr(row, move)(clock.now())
    assert row.state == State.SENT


def test_refreshing_reads_the_row_and_keeps_the_protection(row: Assignment):
    Assignment.objects.filter(pk=row.pk).update(title="Another title")
    row.refresh_from_db()
    assert row.title == "Another title"
    with pytest.raises(AttributeError):
        row.state = State.PAID


def test_refreshing_some_fields_leaves_the_others(row: Assignment):
    Assignment.objects.filter(pk=row.pk).update(title="Another title", industry="Retail")
    row.refresh_from_db(fields=["title"])
    assert (row.title, row.industry) == ("Another title", "Networking")


def test_refreshing_drops_what_was_loaded_of_relations(row: Assignment, people: People):
    assert row.owner == people.owner
    Assignment.objects.filter(pk=row.pk).update(owner=people.manager)
    row.refresh_from_db()
    assert row.owner == people.manager


def test_a_row_that_is_gone_changes_nothing(row: Assignment):
    stale: Any = Assignment.objects.get(pk=row.pk)
    Assignment(pk=row.pk).delete()
    with pytest.raises(Assignment.DoesNotExist):
        stale.refresh_from_db()
    with pytest.raises(AttributeError):
        stale.state = State.PAID


def test_the_field_in_migrations():
    _, _, args, kwargs = StateField(choices=State.choices).deconstruct()
    assert (args, kwargs["max_length"], "protected" in kwargs) == ([], 24, False)
