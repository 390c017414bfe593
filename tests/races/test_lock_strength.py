"""Locks of ours never stand in the way of a row that only refers to the locked one (docs/locking.md, R14).

Foreign keys are checked at the end of a transaction, when the row's own locks are long held: were the referred row
locked against that check, whoever takes locks in the right order would meet a deadlock all the same.
"""

from datetime import datetime
from threading import Event, Thread

import pytest
from django.db import OperationalError, connection, transaction

from assignments.actions import sourcing
from assignments.actions.sourcing import Offer
from assignments.models import Application, Assignment
from assignments.states import State
from tests.factories import People, assignment_in, make_people
from workers.models import Worker

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs real row locks"),
]


@pytest.fixture
def crowd(frozen: datetime) -> People:
    return make_people()


def while_locked(people: People, row: Assignment, *, no_key: bool) -> None:
    """Apply while another connection keeps the worker locked: the application refers to that worker."""
    is_held, may_end = Event(), Event()

    def keep() -> None:
        try:
            with transaction.atomic():
                Worker.objects.select_for_update(no_key=no_key).get(pk=people.worker.pk)
                is_held.set()
                may_end.wait(20)
        finally:
            is_held.set()
            connection.close()

    other = Thread(target=keep)
    other.start()
    try:
        assert is_held.wait(20)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '300ms'")
        sourcing.apply(row.pk, Offer(), actor=people.worker.user)
    finally:
        may_end.set()
        other.join()
        connection.close()


def test_an_application_does_not_wait_for_its_workers_lock(crowd: People) -> None:
    row = assignment_in(State.SENT, owner=crowd.owner)
    while_locked(crowd, row, no_key=True)
    assert Application.objects.get(assignment=row).worker == crowd.worker


def test_control_a_key_lock_keeps_it_waiting_at_its_end(crowd: People) -> None:
    row = assignment_in(State.SENT, owner=crowd.owner)
    with pytest.raises(OperationalError, match="lock timeout"):
        while_locked(crowd, row, no_key=False)
    assert not Application.objects.filter(assignment=row).exists()
