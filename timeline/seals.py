"""Sealing: each entry's hash covers its content and the hash before it, one chain for each subject.

Sealing runs after the fact, in batches (decisions.md D15), so that a change pays nothing for it.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC
from itertools import groupby
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet

from timeline.models import Chain, Entry, Redaction, Seal

LOOK_BACK: Final = 50_000
"""How far below the newest sealed id late commits are looked for: ids are handed out before their commit."""

_ADVISORY_LOCK: Final = 0x0517E5EA

Subject = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found. `broken` holds one sentence for each finding."""

    sealed: int
    unsealed: int
    broken: list[str] = field(default_factory=list)
    redacted: int = 0
    """Entries without some personal words, in the whole history; each of them is verified all the same."""


def first_hash(subject_type: str, subject_id: int) -> str:
    """What stands before a subject's first entry: its own name, hashed, so that no two chains are alike."""
    return hashlib.sha256(f"onsite:{subject_type}:{subject_id}".encode()).hexdigest()


def facts_hash(facts: dict[str, Any]) -> str:
    """sha256 over the canonical JSON of an entry's facts."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def entry_hash(entry: Entry, previous_hash: str, facts_sha256: str = "") -> str:
    """sha256 over the previous hash and the canonical JSON of the entry, in which a hash stands for its facts.

    `facts_sha256`: that of facts which were there before a redaction.
    """
    content = {
        "id": entry.pk,
        "kind": entry.kind,
        "subject_type": entry.subject_type,
        "subject_id": entry.subject_id,
        "sequence": entry.sequence,
        "actor": entry.actor_id,
        "role": entry.role,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "facts": facts_sha256 or facts_hash(entry.facts),
        "visibility": entry.visibility,
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((previous_hash + canonical).encode()).hexdigest()


def seal_batch(limit: int, look_back: int | None = LOOK_BACK) -> int:
    """Seal up to `limit` of the oldest unsealed entries; returns how many. 0 also when another sealer is at
    work.

    `look_back` None searches the whole history, which is slow and only needed after a repair.
    """
    with transaction.atomic():
        if not _alone():
            return 0
        due = list(_unsealed(look_back).order_by("pk")[:limit])
        chains = _chains(due)
        seals = [_sealed(entry, chains[entry.subject_type, entry.subject_id]) for entry in due]
        Seal.objects.bulk_create(seals)
        Chain.objects.bulk_create(
            chains.values(),
            update_conflicts=True,
            unique_fields=["subject_type", "subject_id"],
            update_fields=["length", "head"],
        )
    return len(due)


def seal_all(batch: int = 1000, look_back: int | None = LOOK_BACK, most: int | None = None) -> int:
    """Seal until nothing is left, or from `most` entries on; returns how many entries that were."""
    total = 0
    while (most is None or total < most) and (done := seal_batch(batch, look_back)):
        total += done
    return total


def verify(subject_type: str | None = None, subject_id: int | None = None) -> Report:
    """Recompute every chain (or a subject type's, or one subject's) and compare it with the seals.

    Finds a changed, removed or foreign entry, seal or chain end. Entries that wait for sealing are counted,
    not judged.
    """
    only = Q()
    if subject_type is not None:
        only &= Q(subject_type=subject_type)
    if subject_id is not None:
        only &= Q(subject_id=subject_id)
    chains = {
        (chain.subject_type, chain.subject_id): chain for chain in Chain.objects.filter(only).iterator()
    }
    sealed, suspects, broken = 0, [], _orphans() if not only else []
    redacted = _redacted()
    for subject, seals in groupby(_seals(only).iterator(chunk_size=2000), key=_subject):
        length, findings = _walk(subject, seals, chains.pop(subject, None), redacted)
        sealed += length
        if findings:
            suspects.append(subject)
    for subject in [*suspects, *chains]:
        broken += _second_look(subject)
    unsealed = Entry.objects.filter(only, seal=None).count()
    return Report(sealed, unsealed, broken, len(redacted))


def _alone() -> bool:
    """One sealer at a time. SQLite's write lock is enough; PostgreSQL's lock ends with the transaction."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_ADVISORY_LOCK])
        return bool(cursor.fetchone()[0])


