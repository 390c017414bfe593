"""Pages by number of a list that was sorted here, not by the database."""

from django.http import QueryDict

SIZE = 30


def number_of(query: QueryDict) -> int:
    """The page that the address asks for, 1 when it asks for none that could be."""
    text = query.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and int(text[:6]) > 0 and len(text) < 6 else 1


def pager(query: QueryDict, number: int, total: int, noun: str, size: int = SIZE) -> dict[str, str]:
    """What components/_pager.html draws around page `number` (from 1) of `total` rows; `noun` in the plural."""
    first, last = (number - 1) * size + 1, min(number * size, total)
    summary = f"{first:,} to {last:,} of {total:,} {noun}" if total > size and first <= total else ""
    return {
        "summary": summary,
        "prev_url": _address(query, number - 1) if number > 1 else "",
        "next_url": _address(query, number + 1) if last < total else "",
    }


def _address(query: QueryDict, number: int) -> str:
    changed = query.copy()
    changed["page"] = str(number)
    return f"?{changed.urlencode()}"
