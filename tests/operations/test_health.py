"""/healthz and /readyz: each thing that must hold has its limit, its name and a reason without private detail."""

import socket
import threading
from datetime import timedelta
from time import monotonic
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from assignments.models import Assignment
from assignments.states import State
from common import clock
from config import health, heartbeat
from config.timetable import timetable
from config.watch import readiness
from config.watch.patience import Asked, Unanswered
from notifications.models import Message
from notifications.outbox import queue_raw
from tests.factories import People, assignment_in

TOKEN = "a-token-of-the-monitoring-system"


@pytest.fixture
def swept(people: People) -> People:
    """Every timer ran just now, and nothing is left to send."""
    for timer in timetable():
        heartbeat.beat(timer.name)
    return people


def names() -> list[str]:
    return [reason.name for reason in readiness.look()]


def test_whole_when_everything_ran(swept: People) -> None:
    assert names() == []


def test_sweeps_silent_for_three_intervals_are_named(swept: People, frozen: Any, at: Any) -> None:
    with at(frozen + timedelta(seconds=45)):
        assert names() == []
    with at(frozen + timedelta(seconds=46)):
        assert [(one.name, one.sentence) for one in readiness.look()] == [
            ("sweeps", "No sweep has run for 46 seconds.")
        ]


def test_a_mail_that_is_due_too_long_is_named(swept: People, frozen: Any, at: Any) -> None:
    queue_raw(to_email="someone@onsite.example", subject="Hello", body="x", at=frozen - timedelta(minutes=15))
    assert names() == []
    with at(frozen + timedelta(seconds=1)):
        (reason,) = readiness.look()
    assert (reason.name, reason.sentence) == ("outbox", "A mail has been due for longer than 15 minutes.")
    assert "someone" not in reason.sentence + reason.detail


def test_a_row_that_is_due_too_long_is_named_and_a_parked_one_is_not(swept: People, frozen: Any) -> None:
    row = assignment_in(State.ASSIGNED, owner=swept.owner)
    Message.objects.all().delete()  # the mails of the days before
    Assignment.objects.filter(pk=row.pk).update(
        auto_start_due_at=frozen - timedelta(minutes=16), flags_due_at=None
    )
    (reason,) = readiness.look()
    assert (reason.name, reason.detail) == ("due", "start since 2026-12-01 11:44:00 UTC.")
    Assignment.objects.filter(pk=row.pk).update(parked_until=frozen + timedelta(minutes=4))
    assert names() == []


@pytest.mark.one_database
def test_a_broker_that_does_not_answer_is_named_within_its_second(swept: People, settings: Any) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(1)
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        begun = monotonic()
        assert names() == ["broker"]
    assert monotonic() - begun < 3


@pytest.mark.one_database
def test_a_broker_that_is_not_there_is_named(swept: People, settings: Any) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{closed.getsockname()[1]}/0"
    (reason,) = readiness.look()
    assert (reason.name, reason.sentence) == ("broker", "The queue does not answer within 1 s.")


def test_readiness_costs_the_same_for_any_number_of_rows(
    swept: People, django_assert_num_queries: Any
) -> None:
    for _ in range(5):
        assignment_in(State.ASSIGNED, owner=swept.owner)
    with django_assert_num_queries(3):
        readiness.look()


@pytest.mark.django_db(transaction=True)
def test_the_page_answers_with_the_reasons_and_details_only_for_the_token(
    client: Client, settings: Any
) -> None:
    settings.ONSITE_METRICS_TOKEN = TOKEN
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"sweeps: No sweep has run yet.\n")
    known = client.get("/readyz", headers={"Authorization": f"Bearer {TOKEN}"})
    assert known.content == b"sweeps: No sweep has run yet. The limit is 45 seconds.\n"
    start = clock.now()
    with clock.moved(start):
        for timer in timetable():
            heartbeat.beat(timer.name)
        assert client.get("/readyz").content == b"ready\n"


@pytest.mark.one_database
def test_a_page_is_answered_while_the_database_hangs(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A listener that accepts and says nothing, in place of the database: the control waits for ever."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(1)

        def hang() -> list[Any]:
            with socket.create_connection(silent.getsockname()) as line:
                line.recv(1)
            return []

        monkeypatch.setattr(health, "_look", Asked(hang))
        monkeypatch.setattr(health, "WITHIN_SECONDS", 0.2)
        answer = client.get("/readyz")
        accepted, _ = silent.accept()
        accepted.close()
    assert (answer.status_code, answer.content) == (503, b"database: There is no answer within 0.2 s.\n")
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.one_database
def test_a_crowd_asks_once_and_hears_the_same() -> None:
    asked: list[int] = []

    def question() -> int:
        asked.append(1)
        return len(asked)

    one = Asked(question)
    assert [one.within(5), one.within(5)] == [1, 2]
    hangs = threading.Event()

    def slow() -> int:
        asked.append(1)
        hangs.wait(60)
        return 5

    waiting = Asked(slow)
    before = len(asked)
    for _ in range(3):
        with pytest.raises(Unanswered):
            waiting.within(0.05)
    hangs.set()
    assert (waiting.within(30), len(asked) - before) == (5, 1)


@pytest.mark.one_database
def test_what_a_question_raises_reaches_whoever_asked() -> None:
    def broken() -> int:
        raise LookupError("no")

    with pytest.raises(LookupError, match="no"):
        Asked(broken).within(5)


@pytest.mark.django_db
def test_without_a_database_only_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*args: Any) -> Any:
        raise OperationalError("connection to server at 10.1.2.3 failed")

    monkeypatch.setattr(connection, "cursor", gone)
    assert readiness.look() == [
        readiness.Reason("database", "The database does not answer.", "OperationalError")
    ]
