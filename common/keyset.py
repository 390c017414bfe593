"""Pages of a long list by key instead of by number: the same cost on page 1 and on page 1,000, and no row is shown
twice because another one came in meanwhile."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    """The rows of one page, and the cursors of its neighbours ("" where there is none)."""

    items: list[Row]
    previous: str = ""
    next: str = ""


def cursor(row: Model, column: str) -> str:
    """The place of a row in the order (column, id), as text for an address."""
    return f"{getattr(row, column).isoformat()}_{row.pk}"


def _place(text: str) -> tuple[datetime, int] | None:
    moment, _, pk = text.rpartition("_")
    try:
        found = datetime.fromisoformat(moment)
        return (found, int(pk)) if found.tzinfo else None
    except ValueError:
        return None


def page(
    rows: "QuerySet[Row]", column: str, params: QueryDict, *, size: int, descending: bool = False
) -> "Slice[Row]":
    """The page that `after` or `before` of the address name; the first one when they name none.

    `column` is an instant that is never empty in `rows`; the primary key breaks ties.
    """
    after, before = _place(params.get("after", "")), _place(params.get("before", ""))
    backwards = before is not None and after is None
    place = before if backwards else after
    falling = descending != backwards
    if place:
        word, (moment, pk) = "lt" if falling else "gt", place
        rows = rows.filter(Q(**{f"{column}__{word}": moment}) | Q(**{column: moment, f"pk__{word}": pk}))
    mark = "-" if falling else ""
    found = list(rows.order_by(f"{mark}{column}", f"{mark}pk")[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Slice([])
    has_previous, has_next = (more, True) if backwards else (place is not None, more)
    return Slice(
        found,
        cursor(found[0], column) if has_previous else "",
        cursor(found[-1], column) if has_next else "",
    )


def pager(found: "Slice[Any]", params: QueryDict, summary: str = "") -> dict[str, str]:
    """What components/_pager.html draws: the neighbours' addresses with all other parameters kept."""

    def address(name: str, value: str) -> str:
        kept = params.copy()
        for one in ("after", "before"):
            kept.pop(one, None)
        kept[name] = value
        return f"?{kept.urlencode()}"

    return {
        "prev_url": address("before", found.previous) if found.previous else "",
        "next_url": address("after", found.next) if found.next else "",
        "summary": summary,
    }
