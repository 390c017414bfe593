"""Queries that every page asks: Django writes each once in a process, and only the numbers in it change.

Writing a query of several subqueries costs more than the database takes to answer it.
"""

from collections.abc import Callable
from copy import copy
from functools import cache
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

ANY: Final = -8_602_715_349_180_377
"""Stands where the first number belongs while the query is written, ANY - 1 where the second; no id is like it."""
Make = Callable[..., "QuerySet[Any, Any]"]


def rows(make: Make, *numbers: int) -> list[tuple[Any, ...]]:
    """The rows of `make(*numbers)`, a query of `values` that depends on nothing but the numbers; in their raw form."""
    _, _, sql, params = _compiled(make, connection.vendor, len(numbers))
    with connection.cursor() as cursor:
        cursor.execute(sql, _filled(params, numbers))
        return list(cursor.fetchall())


def instances(make: Make, *numbers: int) -> list[Any]:
    """The models of `make(*numbers)`, a query that depends on nothing but the numbers, with what is joined to them."""
    query, compiler, sql, params = _compiled(make, connection.vendor, len(numbers))
    known = copy(compiler)
    known.connection = connection  # of this thread
    filled = _filled(params, numbers)
    known.as_sql = lambda *given, **more: (sql, filled)  # type: ignore[method-assign]
    found = query.all()
    found.query.get_compiler = lambda *given, **more: known  # type: ignore[method-assign]
    return list(found)


def _filled(params: tuple[Any, ...], numbers: tuple[int, ...]) -> tuple[Any, ...]:
    given: dict[Any, int] = {ANY - place: number for place, number in enumerate(numbers)}
    return tuple(given.get(one, one) for one in params)


@cache
def _compiled(
    make: Make, vendor: str, count: int
) -> "tuple[QuerySet[Any, Any], SQLCompiler, str, tuple[Any, ...]]":
    """The query, and the compiler that has written it: it knows which column belongs to which field."""
    query = make(*(ANY - place for place in range(count)))
    compiler = query.query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    return query, compiler, sql, params
