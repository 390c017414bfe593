"""What workers can prove on a day, and in which words they are told of each proof (domain.md 3.4, 4.11)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import OuterRef
from django.urls import reverse

from common.beside import Rows, revived
from common.when import day as day_words
from workers.models import Evidence, EvidenceState, Worker
from workers.models.evidence import SCREENINGS


def last_day(now: datetime) -> date:
    """The day that has not ended everywhere yet: a proof counts until its last day is over for everybody."""
    return (now - timedelta(hours=12)).date()


@dataclass(frozen=True, slots=True)
class Proof:
    """How one worker stands to one credential. `link` leads the worker to the proof that is there already.

    `note` and the words are for the worker alone, but for "until Dec 30" of what counts.
    """

    counts: bool = False
    link: str = ""
    link_words: str = ""
    note: str = ""


def proof_rows() -> Rows:
    """Beside rows of Worker what `proofs` reads; what was removed is not there."""
    rows = Evidence.objects.filter(worker=OuterRef("pk")).exclude(state=EvidenceState.REMOVED)
    names = ("id", "credential_id", "state", "expires_on", "is_shown")
    return Rows(rows.order_by("submitted_at", "pk"), names)


def proofs(rows: Iterable[Mapping[str, Any]], on: date) -> dict[int, Proof]:
    """By credential, the best that a worker has on a day."""
    found: dict[int, Proof] = {}
    for row in (revived(Evidence, one) for one in rows):
        if not (row.credential_id in found and found[row.credential_id].counts) or row.counts_on(on):
            found[row.credential_id] = proof(row, on)
    return found


def public_proofs(worker: Worker, on: date) -> list[tuple[str, str]]:
    """What clients read of a worker's proofs: what counts on a day, once each, with until when or "Clear".

    What does not count is left out without a word: in review, not accepted, run out and hidden look alike.
    """
    rows = Evidence.objects.filter(worker=worker, state=EvidenceState.ACCEPTED).select_related("credential")
    found: dict[str, str] = {}
    for row in rows.order_by("credential__kind", "credential__name", "expires_on", "pk"):
        if row.counts_on(on):
            until = f"until {day_words(row.expires_on)}" if row.expires_on else ""
            found[str(row.credential)] = "Clear" if row.credential.kind in SCREENINGS else until
    return list(found.items())


def proof(row: Evidence, on: date) -> Proof:
    """What one piece of evidence is worth on a day."""
    if row.counts_on(on):
        return Proof(counts=True, note=f"until {day_words(row.expires_on)}" if row.expires_on else "")
    return Proof(link=reverse("workers:evidence_one", args=[row.pk]), link_words=_why(row, on))


def _why(row: Evidence, on: date) -> str:
    if row.state == EvidenceState.SUBMITTED:
        return "In review"
    if row.state == EvidenceState.REJECTED:
        return "Not accepted: see why"
    if row.expires_on is not None and row.expires_on < on:
        return "It ran out: renew it"
    return "Show it to clients"
