"""Pages of a long list by key instead of by number: the same cost on page 1 and on page 1,000, and no row is shown
twice because another one came in meanwhile."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, Protocol, TypeVar

from django.db import models
from django.db.models import F, Func, Model, Q, QuerySet, Value
from django.http import QueryDict

Row = TypeVar("Row", bound=Model)
PARAMETER = "page"
"""Where the address keeps the cursor of a page."""
LARGEST = 2**63 - 1
COUNTED = 150
"""Every list counts its rows up to here and says "more than" beyond it: no count reads a whole table."""


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    """The rows of one page, and the cursors of its neighbours ("" where there is none)."""

    items: list[Row]
    previous: str = ""
    next: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether there is no other page: then its rows are all, and nothing has to be counted."""
        return not (self.previous or self.next)


class Neighbours(Protocol):
    """What a pager needs of a page, however it was found."""

    @property
    def previous(self) -> str: ...

    @property
    def next(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: behind the row with this value and primary key, or before it."""

    is_before: bool
    value: Any
    pk: int
    field: Any = None
    """The column's field, which says how the value is written for the database."""


def page(
    rows: "QuerySet[Row]",
    column: str,
    params: QueryDict,
    *,
    size: int,
    descending: bool = False,
    empty_last: bool = False,
) -> "Slice[Row]":
    """The page whose cursor the address names; the first one when it names none. One query.

    `column` is an instant, a day, a number or a text, of the model or annotated; the primary key breaks ties. A cursor
    that does not fit the column is the first page. `empty_last`: rows may be without a value, and come last in either
    direction; a page that reaches from the ones to the others is two queries, so that each walks along an index.
    """
    place = place_in(params.get(PARAMETER, ""), rows, column)
    backwards = place is not None and place.is_before
    falling = descending != backwards
    found: list[Row] = []
    for part in _parts(rows, column, place, falling, empty_last=empty_last):
        found += part[: size + 1 - len(found)]
        if len(found) > size:
            break
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Slice([])
    has_previous, has_next = (more, True) if backwards else (place is not None, more)
    return Slice(
        found,
        cursor(found[0], column, is_before=True) if has_previous else "",
        cursor(found[-1], column, is_before=False) if has_next else "",
    )


def counted(rows: "QuerySet[Any]") -> int:
    """How many there are, at most COUNTED + 1."""
    return rows.order_by()[: COUNTED + 1].count()


def count_words(count: int, one: str, many: str, *, most: int = COUNTED) -> str:
    """ "1 invoice", "7 invoices", "More than 150 invoices"; `most` is how far was counted."""
    if count > most:
        return f"More than {most} {many}"
    return f"{count} {one if count == 1 else many}"


def ordered(
    rows: "QuerySet[Row]", column: str, *, descending: bool = False, empty_last: bool = False
) -> "QuerySet[Row]":
    """All rows in the order of the pages."""
    return _sorted(rows, column, descending, nulls_first=False if empty_last else None)


def _sorted(
    rows: "QuerySet[Row]", column: str, falling: bool, *, nulls_first: bool | None = None
) -> "QuerySet[Row]":
    """None leaves empty values to the database: where there are none, a plain order finds its index."""
    where = {} if nulls_first is None else {"nulls_first" if nulls_first else "nulls_last": True}
    first = F(column).desc(**where) if falling else F(column).asc(**where)
    return rows.order_by(first, "-pk" if falling else "pk")


def _parts(
    rows: "QuerySet[Row]", column: str, place: Place | None, falling: bool, *, empty_last: bool
) -> "Iterator[QuerySet[Row]]":
    """What lies behind the place in the direction of reading: one query, or those with a value and those without."""
    if not empty_last:
        yield _sorted(rows.filter(beyond(column, place, falling)) if place else rows, column, falling)
        return
    filled, empty = (rows.filter(**{f"{column}__isnull": is_empty}) for is_empty in (False, True))
    whole = [_sorted(filled, column, falling), empty.order_by("-pk" if falling else "pk")]
    if place is None:
        yield from whole
        return
    is_empty = place.value is None
    yield whole[is_empty].filter(beyond(column, place, falling))
    # from the empty ones back to the others, or from these on to the empty ones
    if place.is_before == is_empty:
        yield whole[not is_empty]


class _Pair(Func):
    """`(a, b)`, to be compared with another one."""

    template = "(%(expressions)s)"
    output_field = models.BooleanField()
    arity = 2


def beyond(column: str, place: Place, falling: bool) -> Q:
    """Rows on the far side of the place; of those without a value, where the place has none.

    A row comparison, `(column, pk) > (value, pk)`: both databases answer it by a seek in the index.
    """
    if place.value is None:
        return Q(**{f"pk__{'lt' if falling else 'gt'}": place.pk})
    row = _Pair(F(column), F("pk"))
    here = _Pair(Value(place.value, output_field=place.field), Value(place.pk))
    sign = " < " if falling else " > "
    is_beyond = models.BooleanField()
    return Q(Func(row, here, template="%(expressions)s", arg_joiner=sign, output_field=is_beyond))


def cursor(row: Model, column: str, *, is_before: bool) -> str:
    """The place of a row in the order (column, primary key), as text for an address."""
    value = getattr(row, column)
    plain = value.isoformat() if isinstance(value, date) else value
    words = json.dumps(["b" if is_before else "a", plain, row.pk])
    return urlsafe_b64encode(words.encode()).decode().rstrip("=")


def place_in(text: str, rows: "QuerySet[Any]", column: str) -> Place | None:
    """What a cursor says; None for none, and for one that was not made for this column."""
    if not text:
        return None
    try:
        way, value, pk = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if way not in ("a", "b") or type(pk) is not int or not 0 < pk <= LARGEST:
            return None
        known = rows.query.annotations.get(column)
        field = known.output_field if known is not None else rows.model._meta.get_field(column)
        return Place(way == "b", _read(value, field), pk, field)
    except (ValueError, TypeError, binascii.Error):
        return None


def _read(value: Any, field: Any) -> Any:
    """The value as the column holds it. Raises ValueError or TypeError when it cannot stand there."""
    if value is None:
        fits = field.null
    elif isinstance(field, models.DateTimeField):
        value = datetime.fromisoformat(value)
        fits = value.tzinfo is not None
    elif isinstance(field, models.DateField):
        value = date.fromisoformat(value)
        fits = True
    elif isinstance(field, models.CharField):
        fits = isinstance(value, str) and "\x00" not in value
    else:
        fits = type(value) is int and abs(value) <= LARGEST
    if not fits:
        raise ValueError(value)
    return value


def pager(found: Neighbours, params: QueryDict, summary: str = "") -> dict[str, str]:
    """What components/_pager.html draws: the neighbours' addresses with all other parameters kept."""

    def address(cursor: str) -> str:
        kept = params.copy()
        for one in [key for key, given in kept.items() if not given]:
            del kept[one]
        kept[PARAMETER] = cursor
        return f"?{kept.urlencode()}"

    return {
        "prev_url": address(found.previous) if found.previous else "",
        "next_url": address(found.next) if found.next else "",
        "summary": summary,
    }
