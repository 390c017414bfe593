"""Rows that hang on a row, read in the same statement: one column holds them as a JSON list, or how many there are.

`columns` says which of their columns, `Rows` is the list in its order, `revived` makes model instances of what came,
alike on both databases, and `put` gives them to the row's own manager. A column that was left out is loaded when it is
touched, like one that `defer` left out.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db import connection
from django.db.models import DecimalField, F, Field, IntegerField, JSONField, Model, QuerySet, Subquery
from django.db.models.functions import JSONObject

Row = TypeVar("Row", bound=Model)


class Rows(Subquery):
    """The named columns of a queryset's rows as a list of dicts; an empty list for none.

    A name may lead on to another row ("group__title"). The queryset may be sorted, cut, and refer to the row outside.
    """

    output_field = JSONField()

    def __init__(self, rows: "QuerySet[Any]", names: Iterable[str], **extra: Any) -> None:
        super().__init__(rows.values(data=JSONObject(**{name: F(name) for name in names})), **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        whole = "(SELECT JSON_GROUP_ARRAY(JSON(inlined.data)) FROM (%(subquery)s) inlined)"
        return self.as_sql(compiler, connection, template=whole, **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        whole = "(SELECT COALESCE(JSONB_AGG(inlined.data), '[]'::JSONB) FROM (%(subquery)s) inlined)"
        return self.as_sql(compiler, connection, template=whole, **extra)


class HowMany(Subquery):
    """How many rows a queryset has, which may be cut and refer to the row outside."""

    output_field = IntegerField()
    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"

    def __init__(self, rows: "QuerySet[Any]", **extra: Any) -> None:
        super().__init__((rows if rows.query.is_sliced else rows.order_by()).values("pk"), **extra)


def columns(model: type[Model]) -> tuple[str, ...]:
    """All columns of a model: an instance revived of them is whole, and can be changed and saved."""
    return tuple(field.attname for field in model._meta.concrete_fields)


def revived(model: type[Row], data: Mapping[str, Any]) -> Row:
    """The instance whose columns `Rows` read, with those that its names led on to. Raises ValueError for a kind of
    column that JSON does not bring back as it was."""
    own = {name: _value(model, name, raw) for name, raw in data.items() if "__" not in name}
    names = [field.attname for field in model._meta.concrete_fields if field.attname in own]
    row = model.from_db(connection.alias, names, [own[name] for name in names])
    for name in {full.partition("__")[0] for full in data if "__" in full}:
        further = {
            full.removeprefix(f"{name}__"): raw for full, raw in data.items() if full.startswith(f"{name}__")
        }
        related: Any = model._meta.get_field(name).related_model
        setattr(row, name, revived(related, further) if further["id"] is not None else None)
    return row


def read(raw: str) -> list[dict[str, Any]]:
    """What `Rows` read, where a query gives it in its raw form (common/prepared.py)."""
    found: list[dict[str, Any]] = json.loads(raw)
    return found


def put(row: Model, name: str, found: Iterable[Model]) -> None:
    """Let `row.<name>.all()` answer with these rows, as after prefetch_related."""
    rows = getattr(row, name).all()
    rows._result_cache, rows._prefetch_done = list(found), True
    row.__dict__.setdefault("_prefetched_objects_cache", {})[name] = rows


def _value(model: type[Model], name: str, raw: Any) -> Any:
    field: Field[Any, Any] = next(one for one in model._meta.concrete_fields if one.attname == name)
    if isinstance(field, JSONField | DecimalField):
        raise ValueError(f"{name} would not come back as it was")
    value = field.to_python(raw)
    if isinstance(value, datetime) and value.tzinfo is None:  # SQLite keeps UTC without saying so
        return value.replace(tzinfo=UTC)
    return value
