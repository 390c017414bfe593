"""Evidence: workers add, show and remove it; admins accept or reject it; its worker is told before it runs out.

The worker's row is the lock, as for all of the profile.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction

from accounts.actor import Actor, actor_user
from accounts.models import User
from common import clock, limits
from common.actor import SYSTEM
from common.errors import AlreadyDone, Conflict, Invalid, NotAllowed
from common.localtime import midnight
from common.uploads import CheckedUpload
from notifications.outbox import queue
from timeline.record import next_sequence, record
from workers.actions import SUBJECT
from workers.evidence import last_day
from workers.models import Credential, Evidence, EvidenceState, Worker
from workers.models.evidence import SCREENINGS

HANDED_IN: Final = 20
HANDED_IN_WITHIN: Final = timedelta(hours=1)
"""How often one worker hands something in: each of it is read by a person."""
WARN_BEFORE: Final = (timedelta(days=30), timedelta(days=7))
"""How long before its last day a worker is told of a proof that runs out, once each."""
REVIEW: Final = "workers.change_evidence"
"""The permission to accept and reject."""


@dataclass(frozen=True, slots=True)
class Document:
    """What stands on the document; days are the document's own."""

    number: str = ""
    issuer: str = ""
    issued_on: date | None = None
    expires_on: date | None = None


@transaction.atomic
def add_evidence(
    worker_id: int,
    credential_id: int,
    document: Document,
    *,
    actor: User,
    file: Any,
    checked: CheckedUpload,
    is_shown: bool = True,
) -> Evidence:
    """Hand a proof in for review. Raises Invalid at the field; AlreadyDone for the same file, still in review;
    TooMany."""
    worker = _own(worker_id, actor)
    limits.spend("evidence", actor.pk, times=HANDED_IN, within=HANDED_IN_WITHIN)
    credential = Credential.objects.filter(pk=credential_id).first()
    if credential is None:
        raise Invalid("Choose what the document proves.", "credential")
    _check(document)
    same = worker.evidence.filter(credential=credential, sha256=checked.sha256)
    if same.filter(state=EvidenceState.SUBMITTED).exists():
        raise AlreadyDone("This file is in review already.")
    row = Evidence(
        worker=worker,
        credential=credential,
        number=document.number,
        issuer=document.issuer,
        issued_on=document.issued_on,
        expires_on=document.expires_on,
        is_shown=is_shown or credential.kind not in SCREENINGS,
        name=checked.name,
        size=checked.size,
        content_type=checked.content_type,
        sha256=checked.sha256,
        submitted_at=clock.now(),
    )
    row.file.save(checked.name, file, save=False)
    row.save()
    _note("worker.evidence_added", row, actor=actor)
    return row


@transaction.atomic
def show_evidence(pk: int, *, actor: User, is_shown: bool) -> Evidence:
    """Let clients see that a screening is clear, or not any more: it counts only while it is shown (domain.md 3.4)."""
    row = _opened(pk, actor)
    if row.credential.kind not in SCREENINGS:
        raise Conflict("Only background checks and drug tests can be hidden.")
    if row.is_shown == is_shown:
        raise AlreadyDone("It is so already.")
    row.is_shown = is_shown
    row.save(update_fields=["is_shown"])
    _note("worker.evidence_shown", row, actor=actor, shown=is_shown)
    return row


@transaction.atomic
def remove_evidence(pk: int, *, actor: User) -> Evidence:
    """The worker takes a proof back: it no longer counts, and nobody else sees its file any more."""
    row = _opened(pk, actor)
    if row.state == EvidenceState.REMOVED:
        raise AlreadyDone("It is removed already.")
    row.remove()
    row.save(update_fields=["state", "warn_due_at"])
    _note("worker.evidence_removed", row, actor=actor)
    return row


@transaction.atomic
def accept_evidence(pk: int, *, actor: User) -> Evidence:
    """An admin has read the document and it proves what it says. Raises NotAllowed, Conflict."""
    row = _for_review(pk, actor)
    if row.state != EvidenceState.SUBMITTED:
        raise Conflict(f"This proof is {row.get_state_display().lower()} by now.")
    if row.expires_on is not None and row.expires_on < last_day(clock.now()):
        raise Conflict("It has run out already, so it proves nothing.")
    row.accept(by=actor)
    row.warn_due_at = next_warning(row, clock.now())
    row.save(update_fields=["state", "reviewed_by", "reviewed_at", "warn_due_at"])
    _tell("worker.evidence_accepted", row, actor=actor)
    return row


