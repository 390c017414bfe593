"""Whether Onsite issued this: by a hash alone, or by a pack that somebody brings (mission.md N8).

A hash alone tells no more than a day. Who brings the pack itself has its contents: only then its number is named.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import IO, Any, Final

from assignments.models import AgreementSheet, Amendment
from payments.models import ProofKey, ProofPack
from payments.proof import chain, signing
from payments.proof.packing import SIGNATURE, SUMS
from payments.proof.reading import TIMELINE, Brought, listed, read
from timeline import seals
from timeline.models import Seal

HASH: Final = re.compile(r"[0-9a-f]{64}")


class Result(StrEnum):
    """What can be said of a pack as a whole."""

    EXACT = "exact"
    """Byte for byte what was issued."""
    REPACKED = "repacked"
    """Every file is as issued, in another archive."""
    CHANGED = "changed"
    """The signed list is Onsite's; files beside it are not as they were."""
    UNKNOWN = "unknown"
    """Nothing of it was issued here."""


class FileState(StrEnum):
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    MISSING = "missing"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Issued:
    """What a hash stands for: "pack" or "agreement", and the day in UTC on which it was made."""

    what: str
    on: date


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of a pack. `timeline` and `history` are None where nothing can be said."""

    result: Result
    sha256: str
    signed: bool = False
    number: str = ""
    on: date | None = None
    timeline: bool | None = None
    history: bool | None = None
    files: tuple[tuple[str, FileState], ...] = field(default=())

    @property
    def counts(self) -> dict[str, int]:
        """How many files are in each state."""
        states = [state for _, state in self.files]
        return {state.value: states.count(state) for state in FileState}

    @property
    def odd(self) -> tuple[tuple[str, FileState], ...]:
        """The files that are not as issued."""
        return tuple(one for one in self.files if one[1] != FileState.UNCHANGED)


def by_hash(sha256: str) -> Issued | None:
    """What this hash was issued for, if anything. `sha256` is 64 lower-case hexadecimal digits."""
    pack = ProofPack.objects.filter(sha256=sha256).order_by("issued_at").first()
    if pack is not None:
        return Issued("pack", _day(pack.issued_at))
    sheet = (
        AgreementSheet.objects.filter(sha256=sha256).first()
        or Amendment.objects.filter(sha256=sha256).first()
    )
    return None if sheet is None else Issued("agreement", _day(sheet.made_at))


def by_pack(upload: IO[bytes]) -> Verdict:
    """What can be said of a pack. Raises Invalid for a file that is none."""
    brought = read(upload)
    exact = _first(sha256=brought.sha256)
    sums = brought.kept.get(SUMS, b"")
    if exact is None and not _is_signed(sums, brought.kept.get(SIGNATURE, b"")):
        return Verdict(Result.UNKNOWN, brought.sha256)
    files = _compared(listed(sums), brought.files)
    issued = exact or _first(sums_sha256=brought.files.get(SUMS, ""))
    if exact is not None:
        result = Result.EXACT
    else:
        is_whole = all(state == FileState.UNCHANGED for _, state in files)
        result = Result.REPACKED if is_whole else Result.CHANGED
    if issued is None:  # signed by a key of ours, and noted in a database that is not there any more
        return Verdict(result, brought.sha256, signed=True, files=files)
    return Verdict(
        result,
        brought.sha256,
        signed=True,
        number=f"A-{issued.assignment_id}",
        on=_day(issued.issued_at),
        timeline=_timeline_holds(brought, issued),
        history=_history_holds(issued),
        files=files,
    )


def _first(**by: str) -> ProofPack | None:
    return ProofPack.objects.filter(**by).order_by("issued_at", "pk").first()


def _is_signed(sums: bytes, signature: bytes) -> bool:
    """Whether a key of this installation, present or former, signed this list."""
    try:
        raw = bytes.fromhex(signature.decode("ascii").strip())
    except ValueError:
        return False
    keys = {signing.public_hex(), *ProofKey.objects.values_list("public_hex", flat=True)}
    return bool(sums) and any(signing.holds(key, sums, raw) for key in keys)


def _compared(expected: Mapping[str, str], there: Mapping[str, str]) -> tuple[tuple[str, FileState], ...]:
    """Every file that should be there or is, by name."""
    found = {}
    for name in {*expected, *there} - {SUMS, SIGNATURE}:
        if name not in there:
            found[name] = FileState.MISSING
        elif name not in expected:
            found[name] = FileState.ADDED
        else:
            found[name] = FileState.UNCHANGED if there[name] == expected[name] else FileState.CHANGED
    return tuple(sorted(found.items()))


def _timeline_holds(brought: Brought, issued: ProofPack) -> bool:
    try:
        timeline: Any = json.loads(brought.kept.get(TIMELINE, b""))
    except (ValueError, RecursionError):
        return False
    return chain.is_whole(timeline, f"A-{issued.assignment_id}", issued.scope)


def _history_holds(issued: ProofPack) -> bool:
    """Whether the history that Onsite keeps is unbroken and goes on from where it ended in the pack."""
    of_it = Seal.objects.filter(entry__subject_type="assignment", entry__subject_id=issued.assignment_id)
    then = of_it.order_by("pk").values_list("hash", flat=True)[issued.length - 1 : issued.length]
    report = seals.verify("assignment", issued.assignment_id)
    return list(then) == [issued.head] and not report.broken


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
