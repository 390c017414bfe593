from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.template import TemplateDoesNotExist

from accounts.models import User
from common.clock import moved
from notifications import preferences
from notifications.events import UnknownEvent, register
from notifications.models import Message, Notice, Preference
from notifications.outbox import (
    BACK_OFF,
    Telling,
    claim_due,
    give_back,
    mark_failed,
    mark_sent,
    queue_all,
    queue_raw,
    retry,
)
from notifications.preferences import Channels
from tests.support.posts import AT, FACTS, raw, tell

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(minutes=1)


def claimed(limit: int = 10) -> list[Message]:
    with moved(LATER):
        return claim_due(limit, 60)


def test_queue_writes_the_bell_row_in_ready_strings(priya: User):
    tell(priya, entry_id=5)
    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.at, notice.read_at) == (priya, "test.applied", AT, None)
    assert (notice.subject_type, notice.subject_id, notice.entry_id) == ("assignment", 1, 5)
    assert notice.title == "A-10482 Replace <two> access points"
    assert notice.sentence == "Tom & Ann applied to A-10482 for $320.00"
    assert (notice.url, str(notice)) == ("/assignments/1/", notice.sentence)


def test_queue_writes_the_mail_row_with_plain_context(priya: User):
    tell(priya)
    message = Message.objects.get()
    assert (message.user, message.to_email, message.kind) == (priya, "priya@onsite.example", "test.applied")
    assert (message.state, message.queued_at, message.due_at, message.attempts) == ("queued", AT, AT, 0)
    assert message.context["name"] == "Priya"
    assert message.context["price"] == {"minor": 32_000, "currency": "USD"}
    assert str(message) == "test.applied to priya@onsite.example"


def test_queue_without_a_title_takes_the_events(priya: User):
    tell(priya, "test.paid", context={})
    assert Notice.objects.get().title == "You were paid"


def test_queue_once_for_a_dedupe_key_and_person(priya: User, marcus: User):
    for user in (priya, priya, marcus):
        tell(user, dedupe_key="late:1")
    assert sorted(Notice.objects.values_list("user_id", flat=True)) == sorted([priya.pk, marcus.pk])
    assert sorted(Message.objects.values_list("user_id", flat=True)) == sorted([priya.pk, marcus.pk])
    tell(priya)
    tell(priya)
    assert Message.objects.count() == 4


@pytest.mark.parametrize(
    ("portal", "email", "notices", "messages"),
    [(True, False, 1, 0), (False, True, 0, 1), (False, False, 0, 0)],
)
def test_queue_follows_the_switches(
    priya: User, marcus: User, portal: bool, email: bool, notices: int, messages: int
):
    preferences.choose(priya, {"test.applied": Channels(portal, email)})
    preferences.choose(marcus, {"test.asked": Channels(portal=False, email=False)})
    tell(priya)
    assert (Notice.objects.count(), Message.objects.count()) == (notices, messages)


def test_queue_of_a_must_have_event_ignores_the_switches(priya: User):
    preferences.choose(priya, {"test.paid": Channels(portal=False, email=False)})
    tell(priya, "test.paid")
    assert (Notice.objects.count(), Message.objects.count()) == (1, 1)


def test_queue_sends_no_mail_to_a_closed_account(priya: User):
    priya.is_active = False
    tell(priya)
    assert (Notice.objects.count(), Message.objects.count()) == (1, 0)


def test_queue_for_many_is_three_queries(priya: User, marcus: User, django_assert_num_queries):
    tellings = [Telling(user, FACTS, "/x/") for user in (priya, marcus)]
    with django_assert_num_queries(3):
        queue_all("test.applied", tellings, at=AT)
    assert Notice.objects.count() == 2


def test_queue_of_an_unknown_event_is_an_error(priya: User):
    with pytest.raises(UnknownEvent, match=r"test\.unknown"):
        tell(priya, "test.unknown")


def test_queue_of_an_event_without_subject_template_is_an_error(priya: User):
    register("test.untold", "Untold", "Money")
    with pytest.raises(TemplateDoesNotExist):
        tell(priya, "test.untold")


def test_register_refuses_a_second_event():
    with pytest.raises(ValueError, match="registered twice"):
        register("test.paid", "Again", "Money")


@pytest.mark.django_db(transaction=True)
def test_queue_outside_a_transaction_is_an_error(priya: User):
    with pytest.raises(RuntimeError):
        tell(priya)
    assert not Notice.objects.exists()


def test_queue_raw_makes_a_ready_mail_once(priya: User):
    for _ in range(2):
        queue_raw(
            to_email="x@y.example", subject="Line\nbreak", body="B", user=priya, html="<p>B", dedupe_key="k"
        )
    message = Message.objects.get()
    assert (message.subject, message.body, message.html, message.kind) == ("Line break", "B", "<p>B", "raw")
    assert (message.user, message.queued_at) == (priya, message.due_at)


