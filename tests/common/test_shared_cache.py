"""The shared cache while Redis is away, frozen or back: it answers from this process's memory and does not wait."""

import socket
import time
from collections.abc import Iterator

import pytest

from common import shared_cache
from common.shared_cache import PATIENCE_SECONDS, SharedCache
from config.lanes import free_port


@pytest.fixture(autouse=True)
def _asked_anew() -> Iterator[None]:
    """No test inherits the pause of another."""
    shared_cache.Redis.away_until = 0.0
    yield
    shared_cache.Redis.away_until = 0.0


def cache_at(port: int) -> SharedCache:
    made = SharedCache(f"redis://127.0.0.1:{port}/0", {"KEY_PREFIX": "test"})
    made.clear()
    return made


def test_without_redis_it_counts_in_this_process() -> None:
    cache = cache_at(free_port())
    assert (cache.add("limit", 1), cache.add("limit", 5), cache.incr("limit")) == (True, False, 2)
    cache.set_many({"a": 1, "b": 2})
    assert cache.get_many(["a", "b", "c"]) == {"a": 1, "b": 2}
    assert (cache.get_or_set("d", lambda: 4), "d" in cache, cache.delete("d"), cache.get("d")) == (
        4,
        True,
        True,
        None,
    )


def test_a_frozen_redis_is_waited_for_once() -> None:
    """A server that takes the connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as frozen:
        began = time.monotonic()
        cache = cache_at(frozen.getsockname()[1])
        for number in range(50):
            cache.set(f"key-{number}", number)
            assert cache.get(f"key-{number}") == number
        assert time.monotonic() - began < PATIENCE_SECONDS * 8
