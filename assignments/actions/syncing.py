"""Acts that a phone kept while it had no signal: each is done once, however often it is sent (N7)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import User
from assignments.actions.door import lock
from assignments.models import SyncedAct
from common import clock
from common.errors import AlreadyDone, Conflict, DomainError, Invalid, NotAllowed

OTHER_BODY = "Another act with this id was sent before. Make it again."


@dataclass(frozen=True, slots=True)
class Parcel:
    """One act as it arrived: the phone's id, what it is, its time by the phone, the SHA-256 of all that was sent."""

    uuid: UUID
    kind: str
    device_at: datetime
    body_hash: str


def stored(parcel: Parcel, *, actor: User) -> SyncedAct | None:
    """What came of this act when it was sent before. Raises Conflict where the id stood for another act."""
    found = SyncedAct.objects.filter(user=actor, uuid=parcel.uuid).first()
    if found is not None and found.body_hash != parcel.body_hash:
        raise Conflict(OTHER_BODY)
    return found


def once(pk: int, parcel: Parcel, run: Callable[[], str], *, actor: User) -> SyncedAct:
    """Run the act and keep what came of it, in one transaction; sent again, only the answer is given again.

    `run` calls the very action of the pages and says what was done; its refusal is kept as the answer, with nothing
    changed. The assignment is locked first, as by every verb: of two at once the second finds the first's answer.
    Raises Conflict where the id stood for another act.
    """
    try:
        with transaction.atomic():
            lock(pk)
            return stored(parcel, actor=actor) or _first(pk, parcel, run, actor)
    except IntegrityError:  # the same id at once for another assignment
        found = stored(parcel, actor=actor)
        if found is None:  # another rule of the database spoke
            raise
        return found


def _first(pk: int, parcel: Parcel, run: Callable[[], str], actor: User) -> SyncedAct:
    state, may_repeat = SyncedAct.State.DONE, False
    try:
        with transaction.atomic():
            sentence = run()
    except AlreadyDone as error:
        sentence = error.sentence
    except DomainError as error:
        state, sentence = SyncedAct.State.REFUSED, error.sentence
        may_repeat = not isinstance(error, Invalid | NotAllowed)
    return SyncedAct.objects.create(
        user=actor,
        assignment_id=pk,
        uuid=parcel.uuid,
        kind=parcel.kind,
        body_hash=parcel.body_hash,
        device_at=parcel.device_at,
        received_at=clock.now(),
        state=state,
        sentence=sentence[:500],
        may_repeat=may_repeat,
    )
