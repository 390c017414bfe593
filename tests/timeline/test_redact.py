"""Personal words leave the history; the chain holds, and every other change is still found."""

import pytest
from django.db import IntegrityError, transaction

from tests.support.told import tell
from tests.support.triggers import unguarded
from timeline.models import Entry, Redaction
from timeline.redact import redact
from timeline.seals import seal_all, verify
from timeline.triggers import remove_sql

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> Entry:
    made = tell(facts={"worker": "Wanda Worker", "amount": 5})
    tell(facts={"n": 2})
    seal_all()
    return made


def test_a_redacted_entry_is_whole_and_counted(entry: Entry) -> None:
    assert redact(entry.pk, {"worker": "Former member 7", "amount": 5})
    assert not redact(entry.pk, {"worker": "Former member 7", "amount": 5})
    report = verify()
    assert (report.broken, report.sealed, report.redacted) == ([], 2, 1)
    assert "Wanda" not in str(list(Entry.objects.values())) + str(list(Redaction.objects.values()))


def test_a_second_redaction_goes_on_from_the_first(entry: Entry) -> None:
    redact(entry.pk, {"worker": "Former member 7", "amount": 5})
    redact(entry.pk, {"worker": "Former member 7", "amount": None})
    assert verify().broken == []


def test_only_a_sealed_entry_can_be_redacted() -> None:
    waiting = tell(facts={"n": 1})
    with pytest.raises(ValueError, match="waits to be sealed"):
        redact(waiting.pk, {})


def test_the_database_lets_nothing_else_through(entry: Entry) -> None:
    redact(entry.pk, {"worker": "x"})
    row = Entry.objects.filter(pk=entry.pk)
    for change in ({"facts": {"worker": "y"}}, {"kind": "test.closed", "facts": {"worker": "x"}}):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Redaction.objects.update(facts={})
    with pytest.raises(IntegrityError), transaction.atomic():
        Redaction.objects.all().delete()


def test_a_change_beside_the_redaction_is_found(entry: Entry) -> None:
    redact(entry.pk, {"worker": "x"})
    for change in ({"facts": {"worker": "y"}}, {"role": "admin"}):
        with unguarded(remove_sql):
            Entry.objects.filter(pk=entry.pk).update(**change)
            assert verify().broken == ["job 1: entry #1 was changed"]
    assert verify().broken == []


def test_a_forged_redaction_hides_nothing(entry: Entry) -> None:
    """Whoever invents a hash of what was there before meets the seal."""
    Redaction.objects.create(entry=entry, at=entry.at, facts={"worker": "x"}, facts_before_sha256="0" * 64)
    Entry.objects.filter(pk=entry.pk).update(facts={"worker": "x"})
    assert verify().broken == ["job 1: entry #1 was changed"]
