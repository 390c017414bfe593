"""The agreement as bytes: its canonical form, its hash, and what changed between two texts. Pure (mission.md N2).

A document has three parts: "shared" is read by both sides, "client" and "worker" hold the money that only that side may
read (decisions.md D20). Its hash is made of a head and the hashes of the parts, so that it can be shown to everybody.
The two closed parts carry a random salt: without it a fee could be guessed by trying all of them against the hash.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

FORM = 1
"""Version of the canonical form; it is part of what is hashed."""
_MOST_COMPARED = 1_000_000
"""Words of one text times words of the other; above it a text counts as replaced as a whole."""
_WORD = re.compile(r"\S+\s*|\s+")

Op = Literal["same", "del", "ins"]


@dataclass(frozen=True, slots=True)
class Parts:
    """The three parts of a document as plain values: texts, whole numbers, booleans, lists and mappings."""

    shared: dict[str, Any]
    client: dict[str, Any]
    worker: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a changed text: both have them, only the old one ("del"), or only the new one ("ins")."""

    op: Op
    text: str


def canonical(value: Any) -> str:
    """The one way to write a value: keys sorted, no spaces, letters as they are.

    Raises TypeError for a float or any other value that could be written in two ways.
    """
    _check(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _check(value: Any) -> None:
    match value:
        case None | bool() | int() | str():
            return
        case dict():
            for key, item in value.items():
                if not isinstance(key, str):
                    raise TypeError(f"{key!r} is no key of a document")
                _check(item)
        case list():
            for item in value:
                _check(item)
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical form")


def digest(text: str) -> str:
    """SHA-256 of a text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def salt() -> str:
    """128 random bits for a closed part."""
    return secrets.token_hex(16)


def sealed(head: Mapping[str, str | int | None], shared: str, client: str, worker: str) -> str:
    """The hash of a document from its head and the canonical texts of its parts."""
    parts = {"client": digest(client), "shared": digest(shared), "worker": digest(worker)}
    return digest(canonical({"form": FORM, "head": dict(head), "parts": parts}))


def read(shared: str, client: str, worker: str) -> Parts:
    """The parts again from their canonical texts."""
    return Parts(json.loads(shared), json.loads(client), json.loads(worker))


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """What became of a text, word by word. Joining "same" and "del" gives `old`, "same" and "ins" gives `new`."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    middle = (before[head : len(before) - tail], after[head : len(after) - tail])
    found = [Piece("same", "".join(before[:head])), *_between(*middle)]
    found.append(Piece("same", "".join(before[len(before) - tail :])))
    return tuple(_joined(piece for piece in found if piece.text))


def _common(one: list[str], other: list[str]) -> int:
    """How many words at the beginning are equal."""
    return next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _between(before: list[str], after: list[str]) -> Iterator[Piece]:
    if len(before) * len(after) > _MOST_COMPARED:
        yield Piece("del", "".join(before))
        yield Piece("ins", "".join(after))
        return
    for op, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if op == "equal":
            yield Piece("same", "".join(before[a:b]))
            continue
        yield Piece("del", "".join(before[a:b]))
        yield Piece("ins", "".join(after[c:d]))


def _joined(found: Iterator[Piece]) -> Iterator[Piece]:
    """Neighbours of one kind as one piece."""
    last: Piece | None = None
    for piece in found:
        if last is not None and last.op == piece.op:
            last = Piece(last.op, last.text + piece.text)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last