def test_claim_takes_due_rows_oldest_first_and_nothing_twice():
    second = raw("b@y.example")
    first = raw("a@y.example")
    Message.objects.filter(pk=first.pk).update(due_at=AT - timedelta(minutes=1))
    early = raw("c@y.example")
    Message.objects.filter(pk=early.pk).update(due_at=LATER + timedelta(seconds=1))
    assert [message.pk for message in claimed(1)] == [first.pk]
    rest = claimed()
    assert [(message.pk, message.state, message.attempts) for message in rest] == [(second.pk, "sending", 1)]
    assert rest[0].lease_until is not None
    assert claimed() == []


def test_claim_takes_over_when_a_lease_ran_out():
    message = raw()
    claimed()
    Message.objects.update(lease_until=Now() - timedelta(seconds=1))
    assert [(again.pk, again.attempts) for again in claimed()] == [(message.pk, 2)]


def test_claim_gives_up_on_a_row_that_cuts_every_sender_off():
    raw()
    claimed()
    Message.objects.update(lease_until=Now() - timedelta(seconds=1), attempts=10)
    assert claimed() == []
    message = Message.objects.get()
    assert (message.state, message.lease_until) == ("failed", None)
    assert message.last_error == "Every attempt to send it was cut off."


def test_mark_sent():
    raw()
    [message] = claimed()
    with moved(LATER):
        mark_sent(message.pk)
    message.refresh_from_db()
    assert (message.state, message.sent_at, message.lease_until, message.last_error) == (
        "sent",
        LATER,
        None,
        "",
    )


def test_mark_failed_backs_off_until_the_waits_are_used_up_and_then_fails():
    raw()
    moment = LATER
    for step in BACK_OFF:
        with moved(moment):
            [message] = claim_due(1, 60)
            mark_failed(message.pk, "down\nagain")
            assert claim_due(1, 60) == []
        message.refresh_from_db()
        assert (message.state, message.due_at, message.last_error) == ("queued", moment + step, "down again")
        moment += step
    with moved(moment):
        [message] = claim_due(1, 60)
        mark_failed(message.pk, "down")
    message.refresh_from_db()
    assert (message.state, message.attempts, message.lease_until) == ("failed", 10, None)


def test_mark_failed_for_good():
    raw()
    [message] = claimed()
    mark_failed(message.pk, "x" * 600, permanent=True)
    message.refresh_from_db()
    assert (message.state, message.attempts, len(message.last_error)) == ("failed", 1, 500)


def test_mark_failed_leaves_a_sent_row_alone():
    raw()
    [message] = claimed()
    mark_sent(message.pk)
    mark_failed(message.pk, "late")
    message.refresh_from_db()
    assert message.state == "sent"


def test_give_back_is_as_if_never_taken():
    raw()
    [message] = claimed()
    give_back([message.pk])
    message.refresh_from_db()
    assert (message.state, message.attempts, message.lease_until) == ("queued", 0, None)


def test_retry_puts_failed_rows_back_and_no_others():
    raw("a@y.example")
    [message] = claimed()
    mark_failed(message.pk, "no", permanent=True)
    sent = raw("b@y.example")
    mark_sent(sent.pk)
    with moved(LATER):
        assert retry([message.pk, sent.pk]) == 1
    message.refresh_from_db()
    assert (message.state, message.attempts, message.due_at, message.last_error) == ("queued", 0, LATER, "no")


@pytest.mark.parametrize(
    "wrong",
    [{"state": "lost"}, {"state": "sent"}, {"state": "sending"}, {"sent_at": AT}, {"lease_until": AT}],
)
def test_message_in_an_impossible_state_is_refused(wrong: dict[str, object]):
    message = raw()
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**wrong)


def test_preference_is_one_row_for_person_and_event(priya: User):
    preferences.choose(priya, {"test.asked": Channels(portal=True, email=False)})
    preferences.choose(priya, {"test.asked": Channels(portal=False, email=True)})
    assert preferences.chosen(priya) == {"test.asked": Channels(portal=False, email=True)}
    assert str(Preference.objects.get()) == f"test.asked of user {priya.pk}"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs several connections")
def test_claim_skips_rows_that_another_sender_holds():
    for n in range(4):
        raw(f"{n}@y.example")
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT id FROM notifications_message ORDER BY due_at, id LIMIT 2 FOR UPDATE")
            held = {row[0] for row in cursor.fetchall()}
        mine = {message.pk for message in claimed()}
        assert len(mine) == 2
        assert not mine & held
    finally:
        other.close()
