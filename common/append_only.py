"""Tables that only ever grow: the triggers that refuse UPDATE, DELETE and TRUNCATE, for both databases.

A room installs them in a migration. SQLite drops a table's triggers when a later migration rebuilds the
table, so such a migration must install them again; tests/ledger and tests/timeline fail when one is missing.
"""

from collections.abc import Callable, Iterable, Sequence

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

Statements = list[str]
MigrationStep = Callable[[Apps, BaseDatabaseSchemaEditor], None]


def refuse_sql(vendor: str, table: str) -> Statements:
    """Statements that make `table` append-only. A refused write raises django.db.IntegrityError."""
    if vendor == "sqlite":
        raised = f"SELECT RAISE(ABORT, '{table} is append-only');"
        return [
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN {raised} END",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {raised} END",
            # INSERT OR REPLACE removes the old row without firing its DELETE trigger.
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608 (a constant of ours)
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) BEGIN {raised} END",
        ]
    return [
        f"CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()",
    ]


def allow_sql(vendor: str, table: str) -> Statements:
    """The reverse of `refuse_sql`, for reversing the migration."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_{name}" for name in ("no_update", "no_delete", "no_replace")]
    return [
        f"DROP TRIGGER IF EXISTS {table}_no_update ON {table}",
        f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}",
        f"DROP FUNCTION IF EXISTS {table}_append_only()",
    ]


def run_sql(statements_for: Callable[[str], Iterable[str]]) -> MigrationStep:
    """A RunPython step that executes the statements of the migrated database's vendor."""

    def step(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for statement in statements_for(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    return step


def for_tables(build: Callable[[str, str], Statements], vendor: str, tables: Sequence[str]) -> Statements:
    """Concatenate what `build` makes for each table."""
    return [statement for table in tables for statement in build(vendor, table)]
