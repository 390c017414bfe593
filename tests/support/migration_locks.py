"""Which operations of a later migration would keep people out of a big table, or break the version that still runs."""

from collections.abc import Iterable, Iterator

from django.db.migrations import operations as plain
from django.db.migrations.operations.base import Operation
from django.db.models import NOT_PROVIDED, Field

from common.online import AddCheckOnline, AddIndexOnline

HARMLESS = (
    plain.CreateModel,  # nobody uses a new table
    plain.RemoveIndex,  # a lock of a moment
    plain.RemoveConstraint,
    plain.AlterModelOptions,  # no change of the table
    plain.AlterModelManagers,
)
GONE = (
    plain.RemoveField, plain.DeleteModel, plain.RenameField, plain.RenameModel, plain.AlterModelTable,
    plain.RenameIndex,
)  # fmt: skip


def dangers(operations: Iterable[Operation], *, is_atomic: bool) -> Iterator[str]:
    """A sentence for each operation that must not run beside people at work; `is_atomic`: one transaction for all."""
    for operation in operations:
        if isinstance(operation, plain.SeparateDatabaseAndState):
            yield from dangers(operation.database_operations, is_atomic=is_atomic)
        elif why := _why(operation, is_atomic=is_atomic):
            yield f"{operation.describe()}: {why}"


def _why(operation: Operation, *, is_atomic: bool) -> str:
    if isinstance(operation, (AddIndexOnline, AddCheckOnline)):
        return "needs `atomic = False`" if is_atomic else ""
    if isinstance(operation, HARMLESS):
        return ""
    if isinstance(operation, plain.AddField):
        return _column(operation.field)
    if isinstance(operation, plain.AddIndex):
        return "writers wait until it is built; use common.online.AddIndexOnline"
    if isinstance(operation, plain.AddConstraint):
        return "everybody waits while all rows are read; use common.online.AddCheckOnline"
    if isinstance(operation, plain.AlterField):
        return "may write the whole table anew; add a column, fill it in batches, then use it"
    if isinstance(operation, GONE):
        return "the version that still runs asks for it; stop using it one release before"
    return "what it locks cannot be read from it; look, and say why it is safe"


def _column(field: Field) -> str:
    if field.remote_field is not None or field.unique or field.db_index:
        return "brings an index or a foreign key; add the plain column, and the index by AddIndexOnline"
    if not field.null and field.db_default is NOT_PROVIDED:
        return "the version that still runs cannot add rows; let it be null, or give it a db_default"
    return ""
