"""The stored files of a pack: under which safe name each goes in, opened only while it is copied."""

from dataclasses import dataclass, field
from typing import IO, Any, cast

from django.db.models.fields.files import FieldFile

from common.uploads import plain_name
from payments.proof.packing import Piece

LONGEST = 100


@dataclass
class Inside:
    """Collects the files that the record names."""

    pieces: list[Piece] = field(default_factory=list)
    _counts: dict[str, int] = field(default_factory=dict)

    def add(self, folder: str, file: FieldFile | None, name: str) -> str | None:
        """Put a stored file into that folder; its name inside, or None where there is none (any more: D17)."""
        if not file:
            return None
        try:
            size = file.size
        except FileNotFoundError:
            return None
        self._counts[folder] = number = self._counts.get(folder, 0) + 1
        inside = f"{folder}/{number:03d}-{safe(name)}"
        self.pieces.append(Piece(inside, size, lambda: _opened(file)))
        return inside


def safe(name: str) -> str:
    """A name without any path, control or steering character, its end kept when it is cut."""
    return plain_name(name)[-LONGEST:].lstrip(" .") or "file"


def _opened(file: FieldFile) -> IO[bytes]:
    """The file anew each time: a row's own handle would stay open."""
    stream: Any = file.storage.open(file.name or "", "rb")
    return cast("IO[bytes]", stream)
