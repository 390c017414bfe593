"""S40 by the database itself: a paid row changes by no way in. And numbers start at A-10001."""

import pytest
from django.db import IntegrityError, connection, transaction

from assignments import triggers
from assignments.models import Assignment
from assignments.states import State
from tests.factories import assignment_in
from tests.support.triggers import trigger_names

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
INSTALL = triggers.install_sql(connection.vendor)
WANTED = {sql.split()[2] for sql in INSTALL if sql.startswith("CREATE TRIGGER")}


def execute(*statements: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_no_update():
    row = assignment_in(State.PAID)
    with pytest.raises(IntegrityError, match="a paid assignment is final"), transaction.atomic():
        Assignment.objects.filter(pk=row.pk).update(title="Another title")
    assert Assignment.objects.get(pk=row.pk).title == row.title


def test_no_delete():
    row = assignment_in(State.PAID)
    with pytest.raises(IntegrityError, match="a paid assignment is final"):
        execute(f"DELETE FROM assignments_assignment WHERE id = {row.pk}")  # noqa: S608
    assert Assignment.objects.filter(pk=row.pk).exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a statement of SQLite")
def test_no_replace():
    row = assignment_in(State.PAID)
    with pytest.raises(IntegrityError, match="a paid assignment is final"):
        execute(
            "INSERT OR REPLACE INTO assignments_assignment SELECT * FROM assignments_assignment "  # noqa: S608
            f"WHERE id = {row.pk}"
        )


def test_other_stages_change():
    row = assignment_in(State.APPROVED)
    Assignment.objects.filter(pk=row.pk).update(title="Another title")
    assert Assignment.objects.get(pk=row.pk).title == "Another title"


def test_the_triggers_are_there_and_can_be_taken_back():
    assert trigger_names() >= WANTED
    execute(*triggers.remove_sql(connection.vendor))
    assert not trigger_names() & WANTED
    execute(*INSTALL)
    assert trigger_names() >= WANTED


def test_numbers_start_at_10001_and_never_go_back():
    first = assignment_in(State.DRAFT)
    execute(*triggers.number_sql(connection.vendor))
    second = assignment_in(State.DRAFT)
    assert first.pk >= triggers.FIRST_NUMBER
    assert second.pk > first.pk
    assert first.number == f"A-{first.pk}"
