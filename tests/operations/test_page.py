"""The Operations page: who sees it, what it shows, what its buttons do, and that it costs the same for any number."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission

from accounts.models import User
from assignments import sweeps
from assignments.actions import timers
from assignments.models import Assignment
from assignments.states import State
from common import clock, parking
from common.errors import Invalid, NotAllowed, WrongState
from config import heartbeat
from config.models import Alert, Check, Parked
from config.timetable import timetable
from config.watch import acts, parked
from notifications.models import Message
from tests.factories import People, assignment_in
from tests.support.http import Visitor

URL = "/admin/config/heartbeat/"
WAIT = timedelta(minutes=4)


def staff(*permissions: str) -> User:
    """Somebody of the staff with these rights and no others."""
    user = User.objects.create_user(f"{len(permissions)}-ops@onsite.example", name="Otto Ops", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


@pytest.fixture
def operator(people: People) -> User:
    return staff("view_heartbeat", "operate", "view_message")


def park(frozen: datetime, count: int = 1) -> list[Parked]:
    for pk in range(1, count + 1):
        parking.note(Assignment, pk, ValueError(f"row {pk} cannot be read"), frozen + WAIT)
    return list(Parked.objects.order_by("pk"))


def failed_mail(at: datetime, to: str = "lost@onsite.example") -> Message:
    return Message.objects.create(
        to_email=to,
        kind="assignment.assigned",
        state="failed",
        queued_at=at,
        due_at=at,
        attempts=6,
        last_error="550 no such user",
        body="https://onsite.example/answer/secret-token-123456/",
    )


def test_only_who_may_view_timers_sees_the_page(people: People) -> None:
    Visitor(staff()).open(URL, 403)
    page = Visitor(staff("view_heartbeat")).open(URL)
    assert page.h1 == "Operations"
    assert page.buttons() & {"Retry now", "Send chosen mails again"} == set()


def test_it_tells_timers_queues_proofs_and_alerts(operator: User, frozen: datetime) -> None:
    for timer in timetable():
        heartbeat.beat(timer.name, rows=3, seconds=0.25)
    heartbeat.failed("pay", ValueError("the bank is shut"))
    Check.objects.create(name="ledger", at=frozen, seconds=1.5, findings=1, sentences=["balance: account 7"])
    Alert.objects.create(cause="outbox:old", sentence="A mail waits.", since=frozen, told_at=frozen)
    Alert.objects.create(cause="x", sentence="This is long over.", since=frozen, over_at=frozen)
    park(frozen)
    failed_mail(frozen)
    page = Visitor(operator).open(URL)
    page.has(
        "A mail waits.",
        "1 finding",
        "balance: account 7",
        "assignments.assignment 1",
        "ValueError: row 1 cannot be read",
        "550 no such user",
        "lost@onsite.example",
        *[timer.name for timer in timetable()],
    )
    page.lacks("This is long over.", "secret-token")


def test_who_may_not_view_mails_reads_no_address(people: People, frozen: datetime) -> None:
    failed_mail(frozen)
    Visitor(staff("view_heartbeat")).open(URL).lacks("lost@onsite.example")


def test_the_page_costs_the_same_for_any_number(
    operator: User, frozen: datetime, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    visitor = Visitor(operator)
    park(frozen)
    failed_mail(frozen)
    visitor.open(URL)
    with django_assert_max_num_queries(20) as few:
        visitor.open(URL)
    park(frozen, 40)
    for number in range(40):
        failed_mail(frozen, f"lost{number}@onsite.example")
    with django_assert_num_queries(len(few)):
        visitor.open(URL)


def test_a_row_that_fails_in_its_timer_is_listed_explained_and_tried_again(
    operator: User, people: People, frozen: datetime, monkeypatch: pytest.MonkeyPatch, at: Any
) -> None:
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    Assignment.objects.filter(pk=row.pk).update(
        auto_start_due_at=frozen, checkin_required=False, start_at=frozen
    )
    with monkeypatch.context() as broken:
        broken.setattr(
            sweeps, "start_plain", lambda limit, now: {}[limit]
        )  # the batch, then the row by itself
        broken.setattr(timers, "start", lambda pk: {}[pk])
        assert sweeps.start_due() == 0
    (found,) = Parked.objects.all()
    assert (found.model, found.subject_id, found.times) == ("assignments.assignment", row.pk, 1)
    assert found.error == f"KeyError: {row.pk}"
    assert "assignments/sweeps.py:" in found.trace
    visitor = Visitor(operator)
    page = visitor.follow(visitor.open(URL), "Explain")
    page.has(f"KeyError: {row.pk}", parked.OTHERWISE, "assignments/sweeps.py:")
    assert sweeps.start_due() == 0, "it waits"
    done = visitor.submit(page, press="Retry now", reason="The row was put right.")
    done.has(f"The row assignments.assignment {row.pk} is tried again by the next sweep.")
    logged = LogEntry.objects.get()
    assert (logged.user, logged.change_message) == (operator, "Tried again: The row was put right.")
    assert sweeps.start_due() == 1
    assert Assignment.objects.get(pk=row.pk).state == State.IN_PROGRESS


@pytest.mark.parametrize(
    ("rights", "reason", "refusal"),
    [
        (("view_heartbeat",), "A good reason", NotAllowed),
        (("operate",), "   ", Invalid),
        (("operate",), "why", Invalid),
    ],
)
def test_trying_again_needs_the_right_and_a_reason(
    people: People, frozen: datetime, rights: tuple[str, ...], reason: str, refusal: type[Exception]
) -> None:
    (row,) = park(frozen)
    mail = failed_mail(frozen)
    user = staff(*rights)
    with pytest.raises(refusal):
        acts.retry_row(row.pk, actor=user, reason=reason)
    with pytest.raises(refusal):
        acts.retry_mails([mail.pk], actor=user, reason=reason)
    row.refresh_from_db()
    mail.refresh_from_db()
    assert (row.until, mail.state, LogEntry.objects.count()) == (frozen + WAIT, "failed", 0)


def test_a_row_that_waits_no_more_is_not_tried_again(operator: User, frozen: datetime, at: Any) -> None:
    (row,) = park(frozen)
    with at(frozen + WAIT), pytest.raises(WrongState):
        acts.retry_row(row.pk, actor=operator, reason="It should go on.")
    with pytest.raises(WrongState):
        acts.retry_row(row.pk + 1, actor=operator, reason="It should go on.")


def test_without_a_reason_the_page_says_so_and_does_nothing(operator: User, frozen: datetime) -> None:
    (row,) = park(frozen)
    page = Visitor(operator).submit(URL, press="Retry now", status=422, reason="")
    page.has("Say in a few words why it is tried again. Nothing was done.")
    assert Parked.objects.get().until == row.until


def test_chosen_mails_are_sent_again_and_others_are_not(operator: User, frozen: datetime) -> None:
    mail, other = failed_mail(frozen), failed_mail(frozen, "other@onsite.example")
    Visitor(operator).submit(
        URL, press="Send chosen mails again", mails=[str(mail.pk)], reason="The address was mended."
    ).has("1 mail is queued again.")
    states = dict(Message.objects.values_list("to_email", "state"))
    assert states == {"lost@onsite.example": "queued", "other@onsite.example": "failed"}
    assert LogEntry.objects.get().change_message.endswith(": The address was mended.")
    assert other.pk != mail.pk


def test_nonsense_in_the_form_changes_nothing(operator: User, frozen: datetime) -> None:
    park(frozen)
    visitor = Visitor(operator, csrf=False)
    for data in (
        {"step": "retry", "row": "²", "reason": "A good reason"},
        {"step": "retry", "row": "9" * 40, "reason": "A good reason"},
    ):
        visitor.post(URL, data).has("This row waits no more")
    visitor.post(URL, {"step": "mails", "mails": ["x"], "reason": "A good reason"}, status=422)
    visitor.post(URL, {"step": "drop"}, status=404)
    assert LogEntry.objects.count() == 0


def test_a_failure_that_repeats_is_one_row_that_counts(people: People, frozen: datetime, at: Any) -> None:
    park(frozen)
    with at(frozen + WAIT):
        parking.note(Assignment, 1, TypeError("now this"), clock.now() + WAIT)
    (row,) = Parked.objects.all()
    assert (row.times, row.first_at, row.at, row.error) == (2, frozen, frozen + WAIT, "TypeError: now this")


def test_a_list_that_cannot_be_kept_stops_no_timer(
    people: People, frozen: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parking, "_listeners", [lambda *args: {}["broken"]])
    parking.note(Assignment, 1, ValueError("x"), frozen + WAIT)
    assert Parked.objects.count() == 0


def test_no_secret_of_an_error_is_kept(people: People, frozen: datetime) -> None:
    error = ValueError("postgres://onsite:hunter2hunter2@db/onsite refused\nDETAIL: row of Dana")
    parking.note(Assignment, 1, error, frozen + WAIT)
    assert Parked.objects.get().error == "ValueError: postgres://onsite:***@db/onsite refused"
