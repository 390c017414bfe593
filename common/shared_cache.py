"""The cache that all processes share, in Redis; and what takes its place while Redis does not answer.

What lies in it are limits of sign-in and the like. Without Redis each process counts them in its own memory: then a
limit holds for each process instead of for all together, and no page fails or waits (quality.md, R6).
"""

import logging
import time
from collections.abc import Callable
from typing import Any, Final

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as LineBroke
from redis.exceptions import RedisError
from redis.retry import Retry

log = logging.getLogger(__name__)

PATIENCE_SECONDS: Final = 0.25
"""For a connection and for each answer; a healthy Redis needs about a thousandth of it."""
PAUSE_SECONDS: Final = 5.0
"""So long nobody in this process asks a Redis that did not answer: a page waits at most once for it."""
ASKED: Final = (
    "add", "clear", "delete", "delete_many", "get", "get_many", "has_key", "incr", "set", "set_many", "touch",
)  # fmt: skip
"""What Django's RedisCache asks the server; everything else is made of these."""


class Redis:
    """Whether this process asks the shared server just now. One for all threads."""

    away_until = 0.0


class SharedCache(BaseCache):
    """RedisCache with short time-outs, and this process's own memory while the server is away."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        # A connection that broke while it was idle is made anew once; a server that hangs is not asked twice.
        once_more = Retry(NoBackoff(), 1, supported_errors=(LineBroke,))
        patience = {"socket_timeout": PATIENCE_SECONDS, "socket_connect_timeout": PATIENCE_SECONDS}
        options = {**params.get("OPTIONS", {}), **patience, "retry": once_more}
        self._shared = RedisCache(server, {**params, "OPTIONS": options})
        self._own = LocMemCache("while-redis-is-away", {**params, "OPTIONS": {}})
        for name in ASKED:
            setattr(self, name, self._asking(name))

    def _asking(self, name: str) -> Callable[..., Any]:
        """One command: of the server, or of our own memory while it is away."""
        shared, own = getattr(self._shared, name), getattr(self._own, name)

        def ask(*values: Any, **more: Any) -> Any:
            if time.monotonic() >= Redis.away_until:
                try:
                    return shared(*values, **more)
                except RedisError as error:
                    Redis.away_until = time.monotonic() + PAUSE_SECONDS
                    log.warning("Redis does not answer, limits are counted in this process: %s", error)
            return own(*values, **more)

        return ask
