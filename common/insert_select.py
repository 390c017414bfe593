"""Rows made by the database from rows it has: INSERT ... SELECT over a query, for sweeps that write thousands at once.

The columns are expressions, so both databases run the same code; what is not given gets the model's own default.
"""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import CharField, Func, Model, QuerySet, UUIDField, Value
from django.db.models.fields.json import JSONField


def insert_from(model: type[Model], rows: "QuerySet[Any]", columns: Mapping[str, Any]) -> int:
    """Insert one row of `model` for each row of the query; returns how many.

    `columns`: field name -> expression over the query's model, or a plain value. A primary key that the database
    counts up is left out. Constraints and triggers hold as for any insert.
    """
    made: dict[str, Any] = {}
    into: list[str] = []
    for field in model._meta.concrete_fields:
        if field.primary_key and field.name not in columns:
            continue
        given = columns[field.name] if field.name in columns else field.get_default()
        into.append(connection.ops.quote_name(str(field.column)))
        made[field.name] = given if hasattr(given, "resolve_expression") else Value(given, output_field=field)
    query = rows.order_by().annotate(**{f"made_{name}": value for name, value in made.items()})
    sql, params = query.values_list(*(f"made_{name}" for name in made)).query.sql_with_params()
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({', '.join(into)}) {sql}", params)
        return int(cursor.rowcount)


class Truth(Func):
    """A JSON true or false; a plain boolean would be 0 or 1 inside an SQLite object."""

    output_field = JSONField()

    def __init__(self, value: bool) -> None:
        super().__init__()
        self.word = "true" if value else "false"

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return f"json('{self.word}')", []

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return f"'{self.word}'::jsonb", []


class IsoInstant(Func):
    """An instant as `datetime.isoformat()` writes it in UTC: microseconds only where there are some."""

    arity = 1
    output_field = CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="(replace(%(expressions)s, ' ', 'T') || '+00:00')", **more
        )

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        sql, params = compiler.compile(self.source_expressions[0])
        at = f"({sql} AT TIME ZONE 'UTC')"
        shown = (
            f"(to_char({at}, 'YYYY-MM-DD\"T\"HH24:MI:SS') || CASE WHEN date_trunc('second', {at}) = {at} "
            f"THEN '' ELSE to_char({at}, '.US') END || '+00:00')"
        )
        return shown, [*params] * 4


class RandomUuid(Func):
    """A new random id for each row."""

    template = "gen_random_uuid()"
    output_field = UUIDField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        # As uuid.uuid4() makes them: the version and variant bits stand where RFC 9562 wants them.
        made = (
            "(lower(hex(randomblob(6))) || '4' || substr(lower(hex(randomblob(2))), 2) || "
            "substr('89ab', (random() & 3) + 1, 1) || substr(lower(hex(randomblob(8))), 2))"
        )
        return self.as_sql(compiler, connection, template=made, **more)
