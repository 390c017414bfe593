"""Facts of an entry (and of a mail's context) as plain JSON, and back."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final
from uuid import UUID

from common.money import Money

MASK: Final = "•••"
_SECRET = re.compile(r"password|secret|token|account_number", re.IGNORECASE)

Plain = dict[str, Any] | list[Any] | str | int | float | bool | None


def plain(value: object) -> Plain:
    """Turn a value into what JSON holds.

    Money becomes {"minor", "currency"}, an instant ISO 8601 in UTC, a day ISO 8601.

    Raises TypeError for anything else (a model row, bytes, a naive datetime): facts hold ids and words, not
    objects.
    """
    match value:
        case None | bool():
            return value
        case Enum():
            return plain(value.value)
        case int() | float():
            return value
        case str():
            return str(value)
        case Money():
            return {"minor": value.minor, "currency": value.currency}
        case datetime():
            return _instant(value)
        case date():
            return value.isoformat()
        case Decimal() | UUID():
            return str(value)
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
        case _:
            raise TypeError(f"{type(value).__name__} cannot be kept as a fact")


def plain_facts(facts: Mapping[str, object] | None) -> dict[str, Any]:
    """`plain` for a whole mapping; refuses NaN and infinity, which JSON has no word for (ValueError)."""
    made = {str(key): plain(value) for key, value in (facts or {}).items()}
    json.dumps(made, allow_nan=False)
    return made


def masked(value: Any) -> Any:
    """Hide, at any depth, what stands under a key that speaks of a password, secret, token or account."""
    if isinstance(value, dict):
        return {key: MASK if _SECRET.search(key) else masked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [masked(item) for item in value]
    return value


def revived(value: Any, key: str = "") -> Any:
    """The reverse of `plain`: Money again; instants under `*_at` keys, days under `*_on` keys."""
    if isinstance(value, dict):
        if value.keys() == {"minor", "currency"}:
            return Money(value["minor"], value["currency"])
        return {name: revived(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [revived(item, key) for item in value]
    if isinstance(value, str) and key.endswith(("_at", "_on")):
        return _moment(value, is_day=key.endswith("_on"))
    return value


def _instant(value: datetime) -> str:
    if value.tzinfo is None:
        raise TypeError("a naive datetime cannot be kept as a fact")
    return value.astimezone(UTC).isoformat()


def _moment(text: str, *, is_day: bool) -> datetime | date | str:
    try:
        return date.fromisoformat(text) if is_day else datetime.fromisoformat(text)
    except ValueError:
        return text
