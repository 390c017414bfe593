"""The two kinds of actor that an action takes."""

from typing import TypeAlias

from accounts.models import User
from common.actor import System

Actor: TypeAlias = User | System


def actor_user(actor: Actor) -> User | None:
    """The account behind an actor, or None when Onsite itself acts."""
    return actor if isinstance(actor, User) else None
