"""Pages of a list whose filters live in the address."""

from dataclasses import dataclass

from django.http import QueryDict

SIZE = 30


@dataclass(frozen=True, slots=True)
class Page:
    """What components/_pager.html draws."""

    summary: str
    prev_url: str
    next_url: str


def number_of(query: QueryDict) -> int:
    """The page that the address asks for, 1 when it asks for none that could be."""
    text = query.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and int(text[:6]) > 0 and len(text) < 6 else 1


def page(query: QueryDict, number: int, total: int, noun: str, size: int = SIZE) -> Page:
    """The links around page `number` (from 1) of `total` rows; `noun` in the plural."""
    first, last = (number - 1) * size + 1, min(number * size, total)
    summary = f"{first:,} to {last:,} of {total:,} {noun}" if total > size and first <= total else ""
    return Page(
        summary,
        _address(query, number - 1) if number > 1 else "",
        _address(query, number + 1) if last < total else "",
    )


def _address(query: QueryDict, number: int) -> str:
    changed = query.copy()
    changed["page"] = str(number)
    return f"?{changed.urlencode()}"
