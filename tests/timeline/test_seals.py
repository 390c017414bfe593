from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from tests.support.told import tell
from tests.support.triggers import unguarded
from timeline import seals
from timeline.models import Chain, Entry, Seal
from timeline.seals import Report, entry_hash, first_hash, seal_all, seal_batch, verify
from timeline.tasks import seal as seal_task
from timeline.triggers import remove_sql

pytestmark = pytest.mark.django_db


@pytest.fixture
def history() -> list[Entry]:
    """Job 1 with three entries, job 2 with two, in turns."""
    return [tell(subject=n, facts={"n": i}) for i, n in enumerate([1, 2, 1, 2, 1])]


def test_seal_chains_each_subject_on_its_own(history: list[Entry]):
    assert seal_batch(10) == 5
    first, third, fifth = (Seal.objects.get(entry=history[i]) for i in (0, 2, 4))
    assert first.previous_hash == first_hash("job", 1)
    assert (third.previous_hash, fifth.previous_hash) == (first.hash, third.hash)
    assert first.hash == entry_hash(history[0], first.previous_hash)
    chain = Chain.objects.get(subject_id=1)
    assert (chain.length, chain.head, str(chain)) == (3, fifth.hash, "job 1: 3 sealed")


def test_seal_in_small_batches_is_the_same_chain(history: list[Entry]):
    assert [seal_batch(2) for _ in range(4)] == [2, 2, 1, 0]
    small = list(Seal.objects.order_by("entry_id").values_list("hash", flat=True))
    chains: dict[int, str] = {1: first_hash("job", 1), 2: first_hash("job", 2)}
    for entry, sealed in zip(history, small, strict=True):
        chains[entry.subject_id] = entry_hash(entry, chains[entry.subject_id])
        assert sealed == chains[entry.subject_id]


def test_seal_takes_the_oldest_first(history: list[Entry]):
    seal_batch(2)
    assert set(Seal.objects.values_list("entry_id", flat=True)) == {history[0].pk, history[1].pk}


def test_seal_task_seals_everything_and_then_nothing(history: list[Entry]):
    assert (seal_task(), seal_task()) == (5, 0)


def test_a_run_ends_at_its_limit_and_the_next_goes_on(history: list[Entry]):
    """Timers behind it wait for no backlog."""
    assert (seal_all(batch=2, most=3), seal_all(batch=2, most=3)) == (4, 1)
    assert verify() == Report(sealed=5, unsealed=0)


def test_seal_finds_an_entry_that_was_committed_late(history: list[Entry]):
    seal_all()
    values = {
        "kind": "test.opened",
        "subject_type": "job",
        "sequence": 1,
        "role": "system",
        "at": history[0].at,
    }
    Entry.objects.create(pk=history[-1].pk + 2, subject_id=3, **values)
    assert seal_all() == 1
    Entry.objects.create(pk=history[-1].pk + 1, subject_id=4, **values)
    assert seal_all() == 1
    assert verify() == Report(sealed=7, unsealed=0)


def test_seal_beyond_the_look_back_needs_the_full_search(history: list[Entry]):
    seal_batch(10)
    assert seal_batch(10, look_back=0) == 0
    tell(subject=5)
    assert seal_batch(10, look_back=-1000) == 0
    assert seal_all(look_back=None) == 1


def test_seal_is_a_constant_number_of_queries(history: list[Entry], django_assert_num_queries):
    count = 8 if connection.vendor == "postgresql" else 7
    with django_assert_num_queries(count):
        assert seal_batch(10) == 5


def test_a_chain_cannot_fork(history: list[Entry]):
    seal_batch(1)
    other = history[1]
    with pytest.raises(IntegrityError), transaction.atomic():
        Seal.objects.create(entry=other, previous_hash=first_hash("job", 1), hash="0" * 64)


def test_verify_counts_what_waits(history: list[Entry]):
    assert verify() == Report(sealed=0, unsealed=5)
    seal_batch(3)
    assert verify() == Report(sealed=3, unsealed=2)
    assert verify("job", 1) == Report(sealed=2, unsealed=1)
    assert verify("job") == Report(sealed=3, unsealed=2)
    assert verify("invoice") == Report(sealed=0, unsealed=0)


def changed(history: list[Entry]) -> None:
    Entry.objects.filter(pk=history[2].pk).update(facts={"n": 99})


def removed_with_seal(history: list[Entry]) -> None:
    Seal.objects.filter(entry=history[2])._raw_delete("default")
    Entry.objects.filter(pk=history[2].pk)._raw_delete("default")


def newest_removed_with_seal(history: list[Entry]) -> None:
    Seal.objects.filter(entry=history[4])._raw_delete("default")
    Entry.objects.filter(pk=history[4].pk)._raw_delete("default")


def resealed(history: list[Entry]) -> None:
    changed(history)
    seal = Seal.objects.get(entry=history[2])
    history[2].refresh_from_db()
    Seal.objects.filter(pk=seal.pk).update(hash=entry_hash(history[2], seal.previous_hash))


def chain_removed(history: list[Entry]) -> None:
    Chain.objects.filter(subject_id=1).delete()


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        (changed, "job 1: entry #2 was changed"),
        (removed_with_seal, "job 1: an entry before #3 is missing"),
        (newest_removed_with_seal, "job 1: the end of the chain does not match its 2 sealed entries"),
        (resealed, "job 1: an entry before #3 is missing"),
        (chain_removed, "job 1: the end of the chain does not match its 3 sealed entries"),
    ],
)
def test_verify_finds_any_one_change(
    history: list[Entry], damage: Callable[[list[Entry]], None], finding: str
):
    seal_all()
    with unguarded(remove_sql):
        damage(history)
        report = verify()
        assert finding in report.broken
        assert verify("job", 1).broken == report.broken
        assert verify("job", 2).broken == []
    assert verify().broken == []


def test_verify_finds_seals_that_vanished(history: list[Entry]):
    seal_all()
    with unguarded(remove_sql):
        ids = list(Seal.objects.filter(entry__subject_id=1).values_list("pk", flat=True))
        Seal.objects.filter(pk__in=ids)._raw_delete("default")
        assert verify().broken == ["job 1: the end of the chain does not match its 0 sealed entries"]


def test_verify_finds_a_seal_whose_entry_is_gone(history: list[Entry]):
    seal_all()
    with unguarded(remove_sql):
        Entry.objects.filter(pk=history[4].pk)._raw_delete("default")
        assert f"entry {history[4].pk} is missing, its seal is there" in verify().broken


def test_verify_history_command(history: list[Entry]):
    out = StringIO()
    call_command("verify_history", "--seal", stdout=out)
    assert out.getvalue().splitlines() == [
        "5 sealed now.",
        "5 sealed, 0 waiting to be sealed.",
        "The history is whole.",
    ]


def test_verify_history_command_fails_for_a_broken_chain(history: list[Entry]):
    seal_all()
    Chain.objects.filter(subject_id=2).delete()
    out = StringIO()
    with pytest.raises(CommandError, match="broken in 1 place") as failed:
        call_command("verify_history", "job", "2", stdout=out)
    assert failed.value.returncode == 1
    assert "job 2: the end of the chain does not match its 2 sealed entries" in out.getvalue()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs several connections")
def test_second_sealer_leaves_at_once():
    with transaction.atomic():
        tell()
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [seals._ADVISORY_LOCK])
        assert seal_batch(10) == 0
        other.rollback()
        assert seal_batch(10) == 1
    finally:
        other.close()
