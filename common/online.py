"""Changes of big tables that let the portal go on working: for every migration after an app's first (docs/locking.md).

On PostgreSQL they take no lock that keeps readers or writers out while the table is read. On SQLite, where a migration
has the database to itself anyway, they are the plain operations. A migration that uses them says `atomic = False`.
"""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import NotSupportedError
from django.db.migrations.operations import AddConstraint, AddIndex


class AddIndexOnline(AddIndexConcurrently):
    """CREATE INDEX CONCURRENTLY: writers go on. Raises NotSupportedError in a migration that is one transaction.

    Should it be interrupted, an invalid index stays behind: drop it by its name, then migrate again.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        else:
            AddIndex.database_forwards(self, app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
        else:
            AddIndex.database_backwards(self, app_label, schema_editor, from_state, to_state)


class AddCheckOnline(AddConstraint):
    """A check that holds for new rows at once (a lock of a moment), and is then proved for the old ones without a lock.

    Raises NotSupportedError in a migration that is one transaction: the moment would last until its end.
    IntegrityError when an old row breaks the check; then it stays in force for new rows, unproved.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        if schema_editor.connection.in_atomic_block:
            raise NotSupportedError("AddCheckOnline needs `atomic = False` on the migration.")
        model = to_state.apps.get_model(app_label, self.model_name)
        sql = self.constraint.create_sql(model, schema_editor)
        table, name = (
            schema_editor.quote_name(word) for word in (model._meta.db_table, self.constraint.name)
        )
        schema_editor.execute(f"{sql} NOT VALID", params=None)
        schema_editor.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}", params=None)
