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
TELLING: Final = 12
"""So many letters tell a text inside another one."""
QUOTED: Final = (
    ("workers.Worker", "phone"),
    ("workers.Worker", "about"),
    ("workers.Evidence", "number"),
    ("workers.TimeOff", "note"),
)
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
    """By what a person is told in copies: `names` are replaced; a text goes as a whole where one of the `words` is in
    it, or where it is one of the `short` ones ("Parking" inside another text is nobody's)."""

    names: dict[str, str]
    words: frozenset[str]
    short: frozenset[str] = frozenset()

    @property
    def pattern(self) -> "re.Pattern[str] | None":
        """Matches any of the own words."""
        ordered = sorted(self.words, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def cleaned(
        self, value: Any, pattern: "re.Pattern[str] | None" = None, *, with_short: bool = False
    ) -> Any:
        """A text, or JSON at any depth, without the names, and with GONE where own words stood."""
        if isinstance(value, dict):
            return {key: self.cleaned(item, pattern, with_short=with_short) for key, item in value.items()}
        if isinstance(value, list):
            return [self.cleaned(item, pattern, with_short=with_short) for item in value]
        if not isinstance(value, str):
            return value
        flat = _flat(value)
        if (pattern is not None and pattern.search(flat)) or (with_short and flat in self.short):
            return GONE
        for name, other in self.names.items():
            value = replaced(value, name, other)
        return value

    def searched(self) -> list[str]:
        """The names as a text column or a JSON column may spell them."""
        spelled = {json.dumps(name)[1:-1] for name in self.names}
        return sorted(spelled | set(self.names))


def replaced(text: str, name: str, other: str) -> str:
    """The text with another name. One of a single word ("May") is only told where nothing else stands."""
    if " " not in name and "@" not in name:
        return other if text.strip().lower() == name.lower() else text
    return re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", lambda _: other, text, flags=re.IGNORECASE)


def marks(user: User) -> Marks:
    """The marks of a person, before anything is erased."""
    names = {user.email: f"erased-{user.pk}@erased.invalid"}
    if user.name.strip():
        names[user.name] = f"Former member {user.pk}"
    found = set()
    for table, column in columns("blank"):
        if _is_quoted(table, column):
            texts = rows(table, column.path, user).values_list(column.name, flat=True)
            found |= {mark for text in texts if (mark := mark_of(text))}
    found -= set(names)
    words = frozenset(mark for mark in found if len(mark) >= TELLING)
    return Marks(names, words, frozenset(found) - words)


def _is_quoted(table: Table, column: Column) -> bool:
    """Whether the portal quotes this column elsewhere: what people say to each other, not their town."""
    said = table.label.split(".")[0] in ("assignments", "clients", "payments")
    return said or (table.label, column.name) in QUOTED


def mark_of(text: Any) -> str:
    """What a copy of this text is told by: its first letters, white space made single; "" for what tells nothing."""
    flat = _flat(str(text or ""))[:SEARCHED].strip()
    return flat if len(flat) >= SHORTEST and not flat.isdecimal() else ""


def _flat(text: str) -> str:
    return " ".join(text.split())


def seen_from(user: User) -> datetime:
    """Nothing older than the account can hold a copy; a little earlier, since clocks differ."""
    return user.date_joined - timedelta(days=1)
