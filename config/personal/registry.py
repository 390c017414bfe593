"""Every column of every table that holds words, a place or a file, and what happens to it (quality.md 3, row 36).

Dates, numbers, choices, flags and keys are structure: they go out with a row that is the person's own, and they stay.
Each other column is named here; tests/house/test_personal.py fails for one that is not. The words mean:

- `blank PATH`: the person's own words. Exported; emptied.
- `file PATH`: the person's own file. Exported; deleted from the storage.
- `place PATH`: where the person was. Exported; emptied.
- `keep PATH REASON`: exported; stays, for the reason (REASONS).
- `secret PATH`: never exported; emptied.
- `mention`: written by the portal or by others and may name the person. Not exported; name and address are replaced.
- `stays REASON`: somebody else's: not exported, stays.
- `code`: no words of anybody: keys, hashes, currencies, names of kinds. Not exported, stays.

PATH leads from the row to the account whose words they are. `rows` of a table: whose whole row is deleted.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.apps import apps
from django.db import models

REASONS: Final = {
    "money": "Books and papers of money are kept as long as the law of the books says.",
    "contract": "What both sides agreed stays as evidence for both of them.",
    "work": "Work that was handed over belongs to the client who pays for it.",
    "dispute": "What was said in a dispute stays with its decision.",
    "company": "It belongs to the company, its book and its people.",
    "others": "Somebody else wrote it.",
}
ACTS: Final = ("blank", "file", "place", "keep", "secret", "mention", "stays", "code")
_WORDS: Final = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.FileField,
    models.GenericIPAddressField,
    models.FloatField,
)


@dataclass(frozen=True, slots=True)
class Column:
    """What happens to one column; `path` and `reason` where the act has them."""

    name: str
    act: str
    path: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of one model that hold words, and whose rows are deleted as a whole."""

    label: str
    columns: tuple[Column, ...] = ()
    rows: tuple[str, ...] = ()
    also: tuple[str, ...] = field(default=())
    """Further paths by which a row is the person's own, where it has no words of theirs."""

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.label)

    @property
    def paths(self) -> list[str]:
        """Every path by which a row belongs to somebody."""
        found = [*self.rows, *self.also, *(one.path for one in self.columns if one.path)]
        return list(dict.fromkeys(found))


def needs_naming(column: "models.Field[Any, Any]") -> bool:
    """Whether a column can hold somebody's words, a place or a file."""
    is_choice = bool(column.choices) or type(column).__name__ == "StateField"
    return isinstance(column, _WORDS) and not is_choice and not column.is_relation


def all_columns() -> Iterator[tuple[str, str]]:
    """(label of the model, column) of everything that has to be named."""
    for model in apps.get_models(include_auto_created=True):
        for column in model._meta.local_fields:
            if needs_naming(column):
                yield model._meta.label, column.name


def parsed(label: str, spec: dict[str, str], rows: Iterable[str] = (), also: Iterable[str] = ()) -> Table:
    """A table from its words. Raises ValueError for a word that is unknown or lacks its path or reason."""
    return Table(label, tuple(_column(name, words) for name, words in spec.items()), tuple(rows), tuple(also))


def _column(name: str, words: str) -> Column:
    act, *rest = words.split()
    match act, rest:
        case (("blank" | "file" | "place" | "secret"), [path]):
            return Column(name, act, path)
        case "keep", [path, reason] if reason in REASONS:
            return Column(name, act, path, reason)
        case "stays", [reason] if reason in REASONS:
            return Column(name, act, "", reason)
        case (("mention" | "code"), []):
            return Column(name, act)
    raise ValueError(f"{name}: {words!r} says nothing that is known")


def spread(words: str, names: str) -> dict[str, str]:
    """The same words for several columns."""
    return dict.fromkeys(names.split(), words)