@transaction.atomic
def reject_evidence(pk: int, *, actor: User, reason: str) -> Evidence:
    """An admin cannot accept it, also later on; the worker reads why. Raises NotAllowed, Invalid, Conflict."""
    if not reason.strip():
        raise Invalid("Enter a reason. The worker will read it.", "reason")
    row = _for_review(pk, actor)
    if row.state not in (EvidenceState.SUBMITTED, EvidenceState.ACCEPTED):
        raise Conflict(f"This proof is {row.get_state_display().lower()} by now.")
    row.reject(by=actor, reason=reason.strip())
    row.warn_due_at = None
    row.save(update_fields=["state", "reviewed_by", "reviewed_at", "reject_reason", "warn_due_at"])
    _tell("worker.evidence_rejected", row, actor=actor, reason=row.reject_reason)
    return row


@transaction.atomic
def warn(pk: int) -> bool:
    """Tell the worker that a proof runs out, if that is still due. Returns whether it was."""
    found = Evidence.objects.filter(pk=pk).values_list("worker_id", flat=True).first()
    if found is None:
        return False
    Worker.objects.select_for_update(no_key=True).get(pk=found)
    row = _loaded(pk)
    now = clock.now()
    if row.state != EvidenceState.ACCEPTED or row.warn_due_at is None or row.warn_due_at > now:
        return False
    row.warn_due_at = next_warning(row, now)
    row.save(update_fields=["warn_due_at"])
    if row.expires_on is None or row.expires_on < last_day(
        now
    ):  # the timer slept over it: nothing is ahead any more
        return False
    _tell("worker.evidence_expiring", row, actor=SYSTEM, expires_on=row.expires_on.isoformat())
    return True


def next_warning(row: Evidence, now: datetime) -> datetime | None:
    """The next instant at which the worker is to be told, at midnight of the own zone; None when none is left."""
    if row.expires_on is None:
        return None
    zone = row.worker.user.time_zone
    moments = (midnight(row.expires_on - before, zone) for before in WARN_BEFORE)
    return next((moment for moment in moments if moment > now), None)


def _check(document: Document) -> None:
    issued, expires = document.issued_on, document.expires_on
    today = clock.now().date()
    if issued and issued > today + timedelta(days=1):
        raise Invalid("Enter a day that is not ahead.", "issued_on")
    if expires and issued and expires < issued:
        raise Invalid("Enter a day after the one on which it was issued.", "expires_on")
    if expires and expires < last_day(clock.now()):
        raise Invalid("It has run out already. Add one that is valid.", "expires_on")


def _own(worker_id: int, actor: User) -> Worker:
    worker = Worker.objects.select_for_update(no_key=True).filter(pk=worker_id).first()
    if worker is None or worker.user_id != actor.pk:
        raise NotAllowed("Only the worker changes this profile.")
    return worker


def _loaded(pk: int) -> Evidence:
    return Evidence.objects.select_related("worker__user", "credential").get(pk=pk)


def _opened(pk: int, actor: User) -> Evidence:
    """The actor's own proof, with the worker's row locked. Raises Evidence.DoesNotExist."""
    owner = Evidence.objects.get(pk=pk, worker__user=actor).worker_id
    _own(owner, actor)
    return _loaded(pk)


def _for_review(pk: int, actor: User) -> Evidence:
    if not actor.has_perm(REVIEW):
        raise NotAllowed("Your account may not review proofs.")
    owner = Evidence.objects.get(pk=pk).worker_id
    Worker.objects.select_for_update(no_key=True).get(pk=owner)
    row = _loaded(pk)
    if row.worker.user_id == actor.pk:
        raise NotAllowed("Nobody reviews the own proofs.")
    return row


def _note(kind: str, row: Evidence, *, actor: Actor, **facts: Any) -> int:
    user = actor_user(actor)
    is_own = user is not None and user.pk == row.worker.user_id
    entry = record(
        kind,
        subject_type=SUBJECT,
        subject_id=row.worker_id,
        sequence=next_sequence(SUBJECT, row.worker_id),
        actor=actor,
        role="worker" if is_own else "admin" if user else "system",
        at=clock.now(),
        facts={"evidence_id": row.pk, "credential": str(row.credential), **facts},
        visibility="worker",
    )
    return entry.pk


def _tell(kind: str, row: Evidence, *, actor: Actor, **more: Any) -> None:
    """Into the history, without the reviewer's words, and to the worker with them (D17)."""
    entry_id = _note(kind, row, actor=actor, **{k: v for k, v in more.items() if k != "reason"})
    context: Mapping[str, object] = {"credential": str(row.credential), **more}
    queue(
        kind,
        user=row.worker.user,
        context=context,
        url=f"/profile/evidence/{row.pk}/",
        subject_type=SUBJECT,
        subject_id=row.worker_id,
        entry_id=entry_id,
        at=clock.now(),
    )
