"""The thread: what is unread for whom, who may have its files, and that nothing in it changes or goes."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from assignments import talk_triggers
from assignments.actions import drafting, reading, talk
from assignments.models import Message, MessageFile, ThreadRead
from assignments.queries import seen
from assignments.states import State
from assignments.threads import message_file, unread
from common.errors import AlreadyDone, Invalid
from common.uploads import check_upload
from tests.assignments.scenes import unassign
from tests.factories import People, assignment_in, picture
from tests.support.triggers import trigger_names

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def files(*names: str) -> list:
    found = [picture(name) for name in names]
    return [(one, check_upload(one)) for one in found]


@pytest.fixture
def row(people: People):
    made = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    talk.follow(made.pk, actor=people.follower)
    return made


def counts(people: People, *names: str) -> dict[str, int]:
    """Unread messages of each in all threads."""
    return {name: sum(one.count for one in unread(people.user(name)).values()) for name in names}


def test_unread_counts_for_those_whom_it_concerns(people: People, row):
    talk.post_message(row.pk, actor=people.worker.user, body="I am here.")
    talk.post_note(row.pk, actor=people.owner, body="He is early.")
    who = ("owner", "follower", "worker", "manager", "controller", "stranger", "other_client", "staff")
    assert counts(people, *who) == {
        "owner": 1, "follower": 2, "worker": 0, "manager": 0, "controller": 0, "stranger": 0,
        "other_client": 0, "staff": 0,
    }  # fmt: skip
    talk.post_message(row.pk, actor=people.manager, body="The door is open.")
    talk.post_message(row.pk, actor=people.worker.user, body="Thank you.")
    assert counts(people, "owner", "follower", "worker", "manager") == {
        "owner": 3, "follower": 4, "worker": 1, "manager": 3,
    }  # fmt: skip


def test_reading_goes_forward_only(people: People, row):
    first = talk.post_message(row.pk, actor=people.worker.user, body="One")
    second = talk.post_message(row.pk, actor=people.worker.user, body="Two")
    view = seen(people.owner, row.pk)
    reading.read_thread(view, people.owner, first.pk)
    assert counts(people, "owner") == {"owner": 1}
    reading.read_thread(view, people.owner, second.pk + 1_000)
    reading.read_thread(view, people.owner, first.pk)
    assert ThreadRead.objects.get().message_id == second.pk
    assert counts(people, "owner") == {"owner": 0}


def test_a_worker_cannot_move_the_mark_past_what_may_be_read(people: People, row):
    talk.post_note(row.pk, actor=people.owner, body="Only for us")
    reading.read_thread(seen(people.worker.user, row.pk), people.worker.user, 10**12)
    assert not ThreadRead.objects.exists()


def test_reading_all_takes_every_thread(people: People, row):
    other = assignment_in(State.SENT, owner=people.owner)
    talk.post_message(row.pk, actor=people.worker.user, body="One")
    talk.post_note(other.pk, actor=people.manager, body="Two")
    assert reading.read_all(people.owner) == 2
    assert (counts(people, "owner"), reading.read_all(people.owner)) == ({"owner": 0}, 0)


def test_a_closed_thread_and_a_lost_one_do_not_count(people: People, row):
    talk.post_message(row.pk, actor=people.owner, body="Welcome")
    assert counts(people, "worker") == {"worker": 1}
    unassign(row, people.owner)
    assert counts(people, "worker") == {"worker": 0}


def test_the_same_key_is_one_message(people: People, row):
    key = uuid4()
    talk.post_message(row.pk, actor=people.owner, body="Once", key=key)
    for verb in (talk.post_message, talk.post_note):
        with pytest.raises(AlreadyDone):
            verb(row.pk, actor=people.owner, body="Once", key=key)
    talk.post_message(row.pk, actor=people.worker.user, body="Mine", key=key)
    assert Message.objects.filter(key=key).count() == 2


def test_words_or_files_and_not_too_many(people: People, row):
    for body, given, field in (
        (" ", (), "body"),
        ("x" * 5_001, (), "body"),
        ("Six", files(*"abcdef"), "attached"),
    ):
        with pytest.raises(Invalid) as refused:
            talk.post_message(row.pk, actor=people.owner, body=body, files=given)
        assert refused.value.field == field
    sent = talk.post_message(row.pk, actor=people.owner, body="", files=files("rack"))
    assert [one.name for one in sent.files.all()] == ["rack.png"]


@pytest.mark.parametrize("kind", ["message", "note"])
def test_a_file_is_for_those_who_read_the_message(people: People, row, kind):
    verb = talk.post_note if kind == "note" else talk.post_message
    file = verb(row.pk, actor=people.owner, body="See", files=files("rack")).files.get()
    may = {"owner", "follower", "view_only", *({"worker"} if kind == "message" else ())}
    for name in (
        "owner",
        "follower",
        "view_only",
        "worker",
        "applicant",
        "stranger",
        "other_client",
        "staff",
    ):
        if name in may:
            assert message_file(people.user(name), file.uuid) == file
        else:
            with pytest.raises(MessageFile.DoesNotExist):
                message_file(people.user(name), file.uuid)


def test_a_message_and_its_file_stay_as_they_were_sent(people: People, row):
    sent = talk.post_message(row.pk, actor=people.owner, body="As it was", files=files("rack"))
    mine, given = Message.objects.filter(pk=sent.pk), MessageFile.objects.filter(message=sent)
    for change in (
        lambda: mine.update(body="Other words"),
        lambda: mine.update(author=people.worker.user),
        lambda: mine.update(body="", is_private=True),
        lambda: given.update(sha256="0" * 64),
        lambda: given.update(name="other.png"),
        mine.delete,
        given.delete,
        lambda: Message.objects.filter(pk=sent.pk)._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError, match="is kept"), transaction.atomic():
            change()
    assert (mine.get().body, given.get().name) == ("As it was", "rack.png")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a statement of SQLite")
def test_no_replace(people: People, row):
    sent = talk.post_message(row.pk, actor=people.owner, body="As it was")
    with pytest.raises(IntegrityError, match="is kept"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT OR REPLACE INTO assignments_message SELECT * FROM assignments_message WHERE id = %s",
            [sent.pk],
        )


def test_erasure_empties_the_words_and_a_draft_takes_its_notes_along(people: People, row):
    sent = talk.post_message(row.pk, actor=people.owner, body="Call 518", files=files("rack"))
    Message.objects.filter(pk=sent.pk).update(body="")
    MessageFile.objects.filter(message=sent).update(name="", file="")
    draft = assignment_in(State.DRAFT, owner=people.owner)
    talk.post_note(draft.pk, actor=people.owner, body="For us", files=files("plan"))
    drafting.delete(draft.pk, actor=people.owner)
    assert list(Message.objects.values_list("pk", "body")) == [(sent.pk, "")]
    with pytest.raises(MessageFile.DoesNotExist):
        message_file(people.owner, MessageFile.objects.get().uuid)


def test_the_triggers_are_there_and_can_be_taken_back():
    wanted = {
        sql.split()[2]
        for sql in talk_triggers.install_sql(connection.vendor)
        if sql.startswith("CREATE TRIGGER")
    }
    assert trigger_names() >= wanted
    with connection.cursor() as cursor:
        for statement in talk_triggers.remove_sql(connection.vendor):
            cursor.execute(statement)
    assert not trigger_names() & wanted
