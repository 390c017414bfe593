"""A person's own data: asking for a copy, asking to be erased, and taking that back.

What stands against an erasure (open work, money) is known to the rooms above, which register it here.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from accounts.models import DataExport, Erasure, User
from common import clock, limits
from common.errors import AlreadyDone, Conflict, WrongState

COPIES, COPIES_WITHIN = 3, timedelta(days=1)
"""So many copies of the own data in a day."""
KEPT: Final = timedelta(days=7)
"""How long a finished copy can be fetched."""

Obstacles = Callable[[User], list[str]]
_obstacles: list[Obstacles] = []


def register_obstacles(provider: Obstacles) -> None:
    """Let an upper room say what stands against an erasure: sentences that also say what to do."""
    _obstacles.append(provider)


def obstacles(user: User) -> list[str]:
    """Everything that stands against erasing this person now; empty when nothing does."""
    return [sentence for provider in _obstacles for sentence in provider(user)]


def waiting_time() -> timedelta:
    """How long an erasure waits, so that it can be taken back (ONSITE_ERASURE_DAYS)."""
    return timedelta(days=settings.ONSITE_ERASURE_DAYS)


def ask_export(user_id: int) -> DataExport:
    """Ask for a copy of the own data; one at a time. Raises AlreadyDone while one is being made, TooMany."""
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=user_id)
        if DataExport.objects.filter(user=user, made_at=None).exists():
            raise AlreadyDone("Your copy is being made already.")
        limits.spend("own-data", user.pk, times=COPIES, within=COPIES_WITHIN)
        return DataExport.objects.create(user=user, asked_at=clock.now())


def waiting(user: User) -> Erasure | None:
    """The erasure of this person that waits for its day."""
    return Erasure.objects.filter(user=user, cancelled_at=None, done_at=None).first()


def ask_erasure(user_id: int) -> Erasure:
    """Ask to be erased after the waiting time. Raises Conflict with what stands against it, AlreadyDone."""
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=user_id)
        if waiting(user):
            raise AlreadyDone("Your account waits to be erased already.")
        if found := obstacles(user):
            raise Conflict(found[0])
        now = clock.now()
        return Erasure.objects.create(user=user, asked_at=now, due_at=now + waiting_time())


def cancel_erasure(user_id: int) -> None:
    """Take it back. Raises WrongState when nothing waits."""
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=user_id)
        erasure = waiting(user)
        if erasure is None:
            raise WrongState("Nothing waits to be erased.")
        erasure.cancelled_at = clock.now()
        erasure.save(update_fields=["cancelled_at"])
