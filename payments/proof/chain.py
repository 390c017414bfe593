"""The time line of a pack: each entry's hash covers the one before it, so that none can be changed or taken out. Pure.

It is a chain of its own over what the asker may read. The sealed chain of the whole history (timeline/seals.py) holds
entries of the other side, whose facts could be guessed from its hashes; where it ended is kept with the issued pack.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

FORM: Final = "onsite.timeline/1"

Entry = Mapping[str, Any]


def start(number: str, scope: str) -> str:
    """What stands before the first entry: no two assignments, and no two sides, have chains alike."""
    return hashlib.sha256(f"{FORM}:{number}:{scope}".encode()).hexdigest()


def link(previous: str, entry: Entry) -> str:
    """SHA-256 over the hash before and the entry as JSON with sorted keys and no spaces."""
    text = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256((previous + text).encode()).hexdigest()


def chained(number: str, scope: str, entries: Iterable[Entry]) -> dict[str, Any]:
    """The whole time line as it stands in a pack."""
    first = previous = start(number, scope)
    found = []
    for entry in entries:
        previous = link(previous, entry)
        found.append({"entry": dict(entry), "sha256": previous})
    return {"form": FORM, "start": first, "entries": found, "head": previous}


def is_whole(timeline: Any, number: str, scope: str) -> bool:
    """Whether every hash fits, from the start that belongs to this pack to the head. False for any other shape."""
    try:
        if timeline["form"] != FORM or timeline["start"] != start(number, scope):
            return False
        previous = str(timeline["start"])
        for one in timeline["entries"]:
            previous = link(previous, one["entry"])
            if one["sha256"] != previous:
                return False
        return bool(timeline["head"] == previous)
    except (KeyError, TypeError, UnicodeEncodeError):
        return False
