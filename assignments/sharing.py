"""The short address of an assignment for passing on (domain.md 3.3). It opens nothing: who follows it sees what
visibility lets them see, and for all others it answers like a missing page."""

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

SALT = "assignments.share"
LETTERS = 16
"""Hexadecimal digits of the mark behind the number: 64 bits, not to be guessed."""


def token(pk: int) -> str:
    """The token of an assignment: always the same while the site's secret is."""
    return f"{int_to_base36(pk)}-{_mark(pk, settings.SECRET_KEY)}"


def pk_of(text: str) -> int | None:
    """The assignment whose token this is, made with the present secret or a former one; None for anything else."""
    number, _, mark = text.partition("-")
    try:
        pk = base36_to_int(number)
    except ValueError:
        return None
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return pk if any(constant_time_compare(mark, _mark(pk, secret)) for secret in secrets) else None


def _mark(pk: int, secret: str) -> str:
    return salted_hmac(SALT, str(pk), secret=secret, algorithm="sha256").hexdigest()[:LETTERS]
