"""The client's list: its sort orders. The pages are those of common/keyset.py."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import QueryDict

from assignments.models import Assignment
from common import keyset

PAGE = 50
SORTS = {"number": "id", "title": "title", "start": "start_at", "changed": "updated_at"}
DEFAULT_SORT = "-changed"


@dataclass(frozen=True, slots=True)
class Order:
    """One sort order by its name in the address; drafts without a start come last in either direction."""

    key: str
    is_descending: bool

    @property
    def column(self) -> str:
        return SORTS[self.key]

    @property
    def name(self) -> str:
        return f"{'-' if self.is_descending else ''}{self.key}"

    @property
    def has_empty(self) -> bool:
        return self.column == "start_at"

    def applied(self, rows: "QuerySet[Assignment]") -> "QuerySet[Assignment]":
        """All the rows in this order."""
        return keyset.ordered(rows, self.column, descending=self.is_descending, empty_last=self.has_empty)


def order(name: str) -> Order:
    """The order of a `?sort=`; an unknown one is the default."""
    key = name.removeprefix("-")
    if key not in SORTS:
        return order(DEFAULT_SORT)
    return Order(key, name.startswith("-"))


def page(rows: "QuerySet[Assignment]", by: Order, params: QueryDict) -> "keyset.Slice[Assignment]":
    """The page that the address names. One query."""
    return keyset.page(
        rows, by.column, params, size=PAGE, descending=by.is_descending, empty_last=by.has_empty
    )
