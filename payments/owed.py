"""The sums of what is owed (models/owed.py): the triggers that keep them, and the reading of all invoices that starts
them and that the audit holds against them.

A trigger adds to the row of the day, or takes from it, in the transaction of the invoice's own change. On PostgreSQL
it passes over a row that another transaction holds and writes one beside it: two payments never wait for each other
here, so these rows need no place in the order of locks. SQLite has one writer at a time, and one row for each day.

SQLite drops a table's triggers when a later migration rebuilds the table, so such a migration must install them again;
tests/payments/test_owed.py tells.
"""

# ruff: noqa: S608 - the statements are made of names of this file and the models alone
from typing import Final

from common.append_only import Statements
from payments.models.owed import TABLE

_INVOICE: Final = "payments_invoice"
_SIDES: Final = {
    "client": ("client_id", "total_minor", "{row}state = 'open'"),
    "worker": (
        "worker_id",
        "worker_minor",
        "{row}state = 'open' AND {row}worker_minor > 0 AND {row}advanced_at IS NULL",
    ),
}
"""Whose column, which sum, and when an invoice counts."""
_DAY: Final = ("currency", "due_on", "past_due_at")
_COLUMNS: Final = f"side, party_id, {', '.join(_DAY)}, minor, count"


def whole_sql() -> str:
    """One line for each invoice that counts on a side, as the sums should have it."""
    return " UNION ALL ".join(
        f"SELECT '{side}' AS side, {party} AS party_id, {', '.join(_DAY)}, {minor} AS minor, 1 AS count "
        f"FROM {_INVOICE} WHERE {counts.format(row='')}"
        for side, (party, minor, counts) in _SIDES.items()
    )


def fill_sql() -> Statements:
    """Make the sums anew from all invoices, for a database whose triggers did not see them."""
    key = f"side, party_id, {', '.join(_DAY)}"
    return [
        f"DELETE FROM {TABLE}",
        f"INSERT INTO {TABLE} ({_COLUMNS}) SELECT {key}, SUM(minor), SUM(count) FROM ({whole_sql()}) open_ones "
        f"GROUP BY {key}",
    ]


def differences_sql() -> str:
    """Days on which the kept sums and the invoices disagree: nothing, while all is well."""
    key = f"side, party_id, {', '.join(_DAY)}"
    return (
        f"SELECT side, party_id, due_on, SUM(minor), SUM(count) FROM (SELECT {_COLUMNS} FROM {TABLE} UNION ALL "
        f"SELECT {key}, -minor, -count FROM ({whole_sql()}) open_ones) both_ways "
        f"GROUP BY {key} HAVING SUM(minor) <> 0 OR SUM(count) <> 0"
    )


def install_sql(vendor: str) -> Statements:
    """Begin to keep the sums, and make them for what is there: both in the transaction of the migration."""
    return [*(_sqlite() if vendor == "sqlite" else _postgresql()), *fill_sql()]


def _sqlite() -> Statements:
    made = []
    for side, (_, _, counts) in _SIDES.items():
        new, old = counts.format(row="NEW."), counts.format(row="OLD.")
        come, go = _sqlite_step(side, "NEW", "+"), _sqlite_step(side, "OLD", "-")
        changed = f"AFTER UPDATE OF state, advanced_at ON {_INVOICE}"
        made += [
            f"CREATE TRIGGER {TABLE}_{side}_made AFTER INSERT ON {_INVOICE} WHEN {new} BEGIN {come} END",
            f"CREATE TRIGGER {TABLE}_{side}_more {changed} WHEN ({new}) AND NOT ({old}) BEGIN {come} END",
            f"CREATE TRIGGER {TABLE}_{side}_less {changed} WHEN ({old}) AND NOT ({new}) BEGIN {go} END",
        ]
    return made


def _sqlite_step(side: str, row: str, sign: str) -> str:
    party, minor, _ = _SIDES[side]
    here = f"side = '{side}' AND party_id = {row}.{party} AND " + " AND ".join(
        f"{one} = {row}.{one}" for one in _DAY
    )
    values = ", ".join(f"{row}.{one}" for one in _DAY)
    return (
        f"INSERT INTO {TABLE} ({_COLUMNS}) SELECT '{side}', {row}.{party}, {values}, 0, 0 "
        f"WHERE NOT EXISTS (SELECT 1 FROM {TABLE} WHERE {here}); "
        f"UPDATE {TABLE} SET minor = minor {sign} {row}.{minor}, count = count {sign} 1 WHERE {here}; "
        f"DELETE FROM {TABLE} WHERE {here} AND minor = 0 AND count = 0;"
    )


def _postgresql() -> Statements:
    steps = []
    for side, (party, minor, counts) in _SIDES.items():
        new, old = counts.format(row="NEW."), counts.format(row="OLD.")
        values = ", ".join(f"NEW.{one}" for one in _DAY)
        steps.append(
            f"was_in := CASE WHEN TG_OP = 'INSERT' THEN false ELSE {old} END; is_in := {new}; "
            f"IF is_in <> was_in THEN PERFORM {TABLE}_add('{side}', NEW.{party}, {values}, "
            f"CASE WHEN is_in THEN NEW.{minor} ELSE -NEW.{minor} END, CASE WHEN is_in THEN 1 ELSE -1 END); END IF;"
        )
    return [
        f"CREATE OR REPLACE FUNCTION {TABLE}_add(whose text, party bigint, cur text, due date, past timestamptz, "
        "more bigint, step bigint) RETURNS void LANGUAGE plpgsql AS $$ DECLARE here bigint; BEGIN "
        f"SELECT id INTO here FROM {TABLE} WHERE side = whose AND party_id = party AND currency = cur "
        "AND due_on = due AND past_due_at = past LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED; "
        f"IF here IS NULL THEN INSERT INTO {TABLE} ({_COLUMNS}) VALUES (whose, party, cur, due, past, more, step); "
        f"ELSE UPDATE {TABLE} SET minor = minor + more, count = count + step WHERE id = here; "
        f"DELETE FROM {TABLE} WHERE id = here AND minor = 0 AND count = 0; END IF; END $$",
        f"CREATE OR REPLACE FUNCTION {TABLE}_follow() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"DECLARE was_in boolean; is_in boolean; BEGIN {' '.join(steps)} RETURN NULL; END $$",
        f"CREATE TRIGGER {TABLE}_follow AFTER INSERT OR UPDATE OF state, advanced_at ON {_INVOICE} "
        f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_follow()",
    ]


def remove_sql(vendor: str) -> Statements:
    """The reverse of `install_sql`; the table itself goes with its own migration."""
    if vendor == "sqlite":
        names = [f"{side}_{name}" for side in _SIDES for name in ("made", "more", "less")]
        return [f"DROP TRIGGER IF EXISTS {TABLE}_{name}" for name in names]
    return [
        f"DROP TRIGGER IF EXISTS {TABLE}_follow ON {_INVOICE}",
        f"DROP FUNCTION IF EXISTS {TABLE}_follow()",
        f"DROP FUNCTION IF EXISTS {TABLE}_add(text, bigint, text, date, timestamptz, bigint, bigint)",
    ]
