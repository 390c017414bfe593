"""The database's own guard of what is Paid: no UPDATE and no DELETE of such a row, by anybody (S40); and of agreement
sheets and their amendments, which only ever grow in number (N2).

SQLite drops a table's triggers when a later migration rebuilds the table, so such a migration must install them
again (and set the first number again on an empty table); tests/assignments/test_paid_is_final.py tells.
"""

from common.append_only import Statements, allow_sql, for_tables, refuse_sql

TABLE = "assignments_assignment"
GROWING = ("assignments_agreementsheet", "assignments_amendment")
"""Tables that only ever grow."""
FIRST_NUMBER = 10_001
"""Numbers have five digits from the start: A-10001."""

_REFUSED = "a paid assignment is final"


def install_sql(vendor: str) -> Statements:
    """Refuse changes of paid rows and of agreements. A refused write raises django.db.IntegrityError."""
    return [*_paid_sql(vendor), *for_tables(refuse_sql, vendor, GROWING)]


def _paid_sql(vendor: str) -> Statements:
    if vendor == "sqlite":
        raised = f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        return [
            f"CREATE TRIGGER {TABLE}_paid_update BEFORE UPDATE ON {TABLE} WHEN OLD.state = 'paid' {raised}",
            f"CREATE TRIGGER {TABLE}_paid_delete BEFORE DELETE ON {TABLE} WHEN OLD.state = 'paid' {raised}",
            # INSERT OR REPLACE removes the old row without firing its DELETE trigger.
            f"CREATE TRIGGER {TABLE}_paid_replace BEFORE INSERT ON {TABLE} "  # noqa: S608 (constants of ours)
            f"WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id AND state = 'paid') {raised}",
        ]
    return [
        f"CREATE OR REPLACE FUNCTION {TABLE}_paid_final() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{_REFUSED}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER {TABLE}_paid_final BEFORE UPDATE OR DELETE ON {TABLE} "
        f"FOR EACH ROW WHEN (OLD.state = 'paid') EXECUTE FUNCTION {TABLE}_paid_final()",
    ]


def remove_sql(vendor: str) -> Statements:
    """The reverse of `install_sql`."""
    grown = for_tables(allow_sql, vendor, GROWING)
    if vendor == "sqlite":
        names = ("update", "delete", "replace")
        return [*(f"DROP TRIGGER IF EXISTS {TABLE}_paid_{name}" for name in names), *grown]
    return [
        f"DROP TRIGGER IF EXISTS {TABLE}_paid_final ON {TABLE}",
        f"DROP FUNCTION IF EXISTS {TABLE}_paid_final()",
        *grown,
    ]


def number_sql(vendor: str) -> Statements:
    """Let the ids, which are the numbers that people use, start at FIRST_NUMBER; higher ones go on from there."""
    last = FIRST_NUMBER - 1
    if vendor == "sqlite":
        return [
            f"INSERT INTO sqlite_sequence (name, seq) SELECT '{TABLE}', {last} "  # noqa: S608 (constants of ours)
            f"WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = '{TABLE}')",
            f"UPDATE sqlite_sequence SET seq = {last} "  # noqa: S608 (as above)
            f"WHERE name = '{TABLE}' AND seq < {last}",
        ]
    return [
        f"SELECT setval(pg_get_serial_sequence('{TABLE}', 'id'), "  # noqa: S608 (as above)
        f"GREATEST({last}, (SELECT COALESCE(MAX(id), 0) FROM {TABLE})))"
    ]


def keep_numbers(vendor: str) -> Statements:
    """The reverse of `number_sql`: nothing, since a number is never used twice."""
    return []
