"""The secret address of a worker's calendar: made, shown again to its owner, and found by its hash.

The token is 256 bits made from a random salt and the site's secret. The database keeps the salt and the SHA-256 of the
token: whoever asks is found by the hash of what was asked, so how long the answer takes tells nothing about a token.
"""

from datetime import datetime
from hashlib import sha256
from secrets import token_hex

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from workers.models import CalendarFeed, Worker

SALT = "workers.calendar_feed"
LONGEST_TOKEN = 100


def made(worker: Worker, at: datetime) -> CalendarFeed:
    """A new address of that worker, who has none now."""
    salt = token_hex(16)
    return CalendarFeed.objects.create(
        worker=worker, salt=salt, token_hash=_hash(_token(salt, settings.SECRET_KEY)), made_at=at
    )


def token_of(feed: CalendarFeed) -> str:
    """The token to be shown to the owner; empty where the site's secret is another one by now."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        token = _token(feed.salt, secret)
        if constant_time_compare(_hash(token), feed.token_hash):
            return token
    return ""


def worker_by(token: str) -> Worker | None:
    """Whose calendar that is; None for anything that is no token, and for people who may no longer sign in."""
    if not token.isascii() or len(token) > LONGEST_TOKEN:
        return None
    found = CalendarFeed.objects.select_related("worker__user").filter(token_hash=_hash(token)).first()
    return found.worker if found is not None and found.worker.user.is_active else None


def _token(salt: str, secret: str) -> str:
    return salted_hmac(SALT, salt, secret=secret, algorithm="sha256").hexdigest()


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
