"""The database's own guard of the books, applied by the migrations.

Entries are inserted first and their posting last (the foreign key is checked at commit): so one trigger on
the posting sees the whole movement, and an entry for an existing posting is late by definition.
"""

from common.append_only import Statements, allow_sql, for_tables, refuse_sql

TABLES = ("ledger_posting", "ledger_entry")
_RESERVATION = "ledger_reservation"

_LATE = "SELECT 1 FROM ledger_posting WHERE id = NEW.posting_id"
_MIXED = "SELECT 1 FROM ledger_account WHERE id = NEW.account_id AND currency <> NEW.currency"
_FEW = "(SELECT COUNT(*) FROM ledger_entry WHERE posting_id = NEW.id) < 2"
_UNBALANCED = (
    "SELECT 1 FROM ledger_entry WHERE posting_id = NEW.id GROUP BY currency HAVING SUM(amount_minor) <> 0"
)
_OTHER_INSTANT = "SELECT 1 FROM ledger_entry WHERE posting_id = NEW.id AND at <> NEW.at"
_IDENTITY = ("owner_kind", "owner_id", "purpose", "currency")
_SUBJECT = ("client_id", "subject_type", "subject_id", "currency", "opened_at")
_OTHER_THAN_MIRROR = (
    "SELECT 1 FROM ledger_entry WHERE posting_id IN (NEW.id, NEW.reverses_id) "
    "GROUP BY account_id HAVING SUM(amount_minor) <> 0"
)
_REVERSED_REVERSAL = "SELECT 1 FROM ledger_posting WHERE id = NEW.reverses_id AND reverses_id IS NOT NULL"
_NO_MIRROR = (
    f"NEW.reverses_id IS NOT NULL AND (EXISTS ({_OTHER_THAN_MIRROR}) OR EXISTS ({_REVERSED_REVERSAL}))"
)
_MOVED = "OLD.state <> 'open' OR " + " OR ".join(f"OLD.{name} <> NEW.{name}" for name in _SUBJECT)

_SQLITE = [
    f"CREATE TRIGGER ledger_entry_late BEFORE INSERT ON ledger_entry WHEN EXISTS ({_LATE}) "
    "BEGIN SELECT RAISE(ABORT, 'the posting is already closed'); END",
    f"CREATE TRIGGER ledger_entry_currency BEFORE INSERT ON ledger_entry WHEN EXISTS ({_MIXED}) "
    "BEGIN SELECT RAISE(ABORT, 'the entry has another currency than its account'); END",
    "CREATE TRIGGER ledger_posting_balanced BEFORE INSERT ON ledger_posting "
    f"WHEN {_FEW} OR EXISTS ({_UNBALANCED}) "
    "BEGIN SELECT RAISE(ABORT, 'the posting does not sum to zero'); END",
    f"CREATE TRIGGER ledger_posting_instant BEFORE INSERT ON ledger_posting WHEN EXISTS ({_OTHER_INSTANT}) "
    "BEGIN SELECT RAISE(ABORT, 'the entries say another instant than their posting'); END",
    f"CREATE TRIGGER ledger_posting_mirror BEFORE INSERT ON ledger_posting WHEN {_NO_MIRROR} "
    "BEGIN SELECT RAISE(ABORT, 'a reversal mirrors a posting exactly'); END",
    f"CREATE TRIGGER ledger_account_fixed BEFORE UPDATE OF {', '.join(_IDENTITY)} ON ledger_account WHEN "
    + " OR ".join(f"OLD.{name} <> NEW.{name}" for name in _IDENTITY)
    + " BEGIN SELECT RAISE(ABORT, 'an account keeps its owner, purpose and currency'); END",
    f"CREATE TRIGGER ledger_reservation_ended BEFORE UPDATE ON {_RESERVATION} WHEN {_MOVED} "
    "BEGIN SELECT RAISE(ABORT, 'a reservation keeps its subject, and its end'); END",
    f"CREATE TRIGGER ledger_reservation_kept BEFORE DELETE ON {_RESERVATION} "
    "BEGIN SELECT RAISE(ABORT, 'a reservation is never deleted'); END",
]
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
    "USING ERRCODE = 'integrity_constraint_violation'; END IF; "
    f"IF EXISTS ({_OTHER_INSTANT}) THEN RAISE EXCEPTION 'the entries say another instant than their posting' "
    "USING ERRCODE = 'integrity_constraint_violation'; END IF; "
    f"IF {_NO_MIRROR} THEN RAISE EXCEPTION 'a reversal mirrors a posting exactly' "
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
    "CREATE OR REPLACE FUNCTION ledger_reservation_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "RAISE EXCEPTION 'a reservation keeps its subject, and its end, and is never deleted' "
    "USING ERRCODE = 'integrity_constraint_violation'; END $$",
    f"CREATE TRIGGER ledger_reservation_ended BEFORE UPDATE ON {_RESERVATION} "
    f"FOR EACH ROW WHEN ({_MOVED}) EXECUTE FUNCTION ledger_reservation_guard()",
    f"CREATE TRIGGER ledger_reservation_kept BEFORE DELETE ON {_RESERVATION} "
    "FOR EACH ROW EXECUTE FUNCTION ledger_reservation_guard()",
]


def install_sql(vendor: str) -> Statements:
    """Make postings and entries append-only and balanced, an account's identity and a reservation's end fixed."""
    return [*(_SQLITE if vendor == "sqlite" else _POSTGRESQL), *for_tables(refuse_sql, vendor, TABLES)]


def remove_sql(vendor: str) -> Statements:
    """The reverse of `install_sql`."""
    if vendor == "sqlite":
        names = (
            "ledger_entry_late",
            "ledger_entry_currency",
            "ledger_posting_balanced",
            "ledger_posting_instant",
            "ledger_posting_mirror",
            "ledger_account_fixed",
            "ledger_reservation_ended",
            "ledger_reservation_kept",
        )
        own = [f"DROP TRIGGER IF EXISTS {name}" for name in names]
    else:
        own = [
            "DROP TRIGGER IF EXISTS ledger_entry_guard ON ledger_entry",
            "DROP TRIGGER IF EXISTS ledger_posting_balanced ON ledger_posting",
            "DROP TRIGGER IF EXISTS ledger_account_fixed ON ledger_account",
            f"DROP TRIGGER IF EXISTS ledger_reservation_ended ON {_RESERVATION}",
            f"DROP TRIGGER IF EXISTS ledger_reservation_kept ON {_RESERVATION}",
            "DROP FUNCTION IF EXISTS ledger_entry_guard()",
            "DROP FUNCTION IF EXISTS ledger_posting_guard()",
            "DROP FUNCTION IF EXISTS ledger_account_guard()",
            "DROP FUNCTION IF EXISTS ledger_reservation_guard()",
        ]
    return [*own, *for_tables(allow_sql, vendor, TABLES)]
