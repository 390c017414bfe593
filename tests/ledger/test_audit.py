import uuid
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from ledger import audit as audit_module
from ledger.accounts import account
from ledger.audit import Breach, audit
from ledger.models import Account, Entry, Posting, Reservation
from ledger.tasks import audit as audit_task
from ledger.triggers import remove_sql
from tests.support.books import AT, deposit, give_back, grant, set_aside, usd, use
from tests.support.triggers import unguarded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books():
    deposit(1, usd(10_000))
    grant(1, usd(5_000))
    for job in (11, 12, 13):
        set_aside(1, job, usd(3_000))
    give_back(1, 12)
    use(1, 13)


def found() -> set[str]:
    return {breach.check for breach in audit()}


def test_audit_of_whole_books_finds_nothing():
    assert audit() == []


def test_audit_finds_a_balance_that_its_entries_do_not_explain():
    cash = account("client", 1, "cash", "USD")
    Account.objects.filter(pk=cash.pk).update(balance_minor=10_001)
    assert audit() == [Breach("balance", f"account {cash.pk} says 10001, its entries say 10000")]


def test_audit_finds_reservations_that_the_balances_do_not_hold():
    Reservation.objects.filter(subject_id=11).update(terms_minor=2_999)
    assert audit() == [
        Breach("reserved", "client 1 has 3000 USD in reserved_terms, its open reservations say 2999")
    ]


def test_audit_finds_a_reservation_of_a_client_without_accounts():
    Reservation.objects.create(
        client_id=9, subject_type="job", subject_id=99, cash_minor=5, currency="USD", opened_at=AT
    )
    assert found() == {"unbacked"}


def test_audit_finds_terms_that_nobody_granted():
    terms = account("client", 1, "terms", "USD")
    Account.objects.filter(pk=terms.pk).update(balance_minor=2_001)
    assert found() == {"balance", "terms"}


def test_audit_finds_an_unbalanced_posting():
    with unguarded(remove_sql):
        entry = Entry.objects.order_by("pk")[0]
        Entry.objects.filter(pk=entry.pk).update(amount_minor=entry.amount_minor + 1)
        assert {"posting", "balance"} <= found()
    assert audit() == []


def test_audit_finds_a_posting_that_lost_its_entries():
    with unguarded(remove_sql):
        posting = Posting.objects.get(kind="deposit.received")
        Entry.objects.filter(posting=posting)._raw_delete("default")
        assert found() == {"balance", "legs", "dipped"}


def test_audit_finds_an_entry_without_posting_and_one_in_a_foreign_currency():
    with unguarded(remove_sql):
        cash = account("client", 1, "cash", "USD")
        for minor in (5, -5):
            Entry.objects.create(
                posting_id=uuid.uuid4(), account=cash, at=AT, amount_minor=minor, currency="EUR"
            )
        assert found() == {"homeless", "currency", "posting"}


def test_audit_finds_an_entry_of_another_instant_than_its_posting():
    with unguarded(remove_sql):
        entry = Entry.objects.order_by("pk")[0]
        Entry.objects.filter(pk=entry.pk).update(at=entry.at - timedelta(days=1))
        assert found() == {"instant"}


def test_audit_finds_a_balance_below_zero():
    clearing = account("provider", 0, "clearing", "USD")
    with connection.cursor() as cursor:
        cursor.execute(audit_module.CHECKS["negative"][0].replace("NOT overdraft", "overdraft"))
        rows = cursor.fetchall()
    assert (clearing.pk, -10_000) in rows


def test_audit_ledger_command_says_that_the_books_are_whole():
    out = StringIO()
    call_command("audit_ledger", stdout=out)
    assert out.getvalue() == "The ledger is whole.\n"


def test_audit_ledger_command_prints_each_breach_and_fails():
    Reservation.objects.filter(subject_id=11).update(terms_minor=1, cash_minor=2)
    out = StringIO()
    with pytest.raises(CommandError, match="2 breach") as failed:
        call_command("audit_ledger", stdout=out)
    assert failed.value.returncode == 1
    assert [line.split(":")[0] for line in out.getvalue().splitlines()] == ["reserved", "reserved"]


def test_audit_task_logs_each_breach(caplog: pytest.LogCaptureFixture):
    assert audit_task() == 0
    Reservation.objects.filter(subject_id=11).update(terms_minor=2_999)
    assert audit_task() == 1
    assert caplog.messages == [
        "ledger breach (reserved): client 1 has 3000 USD in reserved_terms, its open reservations say 2999"
    ]
