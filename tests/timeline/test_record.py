import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from common.actor import SYSTEM
from common.money import Money
from tests.support.told import AT, tell
from tests.support.triggers import trigger_names
from timeline import presenters
from timeline.facts import MASK
from timeline.models import Entry, Seal
from timeline.presenters import UnknownKind, kinds, present, register
from timeline.queries import entries_of
from timeline.record import next_sequence
from timeline.seals import seal_batch
from timeline.triggers import install_sql

pytestmark = pytest.mark.django_db


def test_record_keeps_everything(priya: User):
    entry = tell(
        actor=priya, role="client", facts={"price": Money(5, "USD"), "token": "t"}, visibility="client"
    )
    entry.refresh_from_db()
    assert (entry.kind, entry.subject_type, entry.subject_id, entry.sequence) == ("test.opened", "job", 1, 1)
    assert (entry.actor, entry.role, entry.at, entry.visibility) == (priya, "client", AT, "client")
    assert entry.facts == {"price": {"minor": 5, "currency": "USD"}, "token": MASK}
    assert str(entry) == "test.opened job 1#1"


def test_record_of_a_timer_has_no_actor():
    assert tell(actor=SYSTEM).actor is None


def test_record_is_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        tell(sequence=1)


@pytest.mark.django_db(transaction=True)
def test_record_outside_a_transaction_is_an_error():
    with pytest.raises(RuntimeError, match="inside the transaction"):
        tell()
    assert not Entry.objects.exists()


def test_record_of_an_unknown_kind_is_an_error():
    with pytest.raises(UnknownKind, match=r"test\.unknown"):
        tell("test.unknown")


@pytest.mark.parametrize("more", [{"role": "owner"}, {"visibility": "nobody"}, {"sequence": 1}])
def test_record_that_breaks_a_constraint_is_refused(more: dict[str, object]):
    tell()
    with pytest.raises(IntegrityError), transaction.atomic():
        tell(**more)


def test_next_sequence_counts_for_each_subject():
    tell(subject=1)
    tell(subject=1)
    tell(subject=2)
    assert [next_sequence("job", n) for n in (1, 2, 3)] == [3, 2, 1]


def test_register_refuses_a_second_presenter():
    with pytest.raises(ValueError, match="registered twice"):
        register("test.opened", title="Again", icon="play")


def test_kinds_are_sorted():
    assert kinds() == sorted(presenters._presenters)
    assert {"test.closed", "test.opened"} <= set(kinds())


def test_present_gives_words_template_and_live_facts(priya: User):
    shown = present(tell(actor=priya, role="client", facts={"price": Money(5, "USD")}))
    assert (shown.title, shown.template, shown.icon) == ("Opened", "timeline/test.opened.html", "play")
    assert (shown.facts, shown.actor, shown.at) == ({"price": Money(5, "USD")}, "Priya Nair", AT)
    assert present(tell()).actor_name == "Onsite"


@pytest.mark.parametrize(
    ("viewer", "seen"),
    [
        ("client", ["all", "client"]),
        ("worker", ["all", "worker"]),
        ("staff", ["all", "client", "worker", "staff"]),
    ],
)
def test_entries_are_shown_to_those_they_are_for(viewer: str, seen: list[str], django_assert_num_queries):
    for visibility in ("all", "client", "worker", "staff"):
        tell(visibility=visibility)
    tell(subject=2)
    with django_assert_num_queries(1):
        shown = [entry.visibility for entry in entries_of("job", 1, viewer=viewer) if not entry.actor]
    assert shown == seen


@pytest.mark.parametrize(("table", "column"), [("timeline_entry", "sequence"), ("timeline_seal", "id")])
def test_history_can_neither_be_changed_nor_removed(table: str, column: str):
    tell()
    seal_batch(10)
    connection.check_constraints()
    for sql in (f"UPDATE {table} SET {column} = 77", f"DELETE FROM {table}"):  # noqa: S608
        with pytest.raises(IntegrityError, match=f"{table} is append-only"), transaction.atomic():
            connection.cursor().execute(sql)


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has TRUNCATE")
def test_history_cannot_be_truncated():
    connection.check_constraints()
    with pytest.raises(IntegrityError, match="is append-only"), transaction.atomic():
        connection.cursor().execute("TRUNCATE timeline_entry CASCADE")


def test_every_trigger_exists_after_all_migrations():
    wanted = {sql.split()[2] for sql in install_sql(connection.vendor) if sql.startswith("CREATE TRIGGER")}
    assert trigger_names() >= wanted


def test_seal_says_which_entry_it_is_of():
    tell()
    seal_batch(1)
    seal = Seal.objects.get()
    assert str(seal) == f"{seal.hash[:12]} of entry {seal.entry_id}"
