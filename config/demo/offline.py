"""A visit that a phone made without a signal and sent later, and one of its times that cannot be true (N7)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from accounts.models import User
from assignments.actions import syncing, visits
from assignments.actions.syncing import Parcel
from assignments.models import Assignment, CheckIn
from common import clock
from config.demo.stage import Stage

Verb = Callable[..., CheckIn]


def play(s: Stage) -> None:
    """Came and went in a cellar, sent two hours later; back again with a phone whose clock was ahead."""
    north, _ = s.cast.companies
    worker = s.cast.worker("sofia")
    start = s.ago(hours=9)
    row = s.assigned(north, worker, start, s.ago(days=3), title="Replace the battery bank in the cellar")
    with clock.moved(start + timedelta(hours=2)):
        _send(s, row, worker.user, "check_in", visits.check_in, start - timedelta(minutes=4))
        _send(s, row, worker.user, "check_out", visits.check_out, start + timedelta(hours=1))
    with clock.moved(start + timedelta(hours=3)):
        ahead = clock.now() + timedelta(minutes=25)
        _send(s, row, worker.user, "check_in", visits.check_in, ahead)


def _send(s: Stage, row: Assignment, actor: User, kind: str, verb: Verb, made: datetime) -> None:
    def run() -> str:
        verb(row.pk, actor=actor, device_at=made)
        return "Checked in." if kind == "check_in" else "Checked out."

    uuid = UUID(int=s.random.getrandbits(128), version=4)
    syncing.once(row.pk, Parcel(uuid, kind, made, sha256(str(uuid).encode()).hexdigest()), run, actor=actor)
