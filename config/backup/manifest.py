"""What a backup holds: each file with its size and SHA-256, and what the books said when it was made."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

NAME: Final = "manifest.json"
FORMAT: Final = 1
BLOCK: Final = 1 << 20


class Broken(Exception):
    """The backup is not what its manifest says; the text names the first file."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """`files` holds [size, sha256] by relative path; `applied` the migrations, `entries` the history's length."""

    format: int
    made_at: str
    engine: str
    ledger_hash: str
    entries: int
    applied: list[str]
    files: dict[str, list[Any]]

    def write(self, folder: Path) -> None:
        """Last of all: a backup without a manifest was not finished."""
        text = json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"
        (folder / NAME).write_text(text, encoding="utf-8")


def read(folder: Path) -> Manifest:
    """The manifest of a backup. Raises Broken when there is none or it is of another kind."""
    try:
        said = json.loads((folder / NAME).read_text(encoding="utf-8"))
        found = Manifest(**said)
    except FileNotFoundError:
        raise Broken(f"{folder} has no {NAME}: the backup was not finished, or this is none.") from None
    except (ValueError, TypeError) as error:
        raise Broken(f"{NAME} cannot be read: {error}.") from None
    if found.format != FORMAT:
        raise Broken(f"{NAME} is of format {found.format}; this version reads format {FORMAT}.")
    return found


def listed(folder: Path) -> dict[str, list[Any]]:
    """Every file below the folder but the manifest, with size and SHA-256."""
    return {
        path.relative_to(folder).as_posix(): [path.stat().st_size, sha256(path)]
        for path in _files(folder)
        if path != folder / NAME
    }


def verify(folder: Path) -> Manifest:
    """The manifest, after every file was read and compared. Raises Broken with the first difference."""
    said = read(folder)
    found = listed(folder)
    for name in sorted(set(said.files) - set(found)):
        raise Broken(f"{name} is missing.")
    for name in sorted(set(found) - set(said.files)):
        raise Broken(f"{name} is not in the manifest.")
    for name, facts in said.files.items():
        if list(facts) != found[name]:
            raise Broken(f"{name} was changed: {found[name]} instead of {facts}.")
    return said


def sha256(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            found.update(block)
    return found.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())
