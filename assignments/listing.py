"""The client's list: sort orders, and pages by key instead of by offset, so that page 900 costs what page 1 does."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from assignments.models import Assignment

PAGE = 50
COUNTED = 1_000
"""Rows are counted up to here; beyond it the page says "more than"."""
SORTS = {"number": "id", "title": "title", "start": "start_at", "changed": "updated_at"}
DEFAULT_SORT = "-changed"
LARGEST = 2**63 - 1
_INSTANTS = frozenset({"start_at", "updated_at"})


@dataclass(frozen=True, slots=True)
class Order:
    """One sort order: a column, its direction, and the id as the tie-breaker. Rows without a value come last."""

    key: str
    is_descending: bool

    @property
    def column(self) -> str:
        return SORTS[self.key]

    @property
    def name(self) -> str:
        return f"{'-' if self.is_descending else ''}{self.key}"

    def applied(self, rows: "QuerySet[Assignment]", *, backwards: bool = False) -> "QuerySet[Assignment]":
        """The rows in this order, or the whole order turned round."""
        down = self.is_descending != backwards
        last = not backwards
        column = F(self.column)
        first = (
            column.desc(nulls_last=True if last else None, nulls_first=None if last else True)
            if down
            else column.asc(nulls_last=True if last else None, nulls_first=None if last else True)
        )
        return rows.order_by(first, "-id" if down else "id")

    def value(self, row: Assignment) -> Any:
        return getattr(row, self.column)

    def beyond(self, value: Any, pk: int, *, backwards: bool) -> Q:
        """Rows after (or before) the one with this value and id."""
        down = self.is_descending != backwards
        tie = Q(id__lt=pk) if down else Q(id__gt=pk)
        if value is None:
            among = Q(**{f"{self.column}__isnull": True}) & tie
            return among | Q(**{f"{self.column}__isnull": False}) if backwards else among
        further = Q(**{f"{self.column}__{'lt' if down else 'gt'}": value}) | (Q(**{self.column: value}) & tie)
        return further if backwards else further | Q(**{f"{self.column}__isnull": True})


def order(name: str) -> Order:
    """The order of a `?sort=`; an unknown one is the default."""
    key = name.removeprefix("-")
    if key not in SORTS:
        return order(DEFAULT_SORT)
    return Order(key, name.startswith("-"))


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows with the keys of its neighbours ("" where there is none)."""

    rows: list[Assignment]
    before: str
    after: str


def page(rows: "QuerySet[Assignment]", by: Order, key: str) -> Page:
    """The page at a key ("" is the first; a broken key too). One query."""
    backwards, value, pk = _read(key, by)
    if pk:
        rows = rows.filter(by.beyond(value, pk, backwards=backwards))
    found = list(by.applied(rows, backwards=backwards)[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    if backwards:
        found.reverse()
    has_before = more if backwards else bool(pk)
    has_after = bool(pk) if backwards else more
    return Page(
        found,
        _key("b", by.value(found[0]), found[0].pk) if found and has_before else "",
        _key("a", by.value(found[-1]), found[-1].pk) if found and has_after else "",
    )


def counted(rows: "QuerySet[Assignment]") -> int:
    """How many there are, at most COUNTED + 1: never a count over everything."""
    return rows.order_by()[: COUNTED + 1].count()


def _key(way: str, value: Any, pk: int) -> str:
    plain = value.isoformat() if isinstance(value, datetime) else value
    return urlsafe_b64encode(json.dumps([way, plain, pk]).encode()).decode().rstrip("=")


def _read(key: str, by: Order) -> tuple[bool, Any, int]:
    """(backwards, value, id) of a key; (False, None, 0) for none or one that does not fit this order."""
    try:
        way, value, pk = json.loads(urlsafe_b64decode(key + "=" * (-len(key) % 4)))
        if value is not None and by.column in _INSTANTS:
            value = datetime.fromisoformat(value)
        if way not in ("a", "b") or type(pk) is not int or not 0 < pk <= LARGEST or not _fits(value, by):
            raise ValueError(key)
    except (ValueError, TypeError, binascii.Error):
        return False, None, 0
    return way == "b", value, pk


def _fits(value: Any, by: Order) -> bool:
    """Whether a value read from an address can stand in that column."""
    if by.column == "id":
        return type(value) is int and 0 < value <= LARGEST
    if by.column == "title":
        return isinstance(value, str) and "\x00" not in value
    return value is None or value.tzinfo is not None
