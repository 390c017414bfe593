"""The database refuses by itself what no function of the ledger would do."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from common.append_only import run_sql
from ledger.accounts import account
from ledger.models import Account, Entry, Posting
from ledger.triggers import install_sql, remove_sql
from tests.support.books import AT, deposit, usd
from tests.support.triggers import trigger_names

pytestmark = pytest.mark.django_db
WANTED = {sql.split()[2] for sql in install_sql(connection.vendor) if sql.startswith("CREATE TRIGGER")}


def write(*amounts: tuple[Account, int, str], at: datetime = AT) -> Posting:
    """Entries, then their posting, past every check in Python."""
    posting = Posting(id=uuid.uuid4(), key=str(uuid.uuid4()), kind="forged", at=AT)
    Entry.objects.bulk_create(
        [
            Entry(posting_id=posting.pk, account=row, at=at, amount_minor=minor, currency=code)
            for row, minor, code in amounts
        ]
    )
    posting.save(force_insert=True)
    return posting


def accounts() -> tuple[Account, Account]:
    return account("client", 1, "cash", "USD"), account("worker", 2, "balance", "USD")


@pytest.mark.parametrize(
    ("table", "column"), [("ledger_entry", "amount_minor"), ("ledger_posting", "subject_id")]
)
def test_update_is_refused(table: str, column: str):
    deposit(1, usd(100))
    with pytest.raises(IntegrityError, match=f"{table} is append-only"), transaction.atomic():
        connection.cursor().execute(f"UPDATE {table} SET {column} = 1")  # noqa: S608


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_posting"])
def test_delete_is_refused(table: str):
    deposit(1, usd(100))
    with pytest.raises(IntegrityError, match=f"{table} is append-only"), transaction.atomic():
        connection.cursor().execute(f"DELETE FROM {table}")  # noqa: S608


def test_balanced_posting_is_taken():
    cash, worker = accounts()
    write((cash, -5, "USD"), (worker, 5, "USD"))
    assert Posting.objects.count() == 1


def test_unbalanced_posting_is_refused():
    cash, worker = accounts()
    with pytest.raises(IntegrityError, match="does not sum to zero"), transaction.atomic():
        write((cash, -5, "USD"), (worker, 4, "USD"))


def test_posting_that_balances_only_across_currencies_is_refused():
    euro = account("client", 1, "cash", "EUR")
    with pytest.raises(IntegrityError, match="does not sum to zero"), transaction.atomic():
        write((accounts()[1], -5, "USD"), (euro, 5, "EUR"))


def test_entries_of_another_instant_than_their_posting_are_refused():
    cash, worker = accounts()
    with pytest.raises(IntegrityError, match="another instant"), transaction.atomic():
        write((cash, -5, "USD"), (worker, 5, "USD"), at=AT + timedelta(microseconds=1))


def test_posting_without_entries_is_refused():
    with pytest.raises(IntegrityError, match="does not sum to zero"), transaction.atomic():
        write()


def test_entry_of_zero_is_refused():
    cash, worker = accounts()
    with pytest.raises(IntegrityError), transaction.atomic():
        write((cash, 0, "USD"), (worker, 0, "USD"))


def test_late_entry_is_refused():
    posting = deposit(1, usd(100))
    with pytest.raises(IntegrityError, match="already closed"), transaction.atomic():
        Entry.objects.create(posting=posting, account=accounts()[0], at=AT, amount_minor=1, currency="USD")


def test_entry_in_another_currency_than_its_account_is_refused():
    cash, worker = accounts()
    with pytest.raises(IntegrityError, match="another currency"), transaction.atomic():
        write((cash, -5, "EUR"), (worker, 5, "EUR"))


@pytest.mark.django_db(transaction=True)
def test_entry_without_a_posting_is_refused_at_commit():
    cash = account("client", 1, "cash", "USD")
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(posting_id=uuid.uuid4(), account=cash, at=AT, amount_minor=1, currency="USD")
    assert not Entry.objects.exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite has INSERT OR REPLACE")
def test_replacing_a_row_is_refused():
    deposit(1, usd(100))
    entry = Entry.objects.first()
    assert entry is not None
    with pytest.raises(IntegrityError, match="is append-only"), transaction.atomic():
        connection.cursor().execute(
            "INSERT OR REPLACE INTO ledger_entry (id, posting_id, account_id, at, amount_minor, currency) "
            "VALUES (%s, %s, %s, %s, 1, 'USD')",
            [entry.pk, uuid.uuid4().hex, entry.account_id, AT],
        )


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has TRUNCATE")
@pytest.mark.parametrize("tables", ["ledger_entry", "ledger_posting, ledger_entry"])
def test_truncate_is_refused(tables: str):
    deposit(1, usd(100))
    connection.check_constraints()
    with pytest.raises(IntegrityError, match="is append-only"), transaction.atomic():
        connection.cursor().execute(f"TRUNCATE {tables}")


def test_every_trigger_exists_after_all_migrations():
    assert trigger_names() >= WANTED


@pytest.mark.django_db(transaction=True)
def test_triggers_go_with_the_reversed_migration_and_come_back():
    for statements in (remove_sql, install_sql):
        with connection.schema_editor() as editor:
            run_sql(statements)(apps, editor)
        assert (trigger_names() >= WANTED) is (statements is install_sql)
