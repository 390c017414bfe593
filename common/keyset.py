"""Pages of a long list by key instead of by number: the same cost on page 1 and on page 1,000, and no row is shown
twice because another one came in meanwhile."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from django.db import models
from django.db.models import F, Model, Q, QuerySet
from django.http import QueryDict

Row = TypeVar("Row", bound=Model)
PARAMETER = "page"
"""Where the address keeps the cursor of a page."""
LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    """The rows of one page, and the cursors of its neighbours ("" where there is none)."""

    items: list[Row]
    previous: str = ""
    next: str = ""


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

    `column` is an instant, a number or a text; the primary key breaks ties. A cursor that does not fit the column
    is the first page. `empty_last`: rows may be without a value, and come last in either direction.
    """
    place = place_in(params.get(PARAMETER, ""), rows, column)
    backwards = place is not None and place.is_before
    falling = descending != backwards
    if place:
        rows = rows.filter(beyond(column, place, falling, empty_last=empty_last))
    found = list(_sorted(rows, column, falling, nulls_first=backwards if empty_last else None)[: size + 1])
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


def ordered(
    rows: "QuerySet[Row]", column: str, *, descending: bool = False, empty_last: bool = False
) -> "QuerySet[Row]":
    """All rows in the order of the pages."""
    return _sorted(rows, column, descending, nulls_first=False if empty_last else None)


def _sorted(
    rows: "QuerySet[Row]", column: str, falling: bool, *, nulls_first: bool | None
) -> "QuerySet[Row]":
    """None leaves empty values to the database: where there are none, a plain order finds its index."""
    where = {} if nulls_first is None else {"nulls_first" if nulls_first else "nulls_last": True}
    first = F(column).desc(**where) if falling else F(column).asc(**where)
    return rows.order_by(first, "-pk" if falling else "pk")


def beyond(column: str, place: Place, falling: bool, *, empty_last: bool = False) -> Q:
    """Rows on the far side of the place. The first condition bounds the index: else it is read from its end."""
    word = "lt" if falling else "gt"
    tie = Q(**{f"pk__{word}": place.pk})
    if place.value is None:
        among = Q(**{f"{column}__isnull": True}) & tie
        return among | Q(**{f"{column}__isnull": False}) if place.is_before else among
    further = Q(**{f"{column}__{word}e": place.value}) & (Q(**{f"{column}__{word}": place.value}) | tie)
    return further | Q(**{f"{column}__isnull": True}) if empty_last and not place.is_before else further


def cursor(row: Model, column: str, *, is_before: bool) -> str:
    """The place of a row in the order (column, primary key), as text for an address."""
    value = getattr(row, column)
    plain = value.isoformat() if isinstance(value, datetime) else value
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
        return Place(way == "b", _read(value, rows.model._meta.get_field(column)), pk)
    except (ValueError, TypeError, binascii.Error):
        return None


def _read(value: Any, field: Any) -> Any:
    """The value as the column holds it. Raises ValueError or TypeError when it cannot stand there."""
    if value is None:
        fits = field.null
    elif isinstance(field, models.DateTimeField):
        value = datetime.fromisoformat(value)
        fits = value.tzinfo is not None
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
