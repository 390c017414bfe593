"""How often one person, and one address, may do what costs much (quality.md 3, row 32).

Counted in the cache that all processes share, in spans that begin at fixed instants. The address is that of the
connection, or what the last trusted proxy wrote (ONSITE_PROXIES): nobody counts for another by a header. An account's
count never rises by what others do; an address has many times an account's number, since a whole office may share it.
"""

from datetime import timedelta
from typing import Final

from allauth.core import context
from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.core.cache import cache

from common import clock
from common.errors import DomainError

SEARCHES, SEARCHES_WITHIN, SEARCHES_FROM_ADDRESS = 120, timedelta(minutes=1), 1200
"""Searches in lists: of one account, and from one address."""
SEARCHED: Final = ("q", "near")
"""Parameters of a list's address that make it a search."""


class TooMany(DomainError):
    """Too often in a short time (answered with 429). `seconds`: how long until it is possible again."""

    def __init__(self, sentence: str, seconds: int) -> None:
        super().__init__(sentence)
        self.seconds = seconds


def spend(
    what: str, who: int | str | None, *, times: int, within: timedelta, from_address: int | None = None
) -> None:
    """Count one more of `what` by the person with that id, or by a visitor's address. Raises TooMany beyond `times` in
    one span of `within`, and beyond `from_address` from the address of this request (nothing is counted by address
    outside of a request). ONSITE_LIMIT_FACTOR multiplies both, for load tests.

    Exact where the cache counts in one step (Redis); otherwise two requests at the same instant may count as one: this
    keeps load away, it guards no right.
    """
    _count(f"limit:{what}:{who}", times * settings.ONSITE_LIMIT_FACTOR, within)
    if from_address is not None and context.request is not None:
        most = from_address * settings.ONSITE_LIMIT_FACTOR
        _count(f"limit:{what}:from:{get_ip(context.request)}", most, within)


def spend_search(who: int) -> None:
    """Count a search in a list. Raises TooMany."""
    spend("search", who, times=SEARCHES, within=SEARCHES_WITHIN, from_address=SEARCHES_FROM_ADDRESS)


def _count(key: str, times: int, within: timedelta) -> None:
    seconds = int(within.total_seconds())
    span, passed = divmod(int(clock.now().timestamp()), seconds)
    if _one_more(f"{key}:{span}", seconds) > times:
        left = seconds - passed
        raise TooMany(
            f"This is possible {times:,} times in {_span(seconds)}. Try again in {_span(left)}.", left
        )


def _one_more(key: str, seconds: int) -> int:
    """The count with this one. It ends with its span: what was counted first says when."""
    for _ in range(2):
        try:
            return cache.incr(key)
        except ValueError:  # the first of its span, or the cache was emptied
            if cache.add(key, 1, timeout=seconds):
                return 1
    return 1


def _span(seconds: int) -> str:
    """Up to two hours in minutes, rounded up; more in hours."""
    minutes = -(-seconds // 60)
    number, word = (minutes, "minute") if minutes <= 120 else (-(-minutes // 60), "hour")
    return f"{number} {word}{'' if number == 1 else 's'}"
