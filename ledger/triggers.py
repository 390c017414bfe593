"""The database's own guard of the books, applied by the first migration.

Entries are inserted first and their posting last (the foreign key is checked at commit): so one trigger on
the posting sees the whole movement, and an entry for an existing posting is late by definition.
"""

from common.append_only import Statements, allow_sql, for_tables, refuse_sql

TABLES = ("ledger_posting", "ledger_entry")

_LATE = "SELECT 1 FROM ledger_posting WHERE id = NEW.posting_id"
_MIXED = "SELECT 1 FROM ledger_account WHERE id = NEW.account_id AND currency <> NEW.currency"
_FEW = "(SELECT COUNT(*) FROM ledger_entry WHERE posting_id = NEW.id) < 2"
_UNBALANCED = (
    "SELECT 1 FROM ledger_entry WHERE posting_id = NEW.id GROUP BY currency HAVING SUM(amount_minor) <> 0"
)
_IDENTITY = ("owner_kind", "owner_id", "purpose", "currency")

_SQLITE = [
    f"CREATE TRIGGER ledger_entry_late BEFORE INSERT ON ledger_entry WHEN EXISTS ({_LATE}) "
    "BEGIN SELECT RAISE(ABORT, 'the posting is already closed'); END",
    f"CREATE TRIGGER ledger_entry_currency BEFORE INSERT ON ledger_entry WHEN EXISTS ({_MIXED}) "
    "BEGIN SELECT RAISE(ABORT, 'the entry has another currency than its account'); END",
    "CREATE TRIGGER ledger_posting_balanced BEFORE INSERT ON ledger_posting "
    f"WHEN {_FEW} OR EXISTS ({_UNBALANCED}) "
    "BEGIN SELECT RAISE(ABORT, 'the posting does not sum to zero'); END",
    f"CREATE TRIGGER ledger_account_fixed BEFORE UPDATE OF {', '.join(_IDENTITY)} ON ledger_account WHEN "
    + " OR ".join(f"OLD.{name} <> NEW.{name}" for name in _IDENTITY)
    + " BEGIN SELECT RAISE(ABORT, 'an account keeps its owner, purpose and currency'); END",
]
_SQLITE_NAMES = (
    "ledger_entry_late",
    "ledger_entry_currency",
    "ledger_posting_balanced",
    "ledger_account_fixed",
)
_POSTGRESQL = [
    "CREATE OR REPLACE FUNCTION ledger_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF EXISTS ({_LATE}) THEN RAISE EXCEPTION 'the posting is already closed' "
    "USING ERRCODE = 'integrity_constraint_violation'; END IF; "
    f"IF EXISTS ({_MIXED}) THEN RAISE EXCEPTION 'the entry has another currency than its account' "
    "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER ledger_entry_guard BEFORE INSERT ON ledger_entry "
    "FOR EACH ROW EXECUTE FUNCTION ledger_entry_guard()",
    "CREATE OR REPLACE FUNCTION ledger_posting_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF {_FEW} OR EXISTS ({_UNBALANCED}) THEN RAISE EXCEPTION 'the posting does not sum to zero' "
    "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER ledger_posting_balanced BEFORE INSERT ON ledger_posting "
    "FOR EACH ROW EXECUTE FUNCTION ledger_posting_guard()",
    "CREATE OR REPLACE FUNCTION ledger_account_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "RAISE EXCEPTION 'an account keeps its owner, purpose and currency' "
    "USING ERRCODE = 'integrity_constraint_violation'; END $$",
    f"CREATE TRIGGER ledger_account_fixed BEFORE UPDATE OF {', '.join(_IDENTITY)} ON ledger_account "
    "FOR EACH ROW WHEN ("
    + " OR ".join(f"OLD.{name} <> NEW.{name}" for name in _IDENTITY)
    + ") EXECUTE FUNCTION ledger_account_guard()",
]


def install_sql(vendor: str) -> Statements:
    """Make postings and entries append-only and balanced, and an account's identity fixed."""
    return [*(_SQLITE if vendor == "sqlite" else _POSTGRESQL), *for_tables(refuse_sql, vendor, TABLES)]


def before_rebuild(vendor: str) -> Statements:
    """For a migration that rebuilds the table of accounts on SQLite: triggers name that table. See after_rebuild."""
    return [f"DROP TRIGGER IF EXISTS {name}" for name in _SQLITE_NAMES] if vendor == "sqlite" else []


def after_rebuild(vendor: str) -> Statements:
    """The same triggers again. PostgreSQL rebuilds nothing and keeps them."""
    return list(_SQLITE) if vendor == "sqlite" else []


def remove_sql(vendor: str) -> Statements:
    """The reverse of `install_sql`."""
    if vendor == "sqlite":
        own = before_rebuild(vendor)
    else:
        own = [
            "DROP TRIGGER IF EXISTS ledger_entry_guard ON ledger_entry",
            "DROP TRIGGER IF EXISTS ledger_posting_balanced ON ledger_posting",
            "DROP TRIGGER IF EXISTS ledger_account_fixed ON ledger_account",
            "DROP FUNCTION IF EXISTS ledger_entry_guard()",
            "DROP FUNCTION IF EXISTS ledger_posting_guard()",
            "DROP FUNCTION IF EXISTS ledger_account_guard()",
        ]
    return [*own, *for_tables(allow_sql, vendor, TABLES)]
