"""The database's own guard of what was said: a message and its files are neither changed nor deleted, by anybody.

Two ways are left: erasure empties the words, or the name and place of a file (decisions.md D17), and a draft that is
thrown away takes its private notes along, which nobody outside the company ever saw.
"""

from common.append_only import Statements

MESSAGE, FILE = "assignments_message", "assignments_messagefile"
FIXED = {
    MESSAGE: ("id", "assignment_id", "engagement_id", "author_id", "side", "is_private", "sent_at", "key"),
    FILE: ("id", "uuid", "message_id", "size", "content_type", "sha256"),
}
"""Columns that never change."""
ERASABLE = {MESSAGE: ("body",), FILE: ("name", "file")}
"""Columns that may be emptied, once and for good."""
STAGE = {
    MESSAGE: "SELECT state FROM assignments_assignment WHERE id = OLD.assignment_id",
    FILE: "SELECT a.state FROM assignments_assignment a JOIN assignments_message m ON m.assignment_id = a.id "
    "WHERE m.id = OLD.message_id",
}
"""The stage of the assignment that a row belongs to."""


def install_sql(vendor: str) -> Statements:
    """Refuse changes and deletions. A refused write raises django.db.IntegrityError."""
    build = _sqlite if vendor == "sqlite" else _postgresql
    return [statement for table in FIXED for statement in build(table)]


def remove_sql(vendor: str) -> Statements:
    """The reverse of `install_sql`."""
    if vendor == "sqlite":
        return [
            f"DROP TRIGGER IF EXISTS {table}_kept_{name}"
            for table in FIXED
            for name in ("update", "delete", "replace")
        ]
    return [
        statement
        for table in FIXED
        for statement in (
            f"DROP TRIGGER IF EXISTS {table}_kept_update ON {table}",
            f"DROP TRIGGER IF EXISTS {table}_kept_truncate ON {table}",
            f"DROP FUNCTION IF EXISTS {table}_kept()",
        )
    ]


def _refused(table: str) -> str:
    return "a message is kept as it was sent" if table == MESSAGE else "a file of a message is kept"


def _is_erasure(table: str, same: str) -> str:
    """The condition that an UPDATE only empties; `same` is the database's null-safe comparison."""
    kept = [f"NEW.{name} {same} OLD.{name}" for name in FIXED[table]]
    emptied = [f"(NEW.{name} = '' OR NEW.{name} {same} OLD.{name})" for name in ERASABLE[table]]
    return " AND ".join([*kept, *emptied])


def _sqlite(table: str) -> Statements:
    raised = f"BEGIN SELECT RAISE(ABORT, '{_refused(table)}'); END"
    return [
        f"CREATE TRIGGER {table}_kept_update BEFORE UPDATE ON {table} "
        f"WHEN NOT ({_is_erasure(table, 'IS')}) {raised}",
        f"CREATE TRIGGER {table}_kept_delete BEFORE DELETE ON {table} "
        f"WHEN ({STAGE[table]}) IS NOT 'draft' {raised}",
        # INSERT OR REPLACE removes the old row without firing its DELETE trigger.
        f"CREATE TRIGGER {table}_kept_replace BEFORE INSERT ON {table} "  # noqa: S608 (constants of ours)
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) {raised}",
    ]


def _postgresql(table: str) -> Statements:
    raised = f"RAISE EXCEPTION '{_refused(table)}' USING ERRCODE = 'integrity_constraint_violation';"
    return [
        f"CREATE OR REPLACE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' THEN IF {_is_erasure(table, 'IS NOT DISTINCT FROM')} THEN RETURN NEW; END IF; "
        f"ELSIF TG_OP = 'DELETE' THEN IF ({STAGE[table]}) = 'draft' THEN RETURN OLD; END IF; END IF; "
        f"{raised} END $$",
        f"CREATE TRIGGER {table}_kept_update BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_kept()",
        f"CREATE TRIGGER {table}_kept_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_kept()",
    ]
