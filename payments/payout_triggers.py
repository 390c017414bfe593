"""The database's own guard of payout files, bank statements and tax data: what was made or said never changes.

Of a file only its being void is added, of a line only what a person found out, of tax data only that a newer version
took its place. None of them is deleted.
"""

from typing import Final

from common.append_only import Statements

_FIXED: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "payments_payoutbatch": (
        "a payout file never changes",
        ("reference", "format", "currency", "count", "total_minor", "file_name", "sealed_file", "sha256",
         "key", "made_at", "made_by_id"),
    ),
    "payments_payoutitem": (
        "a payout file never changes",
        ("batch_id", "withdrawal_id", "small_payment_id", "end_to_end_id"),
    ),
    "payments_bankstatement": (
        "what the bank said never changes",
        ("statement_id", "account", "account_hash", "sha256", "imported_at", "imported_by_id"),
    ),
    "payments_bankline": (
        "what the bank said never changes",
        ("statement_id", "ordinal", "is_credit", "currency", "amount_minor", "booked_on", "end_to_end_id",
         "batch_reference", "bank_reference", "text", "return_reason", "item_id"),
    ),
    "payments_taxform": (
        "tax data is kept as it was given",
        ("worker_id", "name", "business_name", "classification", "street", "city", "region", "postcode",
         "tin_type", "tin_last4", "certified_at"),
    ),
}  # fmt: skip
_VOID: Final = "OLD.voided_at IS NOT NULL"


def install_sql(vendor: str) -> Statements:
    """Refuse changes and deletion. A refused write raises django.db.IntegrityError."""
    found: Statements = []
    for table, (sentence, columns) in _FIXED.items():
        word = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
        changed = " OR ".join(f'OLD."{name}" {word} NEW."{name}"' for name in columns)
        if table == "payments_payoutbatch":
            changed = f"{changed} OR {_VOID}"
        found += (_sqlite if vendor == "sqlite" else _postgresql)(table, changed, sentence)
    return found


def _sqlite(table: str, changed: str, sentence: str) -> Statements:
    abort = f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
    return [
        f"CREATE TRIGGER {table}_fixed BEFORE UPDATE ON {table} WHEN {changed} {abort}",
        f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} {abort}",
    ]


def _postgresql(table: str, changed: str, sentence: str) -> Statements:
    return [
        f"CREATE OR REPLACE FUNCTION {table}_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER {table}_fixed BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({changed}) "
        f"EXECUTE FUNCTION {table}_fixed()",
        f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_fixed()",
    ]


def remove_sql(vendor: str) -> Statements:
    """The reverse of `install_sql`."""
    on = "" if vendor == "sqlite" else " ON {table}"
    found = [
        f"DROP TRIGGER IF EXISTS {table}_{name}{on.format(table=table)}"
        for table in _FIXED
        for name in ("fixed", "kept")
    ]
    if vendor != "sqlite":
        found += [f"DROP FUNCTION IF EXISTS {table}_fixed()" for table in _FIXED]
    return found