def _unsealed(look_back: int | None) -> QuerySet[Entry]:
    waiting = Entry.objects.filter(seal=None)
    if look_back is None:
        return waiting
    newest = Seal.objects.aggregate(n=Max("entry_id"))["n"] or 0
    return waiting.filter(pk__gt=newest - look_back)


def _seals(only: Q) -> QuerySet[Seal]:
    entries = Entry.objects.filter(only)
    return (
        Seal.objects.filter(**({"entry__in": entries} if only else {}))
        .select_related("entry")
        .order_by("entry__subject_type", "entry__subject_id", "pk")
    )


def _chains(entries: list[Entry]) -> dict[Subject, Chain]:
    """The chain of each entry's subject (one query for each subject type), made where there is none."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        wanted[entry.subject_type].add(entry.subject_id)
    found = {
        (chain.subject_type, chain.subject_id): chain
        for kind, ids in wanted.items()
        for chain in Chain.objects.filter(subject_type=kind, subject_id__in=ids)
    }
    for kind, ids in wanted.items():
        for pk in ids:
            fresh = Chain(subject_type=kind, subject_id=pk, length=0, head=first_hash(kind, pk))
            found.setdefault((kind, pk), fresh)
    return found


def _sealed(entry: Entry, chain: Chain) -> Seal:
    seal = Seal(entry=entry, previous_hash=chain.head, hash=entry_hash(entry, chain.head))
    chain.head = seal.hash
    chain.length += 1
    return seal


def _subject(seal: Seal) -> Subject:
    return seal.entry.subject_type, seal.entry.subject_id


def _second_look(subject: Subject) -> list[str]:
    """Judge one chain again on fresh rows: a sealer may have added to it between the first two reads."""
    only = Q(subject_type=subject[0], subject_id=subject[1])
    return _walk(subject, _seals(only), Chain.objects.filter(only).first(), _redacted())[1]


def _redacted() -> dict[int, list[Redaction]]:
    """The redactions of each entry that has any, oldest first."""
    found: dict[int, list[Redaction]] = defaultdict(list)
    for one in Redaction.objects.order_by("pk").iterator():
        found[one.entry_id].append(one)
    return found


def _facts_as_sealed(entry: Entry, redactions: list[Redaction]) -> str:
    """The hash of the facts that were sealed; "" when the redactions do not lead from there to what is there now."""
    facts = [one.facts for one in redactions]
    is_whole = facts[-1] == entry.facts and all(
        facts_hash(before) == after.facts_before_sha256
        for before, after in zip(facts, redactions[1:], strict=False)
    )
    return redactions[0].facts_before_sha256 if is_whole else ""


def _walk(
    subject: Subject, seals: Iterable[Seal], chain: Chain | None, redacted: dict[int, list[Redaction]]
) -> tuple[int, list[str]]:
    """Follow one chain; returns its length and what is wrong with it."""
    name = f"{subject[0]} {subject[1]}"
    previous, length, broken = first_hash(*subject), 0, []
    for seal in seals:
        length += 1
        if seal.previous_hash != previous:
            broken.append(f"{name}: an entry before #{seal.entry.sequence} is missing")
        history = redacted.get(seal.entry_id)
        sealed_facts = _facts_as_sealed(seal.entry, history) if history else ""
        if seal.hash != entry_hash(seal.entry, seal.previous_hash, sealed_facts):
            broken.append(f"{name}: entry #{seal.entry.sequence} was changed")
        previous = seal.hash
    if chain is None or (chain.length, chain.head) != (length, previous):
        broken.append(f"{name}: the end of the chain does not match its {length} sealed entries")
    return length, broken


def _orphans() -> list[str]:
    """Seals whose entry is gone (the inner join of the walk does not see them)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.entry_id FROM timeline_seal s LEFT JOIN timeline_entry e ON e.id = s.entry_id "
            "WHERE e.id IS NULL"
        )
        rows: list[Any] = cursor.fetchall()
    return [f"entry {row[0]} is missing, its seal is there" for row in rows]
