"""The broker, asked without waiting for it: does it answer, and how many messages lie there."""

from pathlib import Path
from typing import Final, NamedTuple

import redis
from django.conf import settings

PATIENCE_SECONDS: Final = 1.0
"""A broker that does not answer within this is as good as down for whoever asks how the portal is."""
QUEUE: Final = "celery"


class Asked(NamedTuple):
    """The length, and why there is none, in words without an address (empty when the broker answers)."""

    length: int | None
    silence: str = ""


def length() -> int | None:
    """Messages that no worker has taken; None where the broker does not count (memory, in tests).

    Raises OSError or redis.RedisError when the broker does not answer.
    """
    url: str = settings.CELERY_BROKER_URL
    if url.startswith(("redis://", "rediss://", "unix://")):
        limits = {"socket_connect_timeout": PATIENCE_SECONDS, "socket_timeout": PATIENCE_SECONDS}
        with redis.Redis.from_url(url, **limits) as server:
            return int(server.llen(QUEUE))
    if url.startswith("filesystem:"):
        folder = Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"])
        return sum(1 for one in folder.iterdir() if one.name.endswith(".msg"))
    return None


def asked() -> Asked:
    """What the broker says within its patience."""
    try:
        return Asked(length())
    except (OSError, redis.RedisError) as error:
        return Asked(None, type(error).__name__)
