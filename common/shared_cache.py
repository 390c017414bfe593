"""The cache that all processes share: in Redis, or in the portal's own database where there is no Redis.

What lies in it are limits of sign-in and the like. While Redis does not answer each process counts them in its own
memory: then a limit holds for each process instead of for all together, and no page fails or waits (quality.md, R6).
"""

import base64
import logging
import pickle
import time
from collections.abc import Callable
from typing import Any, Final

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from django.db import connections, router
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
MOST_ENTRIES: Final = 10_000
"""Beyond so many, ended entries are taken away, and then living ones. Django's 300 would let a crowd, or somebody who
signs in with many names, push the counts of others out."""


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
        self._own = LocMemCache("while-redis-is-away", {**params, "OPTIONS": {"MAX_ENTRIES": MOST_ENTRIES}})
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


class TableCache(DatabaseCache):
    """The cache in a table. Django's own counts a key by setting it anew, with the usual five minutes to live: what may
    be done so often a day could be done again after five minutes of silence. Here a count keeps its end, as in Redis.
    """

    def __init__(self, table: str, params: dict[str, Any]) -> None:
        super().__init__(
            table, {**params, "OPTIONS": {"MAX_ENTRIES": MOST_ENTRIES, **params.get("OPTIONS", {})}}
        )

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """One more, kept as set() keeps it. Raises ValueError where nothing, or nothing any more, is counted there."""
        found = self.get(key, version=version)
        if found is None:
            raise ValueError(f"Key '{key}' not found")
        count = int(found) + delta
        kept = base64.b64encode(pickle.dumps(count, self.pickle_protocol)).decode("latin1")
        connection = connections[router.db_for_write(self.cache_model_class)]
        table = connection.ops.quote_name(self._table)  # type: ignore[attr-defined]
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET value = %s WHERE cache_key = %s",  # noqa: S608  (the table's name is a setting)
                [kept, self.make_and_validate_key(key, version=version)],
            )
        return count
