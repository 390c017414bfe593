"""One hash over the whole ledger: two databases with the same hash hold the same postings and entries."""

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils.dateparse import parse_datetime

_QUERIES: Final = (
    "SELECT 'p', id, key, kind, at, memo, subject_type, subject_id, actor_id, reverses_id "
    "FROM ledger_posting ORDER BY id",
    "SELECT 'e', e.id, e.posting_id, e.amount_minor, e.at, e.currency, a.owner_kind, a.owner_id, a.purpose, a.currency "
    "FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id ORDER BY e.id",
)
_AT: Final = 4
"""The place of the instant in both lines: SQLite keeps it as text."""

Ask = Callable[[str], Iterable[Any]]


def ledger_hash(ask: Ask | None = None) -> str:
    """sha256 over every posting by id, then every entry by id, each as one line of canonical JSON.

    An entry names its account by owner, purpose and currency, so the hash says whose money it is, and is the same on
    either database. `ask` gives the rows of a statement from elsewhere than the portal's own database. Memory stays
    flat; the time grows with the ledger.
    """
    found = hashlib.sha256()
    for query in _QUERIES:
        for row in (ask or _own)(query):
            line = [_plain(index, value) for index, value in enumerate(row)]
            found.update(json.dumps(line, separators=(",", ":"), ensure_ascii=True).encode() + b"\n")
    return found.hexdigest()


def _own(query: str) -> Iterable[Any]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(query)
        yield from cursor


def _plain(index: int, value: Any) -> Any:
    """A value as both databases mean it: ids as 32 hex digits, instants in UTC to the microsecond."""
    if isinstance(value, UUID):
        return value.hex
    if index == _AT:
        return _instant(value).isoformat(timespec="microseconds")
    return value


def _instant(value: Any) -> datetime:
    found = parse_datetime(value) if isinstance(value, str) else value
    if not isinstance(found, datetime):
        raise TypeError(f"{value!r} is no instant")
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
