"""Who takes part in the browser stories, and instants as people type them at the site."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from accounts.models import User
from clients.models import Client
from common import clock
from common.localtime import local
from workers.models import Worker

ZONE: Final = "America/New_York"


@dataclass(frozen=True)
class Cast:
    """One company with its administrator, two workers in Albany."""

    client: Client
    owner: User
    worker: Worker
    rival: Worker


def soon(**ahead: float) -> datetime:
    """A whole minute from now on, on the clocks at the site."""
    at = clock.now() + timedelta(**ahead)
    return local(at, ZONE).replace(second=0, microsecond=0)


def day_of(at: datetime) -> str:
    """As an input of type date takes it."""
    return at.strftime("%Y-%m-%d")


def time_of(at: datetime) -> str:
    """As an input of type time takes it."""
    return at.strftime("%H:%M")
