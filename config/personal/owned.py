"""Finding a person's own rows and the copies of their words."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Model, Q, QuerySet

from accounts.models import User
from config.personal.registry import Column, Table
from config.personal.tables import TABLES

SHORTEST: Final = 4
"""Words shorter than this ("Ok") are nobody's mark; they are emptied where they stand and not searched elsewhere."""
SEARCHED: Final = 60
"""Copies may be cut: so many first letters of a text tell it."""
GONE: Final = "(erased)"


def rows(table: Table, path: str, user: User) -> QuerySet[Model]:
    """The rows of a table that belong to this person by that path ("id": the account itself)."""
    return table.model._default_manager.filter(**{path: user.pk})


def own(table: Table, user: User) -> QuerySet[Model]:
    """The rows that belong to this person by any path."""
    anyhow = Q(pk__in=[])
    for path in table.paths:
        anyhow |= Q(**{path: user.pk})
    return table.model._default_manager.filter(anyhow).distinct().order_by("pk")


def columns(*acts: str) -> Iterator[tuple[Table, Column]]:
    """Every column with one of these acts."""
    for table in TABLES:
        for column in table.columns:
            if column.act in acts:
                yield table, column


@dataclass(frozen=True, slots=True)
class Marks:
    """By what a person is told in copies: `names` are replaced, a text with own `words` is emptied as a whole."""

    names: dict[str, str]
    words: frozenset[str]

    @property
    def pattern(self) -> "re.Pattern[str] | None":
        """Matches any of the own words."""
        ordered = sorted(self.words, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def cleaned(self, value: Any, pattern: "re.Pattern[str] | None" = None) -> Any:
        """A text, or JSON at any depth, without the names, and with GONE where own words stood."""
        if isinstance(value, dict):
            return {key: self.cleaned(item, pattern) for key, item in value.items()}
        if isinstance(value, list):
            return [self.cleaned(item, pattern) for item in value]
        if not isinstance(value, str):
            return value
        if pattern is not None and pattern.search(_flat(value)):
            return GONE
        for name, other in self.names.items():
            value = re.sub(re.escape(name), other, value, flags=re.IGNORECASE)
        return value

    def searched(self) -> list[str]:
        """The names as a text column or a JSON column may spell them."""
        spelled = {json.dumps(name)[1:-1] for name in self.names}
        return sorted(spelled | set(self.names))


def marks(user: User) -> Marks:
    """The marks of a person, before anything is erased."""
    pseudonym = f"Former member {user.pk}"
    names = {user.email: f"erased-{user.pk}@erased.invalid"}
    if user.name.strip():
        names[user.name] = pseudonym
    words = set()
    for table, column in columns("blank"):
        if table.label == "accounts.User":
            continue
        texts = rows(table, column.path, user).values_list(column.name, flat=True)
        words |= {mark for text in texts if (mark := mark_of(text))}
    return Marks(names, frozenset(words - set(names)))


def mark_of(text: Any) -> str:
    """What a copy of this text is told by: its first letters, white space made single; "" for what tells nothing."""
    flat = _flat(str(text or ""))[:SEARCHED].strip()
    return flat if len(flat) >= SHORTEST and not flat.isdecimal() else ""


def _flat(text: str) -> str:
    return " ".join(text.split())


def seen_from(user: User) -> datetime:
    """Nothing older than the account can hold a copy; a little earlier, since clocks differ."""
    return user.date_joined - timedelta(days=1)
