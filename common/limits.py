"""How often one person may do what costs much (quality.md 3, row 32). Counted in the cache that all processes share."""

from datetime import timedelta

from django.core.cache import cache

from common import clock
from common.errors import DomainError


class TooMany(DomainError):
    """Too often in a short time (answered with 429)."""


def spend(what: str, who: int | str | None, *, times: int, within: timedelta) -> None:
    """Count one more of `what` by the person with that id, or by a visitor's address. Raises TooMany beyond `times` in
    one span of `within`.

    Two requests at the same instant may count as one: this keeps load away, it guards no right.
    """
    seconds = int(within.total_seconds())
    key = f"limit:{what}:{who}:{int(clock.now().timestamp()) // seconds}"
    count = cache.get(key, 0) + 1
    if count > times:
        minutes = -(-seconds // 60)
        raise TooMany(f"This is possible {times} times in {minutes} minutes. Wait a little, then try again.")
    cache.set(key, count, timeout=seconds)
